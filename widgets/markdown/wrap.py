"""Breaking styled text into lines, measured in terminal cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len, split_graphemes
from rich.segment import Segment
from rich.style import Style

from widgets.line_marks import DRAWN, goes_on

Line = list[Segment]
"""One painted line."""

Span = tuple[int, int]
"""Where a line starts and ends in its text."""

# A line may break before or after any of these, so each is a word of its own; what joins
# emoji into one picture stays with it.
_WIDE = (
    "\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60"
    "\uffe0-\uffe6\U0001f300-\U0001faff\U00020000-\U0003fffd"
)
_JOINED = "(?:[\ufe0e\ufe0f\u0300-\u036f\u3099\u309a\U0001f3fb-\U0001f3ff]|\u200d.)*"
_WORD = re.compile(rf"[{_WIDE}]{_JOINED}|\s+|[^\s{_WIDE}]+")


def break_words(text: str, width: int) -> list[Span]:
    """Return the lines of ``text`` (which holds no newline) broken between words.

    White space at a break is dropped. A word that is wider than a line is broken inside.

    Args:
        text: one paragraph.
        width: cells per line, at least 1.
    """
    if _cells(text) <= width:
        return [(0, len(text))]
    lines: list[Span] = []
    start = end = used = gap = 0
    for match in _WORD.finditer(text):
        word = match[0]
        cells = _cells(word)
        if word.isspace():
            gap = cells
            continue
        if used + gap + cells <= width:
            used += gap + cells
        else:
            if end > start:
                lines.append((start, end))
            start = match.start()
            used = cells
            if cells > width:
                *full, (last, stop) = break_anywhere(word, width)
                lines.extend((start + left, start + right) for left, right in full)
                used = _cells(word[last:stop])
                start += last
        end = match.end()
        gap = 0
    lines.append((start, max(start, end)))
    return lines


def break_anywhere(text: str, width: int) -> list[Span]:
    """Return the lines of ``text`` broken wherever a line is full, white space kept."""
    if text.isascii():
        return [(at, min(at + width, len(text))) for at in range(0, max(len(text), 1), width)]
    lines: list[Span] = []
    start = used = 0
    graphemes, _ = split_graphemes(text)
    for left, _right, cells in graphemes:
        if used + cells > width and left > start:
            lines.append((start, left))
            start, used = left, 0
        used += cells
    lines.append((start, len(text)))
    return lines


def wrap(segments: Sequence[Segment], width: int) -> list[Line]:
    """Return ``segments`` as lines of at most ``width`` cells, broken between words."""
    return _wrap(segments, width, hard=False)


def wrap_code(segments: Sequence[Segment], width: int) -> list[Line]:
    """Return ``segments`` as lines of at most ``width`` cells, every space kept."""
    return _wrap(segments, width, hard=True)


def clip(segments: Sequence[Segment], width: int) -> Line:
    """Return ``segments`` on one line, ended by an ellipsis where they do not fit."""
    text = "".join(segment.text for segment in segments)
    if _cells(text) <= width:
        return list(segments)
    _, end = break_anywhere(text, max(1, width - 1))[0]
    kept = next(_cut(segments, [(0, end)]))
    style = kept[-1].style if kept else None
    return [*kept, Segment("…" if width > 0 else "", style)]


def cells_of(line: Sequence[Segment]) -> int:
    """Return how many cells ``line`` covers."""
    return sum(_cells(segment.text) for segment in line)


def pad(line: Line, width: int, style: Style) -> Line:
    """Return ``line`` filled up with spaces to ``width`` cells; they are no part of its text."""
    missing = width - cells_of(line)
    return [*line, Segment(" " * missing, style + DRAWN)] if missing > 0 else line


def _cells(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)


def _wrap(segments: Sequence[Segment], width: int, *, hard: bool) -> list[Line]:
    width = max(1, width)
    breaks = break_anywhere if hard else break_words
    text = "".join(segment.text for segment in segments)
    spans: list[Span] = []
    soft: list[int] = []
    at = 0
    for line in text.split("\n"):
        first = len(spans)
        spans.extend((at + start, at + end) for start, end in breaks(line, width))
        soft.extend(range(first + 1, len(spans)))
        at += len(line) + 1
    lines = list(_cut(segments, spans))
    for index in soft:
        dropped = text[spans[index - 1][1] : spans[index][0]]
        lines[index] = _going_on(lines[index], dropped)
    return lines


def _going_on(line: Line, dropped: str) -> Line:
    """Return ``line`` with the mark that it goes on with the one above."""
    if not line:
        return line
    text, style, _ = line[0]
    return [Segment(text, (style or Style()) + goes_on(dropped)), *line[1:]]


def _cut(segments: Sequence[Segment], spans: Sequence[Span]) -> Iterator[Line]:
    """Yield the part of ``segments`` in each of ``spans``, which go from left to right."""
    index = offset = 0
    for start, end in spans:
        line: Line = []
        while index < len(segments):
            text, style, _ = segments[index]
            stop = offset + len(text)
            if stop > start and offset < end:
                line.append(Segment(text[max(0, start - offset) : end - offset], style))
            if stop > end:
                break
            index += 1
            offset = stop
        yield line
