"""Where a message names files: ``@notes.md``, ``@"two words.md"``, ``@src/``, ``@src/**/*.py``."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

# Behind a word character or a slash, "@" belongs to an address: ada@example.org, x.com/@ada.
_CANDIDATE = re.compile(
    r'(?<![^\s(\uff08\uff0c\u3002\u3001\uff1a])@(?:"([^"\n]+)"|([^\s"@][^\s"]*))'
)
_FENCED = re.compile(
    r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:[^`\n]|(?!\1)`)+?(?<!`)\1(?!`)")
_TRAILING = ".,;:!?'\u2026\u2019\u201d\uff09\u3002\uff0c"
_BRACKETS = {")": "(", "]": "[", "}": "{", ">": "<"}
_CALL = re.compile(r"[A-Za-z_][\w.]*\((?!\d+\))")
_EXTENSION = re.compile(r"[^.]\.([A-Za-z0-9]{1,10})$")
# What a word ends with that is meant as a file. Any ending would make one of Ruby's @user.name and
# of Razor's @Model.Title, and a message with pasted code could not be sent.
_ENDINGS = (
    "adoc bat bib bin c cc cfg cjs clj cmake conf cpp cs css csv cxx dart diff doc docx env erl ex"
    " exs flac fs gif go gradle graphql h hpp hs htm html hxx ini ipynb java jl jpeg jpg js json"
    " jsonl jsx kt kts less lock log lua m4a md mdx mjs mk ml mp3 mp4 nim nix odt ogg org out pas"
    " patch pdf php pl pm png po proto ps1 py pyi pyx r rb rs rst sass scala scss sh sql srt svelte"
    " svg swift tex tf toml ts tsv tsx txt vb vim vue wav webp xls xlsx xml yaml yml zig zip zsh"
)
_EXTENSIONS = frozenset(_ENDINGS.split())
_LONGEST_LINE = 300  # characters that a line with a decorator may have
_DECORATOR = re.compile(r"[A-Za-z_][\w.]*(?:\(.*)?")
_DECORATED = re.compile(
    r"\s*(?:@|(?:async|def|class|export|public|private|protected|internal|static|final|abstract"
    r"|interface|enum|record|struct|func|fun|fn|function|val|var|let|const|void)\b)"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A file, folder or pattern that a text names.

    Args:
        start: where the ``@`` is, in characters.
        end: where the reference ends.
        path_text: the path as it was written, without the ``@`` and any quotes.
    """

    start: int
    end: int
    path_text: str


def find_references(
    text: str, *, exists: Callable[[str], bool] = lambda _: False
) -> Sequence[Reference]:
    """Return the files that ``text`` names, in its order.

    A plain word (``@someone``) is one only if there is such a file. An e-mail address, a decorator,
    and whatever stands in a code block or between backticks is none.

    Args:
        text: what the person wrote.
        exists: says whether there is a file, folder or match of that name.
    """
    if "@" not in text:
        return ()
    fenced = [match.span() for match in _FENCED.finditer(text)]
    spans = [match.span() for match in _CODE_SPAN.finditer(text)]
    return tuple(_references(text, (fenced, spans), exists))


def _references(
    text: str, code: Sequence[Sequence[tuple[int, int]]], exists: Callable[[str], bool]
) -> Iterator[Reference]:
    for match in _CANDIDATE.finditer(text):
        start = match.start()
        if any(_within(start, spans) for spans in code):
            continue
        if match[1] is not None:
            yield Reference(start, match.end(), match[1])
            continue
        if _is_decorator(text, start):
            continue
        path = match[2] if exists(match[2]) else _without_punctuation(match[2])
        if path and (_looks_like_a_path(path) or exists(path)):
            yield Reference(start, start + 1 + len(path), path)


def _within(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    # The spans are in order and do not overlap.
    at = bisect_right(spans, place, key=lambda span: span[0]) - 1
    return at >= 0 and place < spans[at][1]


def _without_punctuation(word: str) -> str:
    while word and word not in (".", ".."):
        last = word[-1]
        opening = _BRACKETS.get(last)
        unbalanced = opening is not None and word.count(last) > word.count(opening)
        if last not in _TRAILING and not unbalanced:
            break
        if word.endswith(("/.", "/..")):
            break
        word = word[:-1]
    return word


def _looks_like_a_path(word: str) -> bool:
    if _CALL.match(word):
        return False
    return (
        word in (".", "..")
        or "/" in word
        or "\\" in word
        or word.startswith(("~", "."))
        or ((match := _EXTENSION.search(word)) is not None and match[1].lower() in _EXTENSIONS)
    )


def _is_decorator(text: str, start: int) -> bool:
    """Return whether a definition follows on the line after one that only holds this word."""
    begin = text.rfind("\n", max(0, start - _LONGEST_LINE), start) + 1
    end = text.find("\n", start, start + _LONGEST_LINE)
    if begin == 0 and start > _LONGEST_LINE:
        return False
    if end < 0 or text[begin:start].strip() or not _DECORATOR.fullmatch(text[start + 1 : end]):
        return False
    return _DECORATED.match(text, end + 1) is not None
