from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from providers.sanitise import sanitise
from tests.widgets.bench_transcript import ANSWER
from tests.widgets.hosts import HOSTILE
from widgets.markdown.blocks import Block, draw_stack, estimate_stack
from widgets.markdown.code import Code
from widgets.markdown.palette import Palette
from widgets.markdown.stream import Stream, parse
from widgets.markdown.table import fit_columns
from widgets.markdown.wrap import Line, break_anywhere, break_words, cells_of, clip, wrap

PLAIN = Palette.build(lambda name: Style(bold=name == "strong", italic=name == "emphasis"))

# A joiner that joins nothing has another width in each of Rich's functions, and in each terminal.
WORDS = st.lists(
    st.sampled_from([*"aaabbb   -日本語éʼ", "e\u0301", "👩\u200d💻", "👍🏽", "🇩🇪"]), max_size=120
).map("".join)
SNIPPETS = st.sampled_from(
    [
        "#", "# ", "para", "\n", "\n\n", "- ", "* ", "***", "---", "1. ", "> ", "```", "``",
        "~~~", "    ", "  ", "| a | b |\n", "|---|---|\n", "`x`", "**", "_", "[", "]", "(u)",
        "<b>", "\\", "&amp;", "=", "\t", "![i](u)", "日本", "word word word ",
    ]
)  # fmt: skip
MARKDOWN = st.lists(SNIPPETS, max_size=40).map("".join)


def text_of(lines: list[Line]) -> list[str]:
    return ["".join(segment.text for segment in line).rstrip() for line in lines]


def draw(source: str, width: int = 60) -> list[str]:
    return text_of(draw_stack(parse(source), width, PLAIN, Style()))


# -- lines


@given(WORDS, st.integers(2, 30))
def test_no_line_is_wider_than_it_may_be(text: str, width: int) -> None:
    for lines in (break_words(text, width), break_anywhere(text, width)):
        for start, end in lines:
            assert cell_len(text[start:end]) <= width


@given(WORDS, st.integers(2, 30))
def test_breaking_loses_nothing_but_space(text: str, width: int) -> None:
    assert "".join(text[a:b] for a, b in break_anywhere(text, width)) == text
    kept = "".join(text[a:b] for a, b in break_words(text, width))
    assert "".join(kept.split()) == "".join(text.split())


@given(st.lists(WORDS, max_size=6), st.integers(2, 30))
def test_wrapping_keeps_styles_with_their_text(texts: list[str], width: int) -> None:
    segments = [Segment(text, Style(bold=bool(n % 2))) for n, text in enumerate(texts)]

    def written(parts: list[Segment], bold: bool) -> str:
        chosen = (p.text for p in parts if p.style is not None and p.style.bold is bold)
        return "".join("".join(chosen).split())

    flat = [segment for line in wrap(segments, width) for segment in line]
    for bold in (True, False):
        assert written(flat, bold) == written(segments, bold)


def test_words_break_between_words() -> None:
    text = "one two three"
    assert [text[a:b] for a, b in break_words(text, 8)] == ["one two", "three"]


def test_clip_ends_with_an_ellipsis() -> None:
    assert clip([Segment("日本語"), Segment("text")], 6)[-1].text == "…"
    assert cells_of(clip([Segment("日本語"), Segment("text")], 6)) <= 6
    assert clip([Segment("short")], 6) == [Segment("short")]


# -- blocks


def test_headings_lists_and_quotes() -> None:
    source = "# Title\n\ntext\n\n1. one\n   - [x] in\n2. two\n\n> said\n> so\n\n---\n"
    assert draw(source, 12) == [
        "Title",
        "━━━━━",
        "text",
        "",
        "1. one",
        "   ☑ in",
        "2. two",
        "",
        "▏ said so",
        "",
        "────────────",
    ]


def test_a_loose_list_has_room_between_its_items() -> None:
    assert draw("- a\n\n- b\n") == ["• a", "", "• b"]


def test_ordered_lists_count_on_from_their_start() -> None:
    assert draw("9. a\n10. b\n") == [" 9. a", "10. b"]


def test_inline_styles() -> None:
    segments = parse("a **b** *c* `d`")[0].draw(40, PLAIN, Style())[0]
    bold = [segment.text for segment in segments if segment.style and segment.style.bold]
    italic = [segment.text for segment in segments if segment.style and segment.style.italic]
    assert (bold, italic) == (["b"], ["c"])


def test_a_link_shows_where_it_goes() -> None:
    assert draw("[bank](https://evil.example)") == ["bank (https://evil.example)"]
    assert draw("<https://a.example>") == ["https://a.example"]
    assert draw("[a][r]\n\n[r]: https://r.example") == ["a (https://r.example)"]
    assert draw("![pic](https://i.example/x.png)") == ["[image: pic] (https://i.example/x.png)"]


LINKS = Palette.build(lambda name: Style(underline=name == "link"))


@pytest.mark.parametrize(
    ("source", "links"),
    [
        ("see https://a.example/x_y?z=1#q, and", ["https://a.example/x_y?z=1#q"]),
        ("(http://a.example/b_(c)).", ["http://a.example/b_(c)"]),
        ("(see http://a.example/)", ["http://a.example/"]),
        ("**https://a.example** http://b.example!", ["https://a.example", "http://b.example"]),
        ("`https://code.example` https:// ://", []),
        ("[text](https://a.example)", ["text"]),
        ("<https://a.example>", ["https://a.example"]),
        ("| https://t.example | [l](http://u.example) |\n|--|--|", ["https://t.example", "l"]),
    ],
)
def test_addresses_are_painted_like_links(source: str, links: list[str]) -> None:
    segments = [s for line in parse(source)[0].draw(90, LINKS, Style()) for s in line]
    assert [s.text for s in segments if s.style and s.style.underline] == links
    assert all(s.style is None or s.style.link is None for s in segments)


def test_a_link_in_a_table_shows_where_it_goes() -> None:
    assert "l (http://u.example)" in draw("| [l](http://u.example) |\n|--|")[1]


def test_html_is_text() -> None:
    assert draw("<script>x</script>\n\na <b>b</b>") == ["<script>x</script>", "", "a <b>b</b>"]


def test_hard_and_soft_breaks() -> None:
    assert draw("a  \nb\nc") == ["a", "b c"]


def test_code_has_a_label_a_bar_and_its_spaces() -> None:
    assert draw("```python\ndef f():\n    return 1\n```", 24) == [
        "▎ python",
        "▎ def f():",
        "▎     return 1",
    ]
    assert draw("    indented") == ["▎ indented"]


def test_code_keeps_its_blank_lines_and_wraps() -> None:
    assert draw("```python\n\n\nx = 1\n\n```", 20) == ["▎ python", "▎", "▎", "▎ x = 1", "▎"]
    assert draw("```\n" + "x" * 12 + "\n```", 10) == ["▎ xxxxxxx", "▎ xxxxx"]


@pytest.mark.parametrize("language", ["python", "json", "diff", "nonsense", "", "html", "bash"])
def test_highlighting_changes_no_text(language: str) -> None:
    source = "\n\n{'a': 1}  # x\n<b>\n\n  - y\n"
    lines = Code(source, language).draw(60, PLAIN, Style())
    shown = text_of(lines)[bool(language) :]
    assert [line[2:] for line in shown] == [line.rstrip() for line in source.split("\n")]


def test_tables_are_boxed_and_aligned() -> None:
    source = "| a | n |\n|:--|--:|\n| x | 1 |\n| yy | 100 |\n"
    assert draw(source) == [
        "╭────┬─────╮",
        "│ a  │   n │",
        "├────┼─────┤",
        "│ x  │   1 │",
        "│ yy │ 100 │",
        "╰────┴─────╯",
    ]


def test_wide_tables_wrap_and_narrow_screens_get_records() -> None:
    source = "| head | note |\n|---|---|\n| x | " + "word " * 20 + "|\n"
    assert all(cell_len(line) <= 30 for line in draw(source, 30))
    assert any("word" in line for line in draw(source, 30))
    many = "|" + "column|" * 8 + "\n|" + "---|" * 8 + "\n|" + "value|" * 8
    assert draw(many, 24)[0] == "column: value"


def test_column_widths_share_what_there_is() -> None:
    assert fit_columns([3, 4], 20) == [3, 4]
    assert fit_columns([3, 40, 40], 43) == [3, 20, 20]
    assert fit_columns([40, 40, 40], 9) is None


# -- growth


@settings(max_examples=150, deadline=None)
@given(MARKDOWN, st.data())
def test_a_stream_shows_what_the_whole_text_shows(source: str, data: st.DataObject) -> None:
    stream = Stream()
    settled: list[Block] = []
    at = 0
    while at < len(source):
        step = data.draw(st.integers(1, 12))
        stream.feed(source[at : at + step])
        settled += stream.take_settled()
        at += step
        so_far = source[:at]
        # A link defined further down is known only at the end, when all is parsed once more.
        if "]:" not in so_far:
            shown = draw_stack([*settled, *stream.open], 30, PLAIN, Style())
            assert text_of(shown) == draw(so_far, 30)


def test_only_the_end_of_a_stream_is_parsed_again() -> None:
    stream = Stream()
    for _ in range(50):
        stream.feed("A paragraph.\n\n")
    assert len(stream.take_settled()) == 49
    assert len(stream.open) == 1


def test_a_heading_may_still_become_a_word() -> None:
    stream = Stream()
    stream.feed("text\n#")
    assert stream.take_settled() == []
    stream.feed("hashtag")
    assert text_of(draw_stack(stream.open, 30, PLAIN, Style())) == ["text #hashtag"]


# -- hostile and huge


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.integers(1, 40))
def test_any_text_at_any_width(source: str, width: int) -> None:
    blocks = parse(sanitise(source))
    assert estimate_stack(blocks, width) >= 0
    for line in draw_stack(blocks, width, PLAIN, Style()):
        text = "".join(segment.text for segment in line)
        assert sanitise(text) == text
        assert "\n" not in text


@given(MARKDOWN, st.integers(12, 60))
@example("```############日本", 17)  # a language of wide letters
@settings(deadline=None)
def test_no_block_is_wider_than_the_screen(source: str, width: int) -> None:
    # Nesting can leave a list no room at all; the transcript cuts those lines off.
    for line in draw_stack(
        parse(source.replace("> ", "").replace("- ", "")), width, PLAIN, Style()
    ):
        assert cells_of(line) <= width


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_text_is_inert(source: str) -> None:
    for line in draw_stack(parse(sanitise(source)), 40, PLAIN, Style()):
        text = "".join(segment.text for segment in line)
        assert sanitise(text) == text


@pytest.mark.parametrize(
    "source",
    [
        "x" * 1_000_000,
        "word " * 200_000,
        "日本" * 100_000,
        "[" * 50_000,
        "**a " * 20_000,
        "> " * 5_000 + "deep",
        "- " * 5_000 + "deep",
        "`" * 19_999,
        "```js\n" + "/*" * 14_000,
        "|" * 15_000 + "\n" + "|-" * 15_000,
    ],
    ids=lambda source: source[:6],
)
def test_huge_text_is_drawn(source: str) -> None:
    assert draw_stack(parse(source)[:20], 80, PLAIN, Style())


def test_the_answer_of_the_bench() -> None:
    assert len(parse(ANSWER)) == 5
