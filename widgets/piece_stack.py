"""Pieces above each other, with their heights and painted lines."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from textual.strip import Strip

from widgets.markdown.palette import Palette
from widgets.piece import Piece


class PieceStack(ABC):
    """Pieces of which only those in view are painted; a height is an estimate until then."""

    __slots__ = ("_pieces", "_starts", "_width")

    def __init__(self) -> None:
        self._pieces: Sequence[Piece] | None = None
        self._starts: Sequence[int] = ()
        self._width = 0

    @abstractmethod
    def make(self) -> Sequence[Piece]:
        """Return the pieces; they are kept until ``remake``."""

    @property
    def pieces(self) -> Sequence[Piece]:
        """The pieces from top to bottom."""
        if self._pieces is None:
            self._pieces = self.make()
            self._starts = ()
        return self._pieces

    def remake(self) -> None:
        """Take note that the pieces are others than before."""
        self._pieces = None

    def height(self, width: int) -> int:
        """Return all lines at ``width`` cells, exactly where they have been painted."""
        return self._measure(width)[-1]

    def draw(self, start: int, stop: int, width: int, palette: Palette) -> bool:
        """Paint the pieces that cover the lines from ``start`` to ``stop``.

        Returns:
            Whether one of them had another height than estimated.
        """
        starts = self._measure(width)
        changed = False
        for index in range(self._index(start), len(self.pieces)):
            if starts[index] >= stop:
                break
            estimate = self.pieces[index].height(width)
            changed |= len(self.lines_of(index, width, palette)) != estimate
        return changed

    def lines_of(self, index: int, width: int, palette: Palette) -> Sequence[Strip]:
        """Return the painted lines of piece number ``index``."""
        piece = self.pieces[index]
        estimate = piece.height(width)
        strips = piece.strips(width, palette)
        if len(strips) != estimate:
            self._starts = ()
        return strips

    def strip(self, line: int, width: int, palette: Palette) -> Strip:
        """Return one painted line."""
        starts = self._measure(width)
        index = self._index(line)
        strips = self.lines_of(index, width, palette)
        offset = line - starts[index]
        return strips[offset] if offset < len(strips) else Strip.blank(width, palette.text)

    def piece_at(self, line: int, width: int) -> tuple[int, int]:
        """Return the piece that covers ``line`` and the line within it."""
        starts = self._measure(width)
        index = self._index(line)
        return index, line - starts[index]

    def piece_start(self, index: int, width: int) -> int:
        """Return the line piece number ``index`` starts at."""
        starts = self._measure(width)
        return starts[min(index, len(starts) - 1)]

    def forget(self) -> None:
        """Give up the painted lines of a message that is far from view."""
        for piece in self._pieces or ():
            piece.forget()

    def repaint(self) -> None:
        """Give up everything that depends on colours or on measured heights."""
        for piece in self._pieces or ():
            piece.forget()
        self._starts = ()

    def _index(self, line: int) -> int:
        return max(0, min(bisect_right(self._starts, line) - 1, len(self.pieces) - 1))

    def _measure(self, width: int) -> Sequence[int]:
        pieces = self.pieces
        if not self._starts or self._width != width:
            heights = (piece.height(width) for piece in pieces)
            self._starts = list(accumulate(heights, initial=0))
            self._width = width
        return self._starts
