"""A block in its place in a message, with the lines painted of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.segment import Segment
from textual.strip import Strip

from widgets.line_marks import DRAWN
from widgets.markdown.blocks import Block, Items, gap_between
from widgets.markdown.palette import Palette
from widgets.message_parts import Attached, Question

_MARGIN = 2  # blank cells left of an answer, where a question has its bar
WIDEST = 112  # cells; longer lines are hard to read
_FULL_WIDTH = (Question, Attached)  # what the person sent: tinted from edge to edge


class Piece:
    """A block in its place, with its painted lines for one width."""

    def __init__(self, block: Block, *, gap: int, faded: bool = False) -> None:
        self.block = block
        self._gap = gap
        self._faded = faded
        self._width = 0
        self._height = 0
        self._strips: list[Strip] | None = None

    def height(self, width: int) -> int:
        """Return its lines at ``width`` cells: exactly once it was painted, else about."""
        if self._width != width:
            self._strips = None
            self._width = width
            self._height = self._gap + self.block.estimate(_inner(self.block, width))
        return self._height

    def strips(self, width: int, palette: Palette) -> list[Strip]:
        """Return its painted lines; they are kept until the width changes."""
        self.height(width)
        if self._strips is None:
            margin = 0 if isinstance(self.block, _FULL_WIDTH) else _MARGIN
            blank = palette.text + DRAWN
            base = palette.faded if self._faded else palette.text
            lines = self.block.draw(_inner(self.block, width), palette, base)
            indent = [Segment(" " * margin, blank)] if margin else []
            self._strips = [Strip.blank(width, blank)] * self._gap
            self._strips += [
                Strip([*indent, *line]).adjust_cell_length(width, blank) for line in lines
            ]
            self._height = len(self._strips)
        return self._strips

    def forget(self) -> None:
        """Give up the painted lines, but not the knowledge of their number."""
        self._strips = None


def _inner(block: Block, width: int) -> int:
    if isinstance(block, _FULL_WIDTH):
        return max(1, width)
    return max(1, min(width - _MARGIN - 1, WIDEST))


def pieces_of(blocks: Iterable[Block], above: Block | None = None) -> Iterator[Piece]:
    """Yield a piece for each block, and for each item of a list, so a long one costs no more."""
    for block in blocks:
        gap = 1 if above is None else gap_between(above, block)
        items = block.items if isinstance(block, Items) else [block]
        for index, item in enumerate(items):
            yield Piece(item, gap=gap_between(items[index - 1], item) if index else gap)
        above = block
