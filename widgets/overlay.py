"""What is laid over painted lines: the cursor's mark, a selection, what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from widgets.written import Span

_FIRST_LINE = "\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT}"
_OTHER_LINE = "┃"


@dataclass(frozen=True)
class Overlay:
    """One style for each thing that is laid over lines."""

    cursor: Style
    found: Style
    found_here: Style
    foot: Style
    foot_key: Style
    to_end: Style

    @classmethod
    def build(cls, style: Callable[[str], Style]) -> Overlay:
        """Return an overlay with ``style(name)`` for each of its fields."""
        return cls(**{name: style(name) for name in cls.names()})

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the styles; a component class is called like one, with hyphens."""
        return tuple(field.name for field in fields(cls))


def highlight(strip: Strip, span: Span | None, style: Style) -> Strip:
    """Return ``strip`` with the characters of ``span`` in ``style``; an end of -1 is its end."""
    if span is None:
        return strip
    start, end = _cells(strip, span)
    if end <= start:
        return strip
    before, inside, after = strip.divide([start, end, strip.cell_length])
    marked = Strip([Segment(text, (own or style) + style) for text, own, _ in inside])
    return Strip.join([before, marked, after])


def with_mark(strip: Strip, style: Style, *, first: bool) -> Strip:
    """Return ``strip`` with the mark of the current message in its first cell."""
    # Every line begins with a margin or a bar of single cells.
    (text, own, _), *rest = strip
    mark = Segment(_FIRST_LINE if first else _OTHER_LINE, (own or style) + style)
    return Strip([mark, Segment(text[1:], own), *rest], strip.cell_length)


def line_of(parts: Iterable[tuple[str, Style]], width: int, blank: Style) -> Strip:
    """Return ``parts`` on one line of exactly ``width`` cells."""
    segments = [Segment(text, style) for text, style in parts]
    return Strip(segments).adjust_cell_length(width, blank)


def with_end(strip: Strip, end: str, style: Style) -> Strip:
    """Return ``strip`` with ``end`` over its last cells but one."""
    width = strip.cell_length
    pill = Strip([Segment(end, style)])
    left = max(0, width - pill.cell_length - 1)
    rest = strip.crop(left + pill.cell_length, width)
    return Strip.join([strip.crop(0, left), pill, rest]).crop(0, width)


def _cells(strip: Strip, span: Span) -> tuple[int, int]:
    length = len(strip.text)
    start, end = min(span[0], length), length if span[1] < 0 else min(span[1], length)
    return strip.index_to_cell_position(start), strip.index_to_cell_position(end)
