"""The lines of a whole conversation, of which only those in view are ever painted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

from textual.strip import Strip

from widgets.height_index import HeightIndex
from widgets.markdown.palette import Palette
from widgets.message_entry import Entry

_PAINTED = 200  # messages whose painted lines are kept


class Position(NamedTuple):
    """A line told by what it shows, which stays true when heights above it change."""

    entry: int
    piece: int
    line: int


class Document:
    """Messages above each other.

    A height is an estimate until its lines are painted. ``settle`` paints what is in view and
    says where the view is then, so that what is read stays where it is on the screen.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._keys: dict[str, int] = {}
        self._heights = HeightIndex()
        self._painted: OrderedDict[int, None] = OrderedDict()
        self._width = 1
        self._palette: Palette | None = None

    @property
    def height(self) -> int:
        """Lines of all messages, partly estimated."""
        return self._heights.total

    def replace(self, entries: Iterable[Entry]) -> None:
        """Show ``entries`` and nothing else."""
        self.entries = list(entries)
        self._keys = {entry.view.key: row for row, entry in enumerate(self.entries)}
        self._painted.clear()
        self._measure()

    def append(self, entry: Entry) -> None:
        """Add a message at the end."""
        self._keys[entry.view.key] = len(self.entries)
        self.entries.append(entry)
        self._heights.append(entry.height(self._width))

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def entry(self, key: str) -> Entry:
        """Return the message called ``key``.

        Raises:
            KeyError: there is none.
        """
        return self.entries[self._keys[key]]

    def changed(self, entry: Entry) -> None:
        """Take note that ``entry`` has other pieces than before."""
        row = self._keys[entry.view.key]
        self._heights[row] = entry.height(self._width)

    def restyle(self, palette: Palette) -> None:
        """Paint in other colours from now on."""
        self._palette = palette
        for entry in self.entries:
            entry.repaint()

    def resize(self, width: int) -> None:
        """Paint at another width from now on."""
        self._width = max(1, width)
        self._measure()

    def position(self, line: int) -> Position | None:
        """Return what is shown at ``line``, None below the last message."""
        row = self._heights.find(line)
        if row >= len(self.entries):
            return None
        inside = line - self._heights.start(row)
        return Position(row, *self.entries[row].piece_at(inside, self._width))

    def line(self, position: Position) -> int:
        """Return the line ``position`` is at now."""
        entry = self.entries[position.entry]
        start = entry.piece_start(position.piece, self._width)
        stop = entry.piece_start(position.piece + 1, self._width)
        inside = min(position.line, max(0, stop - start - 1))
        return self._heights.start(position.entry) + start + inside

    def settle(self, top: int, height: int, held: Position | None = None) -> int:
        """Paint ``height`` lines from ``top`` on.

        Args:
            top: the first line in view.
            height: lines in view.
            held: what must not move on the screen when lines above it turn out to be more or
                fewer than estimated.

        Returns:
            The first line in view, now that the heights are known.
        """
        while True:
            before = None if held is None else self.line(held)
            if not self._paint(top, height):
                return top
            if held is not None and before is not None and before >= top:
                top = max(0, top + self.line(held) - before)

    def settle_end(self, height: int) -> int:
        """Paint the last ``height`` lines and return the first of them."""
        while True:
            top = max(0, self.height - height)
            if not self._paint(top, height):
                return top

    def strip(self, line: int) -> Strip | None:
        """Return a painted line, None below the last message."""
        row = self._heights.find(line)
        if row >= len(self.entries) or self._palette is None:
            return None
        inside = line - self._heights.start(row)
        return self.entries[row].strip(inside, self._width, self._palette)

    def _paint(self, top: int, height: int) -> bool:
        """Paint what is in view; return whether a height was not as estimated."""
        if self._palette is None:
            return False
        changed = False
        row = self._heights.find(top)
        start = self._heights.start(row)
        while row < len(self.entries) and start < top + height:
            entry = self.entries[row]
            changed |= entry.draw(top - start, top + height - start, self._width, self._palette)
            exact = entry.height(self._width)
            changed |= exact != self._heights[row]
            self._heights[row] = exact
            self._remember(row)
            start += exact
            row += 1
        return changed

    def _remember(self, row: int) -> None:
        self._painted[row] = None
        self._painted.move_to_end(row)
        while len(self._painted) > _PAINTED:
            far, _ = self._painted.popitem(last=False)
            self.entries[far].forget()

    def _measure(self) -> None:
        self._heights = HeightIndex(entry.height(self._width) for entry in self.entries)
