"""A message looks the same whether its text grew or was whole from the start."""

from __future__ import annotations

import re
from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style

from providers.sanitise import sanitise
from tests.widgets.bench_transcript import ANSWER
from widgets.markdown.palette import Palette
from widgets.message_body import Body

PLAIN = Palette.build(lambda name: Style(bold=name in {"strong", "keyword"}, italic=name == "link"))
WIDTHS = (20, 78, 112)

Look = list[list[Segment]]

HARD = [
    ANSWER,
    "- one\n  - two\n    - three\n\n      para in three\n  - two again\n- end\n",
    "- tight\n- tight\n\n- loose now\n",
    "7. seven\n8. eight\n   1. inner\n   2. inner\n9. nine\n10. ten\n",
    "1. all\n1. ones\n1. here\n",
    "- [ ] open\n- [x] done\n- [X] Done\n",
    "| a | `b|c` | [l](http://x.example/a) |\n|:--|:-:|--:|\n| **x** | y | <http://z.example> |\n",
    "text before\n| head | two |\n|---|---|\n| row | short\n| a | b | too many |\n",
    "```python\ndef f():\n    \"\"\"doc\n\n    more\"\"\"\n",
    "````md\n```py\nnested = 1\n```\n````\n",
    "~~~\ntilde ``` inside\n~~~\n",
    "  ```js\n  indented fence\n ```\n",
    "[late], [a][late] and ![pic][late]\n\n[late]: https://late.example/x \"Title\"\n",
    "see [far]\n\nbetween\n\nmore\n\n[far]: https://far.example\n\nend\n",
    "[one]: <https://one.example>\n[two]:\n    /two\n\nsee [one] and [two]\n",
    "- in a list [ref]\n\n  [ref]: https://ref.example\n",
    "<div class=\"x\">\n<b>raw</b>\n</div>\n\ninline <i>html</i> &amp; &copy; &#x41;\n",
    "<!-- comment\n\nacross -->\n",
    "Setext\nheading\n===\nanother\n---\n",
    "para\n---\n***\n___\n",
    "日本語の文章は空白がないので、どこででも折り返せます。" * 3 + "\n",
    "e\u0301 combining o\u0308 \U0001f469\u200d\U0001f4bb zwj\n",
    "\U0001f44d\U0001f3fd skin \U0001f1e9\U0001f1ea flag\n",
    "שלום עולם and العربية mixed\n",
    "hard  \nbreak\\\nhere\nsoft\n",
    "escapes \\*not\\* \\[x\\] \\` \\# \\| &lt;\n",
    "<https://auto.example> <a@b.example> https://bare.example/x_y_z(1). http://two.example, end\n",
    "verylong" * 60 + "\n",
    "word " * 90 + "\n",
    "a\tb\tc\n\n\tindented\tcode\n\n\t\tmore\n",
    "crlf line\r\nnext\r\n\r\n- item\r\n",
    "> quote\nlazy continuation\n> > nested\nlazy too\n\n> - list in quote\n>   more\n",
    "> ```\n> code in quote\n> ```\nout\n",
    "Footnote[^1] and[^note].\n\n[^1]: the note\n[^note]: another\n    goes on\n",
    "**bold *both*** ***x*** _a_b_ ~~gone~~ ~~**x~~**\n",
    "`` code with ` tick `` and `unclosed\n",
    "![alt *em*](http://i.example/a.png \"t\") [empty]() [](only)\n",
    "# one #\n###### six\n####### seven\n#hashtag\n",
    "- \n-\n  late text\n\n\n  no item\n",
    "* a\n+ b\n- c\n1) d\n2. e\n",
    "- - - nested at once\n> - > - both\n",
    "-\tx\n\n\ty\n",
    "$$\nx = y\n$$\n",
]  # fmt: skip
LONG = [
    "```python\n" + "".join(f"def f{n}():\n    return {n}\n\n" for n in range(400)) + "```\n",
    "```\n" + "x = 1\n" * 2_000,
    "".join(f"    indented {n}\n\n" for n in range(500)),
    "".join(f"1. item {n}\n" for n in range(600)),
    "".join(f"- item {n}\n\n  para\n" for n in range(300)),
    "|a|b|\n|-|-|\n" + "".join(f"|{n}|`c`|\n" for n in range(800)),
    "".join(f"line {n} of it\n" for n in range(700)),
    "".join(f"> para {n}\n>\n> - x\n>\n" for n in range(300)),
    "- one item\n" + "  goes on\n" * 600 + "- two\n",
]
PARTS = st.sampled_from([*HARD, "\n", "\n\n", "- ", "> ", "    ", "# ", "plain words here\n"])


def look(body: Body, width: int) -> Look:
    """Return every painted line of a message's text, each as few segments as possible."""
    lines = (line for piece in body.pieces for line in piece.strips(width, PLAIN))
    return [list(Segment.simplify(line)) for line in lines]


def words(body: Body, width: int) -> str:
    """Return all that can be read."""
    return "\n".join(line.text for piece in body.pieces for line in piece.strips(width, PLAIN))


def grown(source: str, cuts: list[int], width: int) -> Body:
    body = Body()
    at = 0
    for cut in cuts:
        body.feed(sanitise(source[at : at + cut]))
        at += cut
        if at >= len(source):
            break
        look(body, width)  # what was painted before must not stay wrong
    body.feed(sanitise(source[at:]))
    body.finish()
    return body


@pytest.mark.parametrize("source", HARD)
@pytest.mark.parametrize("width", WIDTHS)
def test_letter_by_letter_is_the_same_as_at_once(source: str, width: int) -> None:
    assert look(grown(source, [1] * len(source), width), width) == look(
        Body.of(sanitise(source)), width
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=6), st.lists(st.integers(1, 60), max_size=60))
def test_any_pieces_are_the_same_as_at_once(parts: list[str], cuts: list[int]) -> None:
    source = "".join(parts)
    for width in WIDTHS:
        assert look(grown(source, cuts, width), width) == look(Body.of(sanitise(source)), width)


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(LONG),
    st.sampled_from(["", *HARD]),
    st.sampled_from(["", *HARD]),
    st.lists(st.integers(1, 3_000), max_size=40),
)
def test_a_long_block_is_cut_where_its_text_says(
    long: str, above: str, below: str, cuts: list[int]
) -> None:
    source = above + long + below
    assert look(grown(source, cuts, 78), 78) == look(Body.of(sanitise(source)), 78)


@pytest.mark.parametrize("source", LONG, ids=lambda source: source[:6])
def test_a_long_block_is_whole_where_it_was_cut(source: str) -> None:
    body = Body.of(source)
    assert len(body.pieces) > 1 or source.startswith("- one")
    shown = " ".join(words(body, 112).split())
    for word in dict.fromkeys(re.findall(r"[a-z]+ ?\d+", source)):
        assert shown.count(word) >= source.count(word)


def test_long_code_is_copied_as_it_was() -> None:
    code = "".join(f"line {n}\n\n" * (n % 3) + f"\tx{n}\n" for n in range(2_000))
    [block] = Body.of(f"```py\n{code}```\n").code_blocks()
    assert block == ("py", code.removesuffix("\n"))


def test_a_long_list_counts_on() -> None:
    body = Body.of("".join(f"1. item {n}\n" for n in range(600)))
    shown = [line.text.strip() for piece in body.pieces for line in piece.strips(60, PLAIN)]
    assert shown[0] == "" or shown[0].startswith("1.")
    assert [line for line in shown if line] == [f"{n + 1}. item {n}" for n in range(600)]
    assert "" not in shown[1:]


PROSE = (
    "# w00\n\nw01 **w02** *w03* `w04` w05\nw06\n\n- w07\n  - w08\n\n    w09\n- w10\n\n"
    "1. w11\n2. w12\n\n"
    "| w13 | w14 |\n|---|---|\n| w15 | **w16** |\n\n> w17\nw18\n> > w19\n\n```\nw20\n\nw21\n"
    "```\nw22\n"
    "===\nw23 <b>w24</b> ~~w25~~ [w26](http://x.example/) "
    "\\*w27\\* w28  \nw29\n\n    w30\n\nw31 https://w32\n"
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 15), min_size=1, max_size=20))
def test_no_word_disappears_or_is_there_twice(cuts: list[int]) -> None:
    body = Body()
    at = 0
    seen: set[str] = set()
    for cut in cycle(cuts):
        if at >= len(PROSE):
            break
        body.feed(PROSE[at : at + cut])
        at += cut
        shown = words(body, 78)
        complete = set(re.findall(r"w\d+(?=\D)", PROSE[:at]))
        counts = {word: shown.count(word) for word in complete}
        assert {word: count for word, count in counts.items() if count != 1} == {}
        assert seen <= complete
        seen = complete
