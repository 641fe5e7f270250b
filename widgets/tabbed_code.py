"""Code with tabs, which are painted as spaces, as it was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.segment import Segment
from textual.strip import Strip

from widgets.line_marks import goes_on
from widgets.written import read

TAB = 4
"""Columns from one tab stop to the next, where code is painted."""


def as_written(strips: Sequence[Strip], code: str) -> Iterator[Strip]:
    """Yield the painted lines of ``code`` with its tabs in the place of the spaces.

    Args:
        strips: all lines painted of the code, with the blank ones above it and its label.
        code: what was painted.
    """
    sources = code.split("\n")
    # Above the code there are blank lines and a label, below it there is nothing.
    own = [read(strip).joint is None for strip in strips]
    above = sum(own) - len(sources)
    row, column = -1 - above, 0
    for strip, begins in zip(strips, own, strict=True):
        row += begins
        if row < 0:
            yield strip
            continue
        column = 0 if begins else column
        stop = column + len(read(strip).text())
        text = _between(sources[row], column, stop)
        column = stop
        yield Strip([Segment(text, None if begins else goes_on(""))])


def _between(source: str, start: int, stop: int) -> str:
    """Return the characters of ``source`` that begin between two columns of its expansion."""
    kept: list[str] = []
    column = 0
    for letter in source:
        if start <= column < stop:
            kept.append(letter)
        column += TAB - column % TAB if letter == "\t" else 1
    return "".join(kept)
