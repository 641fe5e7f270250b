"""The text of painted lines, without what is only drawn around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from textual.strip import Strip

from widgets.line_marks import is_drawn, is_label, joint, marks

Span = tuple[int, int]
"""Where something starts and ends in a line, in characters; an end of -1 is the line's end."""

WHOLE: Span = (0, -1)

_STROKES = frozenset("─━")
_SIDE = "│"  # between the cells of a table; other bars stand in front of text


class Run(NamedTuple):
    """A piece of text and the character it starts at in the painted line."""

    at: int
    text: str
    cell: int
    """Which cell of a table it is in, counted from the left."""


@dataclass(frozen=True, slots=True)
class Written:
    """The text of one painted line.

    Args:
        runs: its text from left to right.
        joint: what stands between it and the line above when it goes on with that one: a soft
            wrap. None where a line of its own begins.
        drawn: whether there is nothing of the text on it, but a label or a rule.
        boxed: whether it is a row of a table.
    """

    runs: tuple[Run, ...]
    joint: str | None
    drawn: bool
    boxed: bool

    def text(self, span: Span = WHOLE) -> str:
        """Return the text within ``span``; the cells of a table are separated by tabs."""
        start, end = span
        cells: dict[int, str] = {}
        for at, text, cell in self.runs:
            stop = len(text) if end < 0 else max(0, end - at)
            cells[cell] = cells.get(cell, "") + text[max(0, start - at) : stop]
        if self.boxed:
            return "\t".join(cell.strip() for cell in cells.values()).strip("\t")
        return "".join(cells.values())


def read(strip: Strip) -> Written:
    """Return the text painted in ``strip``."""
    runs: list[Run] = []
    joins: str | None = None
    first = at = cell = 0
    furniture = barred = False
    for text, style, _ in strip:
        meta = marks(style)
        if is_drawn(meta):
            furniture = furniture or is_label(meta) or not _STROKES.isdisjoint(text)
            cell += bool(runs) and _SIDE in text
            barred = barred or bool(text.strip())
        else:
            if joins is None and (joins := joint(meta)) is not None:
                first = len(runs)
            runs.append(Run(at, text, cell))
        at += len(text)
    boxed = cell > 0 and not furniture
    if boxed:
        joins = None  # the cells beside it begin a line of their own
    elif joins is not None:
        # The indent of a list is not part of a line that goes on.
        del runs[:first]
    blank = not any(run.text.strip() for run in runs)
    if blank and not barred:
        runs.clear()  # the indent of a list without anything behind it
    return Written(tuple(runs), joins, furniture and blank, boxed)


def text_of(lines: Iterable[tuple[Strip, Span]]) -> str:
    """Return the text within each span, without bars, margins, boxes and soft wraps."""
    parts: list[str] = []
    for strip, span in lines:
        line = read(strip)
        if line.drawn:
            continue
        if parts:
            parts.append("\n" if line.joint is None else line.joint)
        parts.append(line.text(span))
    return "".join(parts)
