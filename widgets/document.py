"""The lines of a whole conversation, of which only those in view are ever painted."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from textual.strip import Strip

from widgets.height_index import HeightIndex
from widgets.markdown.palette import Palette
from widgets.message_entry import Entry
from widgets.written import WHOLE, read, text_of

_PAINTED = 200  # messages whose painted lines are kept
_COPIED = 200  # messages that are painted to be copied: 0.1 s


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

    def row(self, key: str) -> int:
        """Return which message from the top is called ``key``.

        Raises:
            KeyError: there is none.
        """
        return self._keys[key]

    def span(self, row: int) -> tuple[int, int]:
        """Return the line message ``row`` starts at and the line below its last one."""
        start = self._heights.start(row)
        return start, start + self._heights[row]

    def truncate(self, row: int) -> None:
        """Remove message ``row`` and all below it."""
        for entry in self.entries[row:]:
            del self._keys[entry.view.key]
        del self.entries[row:]
        self._heights = HeightIndex(self._heights[above] for above in range(row))
        for painted in [painted for painted in self._painted if painted >= row]:
            del self._painted[painted]

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

    def soft(self, line: int) -> bool:
        """Return whether ``line`` goes on with the one above: a soft wrap."""
        strip = self.strip(line)
        return strip is not None and read(strip).joint is not None

    def written(self, line: int) -> bool:
        """Return whether there is text on ``line``, rather than a label, a rule or nothing."""
        strip = self.strip(line)
        return strip is not None and bool(read(strip).text().strip())

    def strips(self, first: Position, last: Position) -> Iterator[Strip]:
        """Yield the lines from ``first`` to ``last``, in view or not, with what was written.

        Heights above the view may change by that: ``settle`` it afterwards.
        """
        if self._palette is None:
            return
        for row in range(first.entry, last.entry + 1):
            entry = self.entries[row]
            self.paint(row)
            begin = first.piece if row == first.entry else 0
            end = last.piece if row == last.entry else len(entry.pieces) - 1
            for piece in range(begin, min(end + 1, len(entry.pieces))):
                lines = entry.written_lines(piece, self._width, self._palette)
                start = first.line if (row, piece) == first[:2] else 0
                stop = last.line + 1 if (row, piece) == last[:2] else len(lines)
                yield from lines[start:stop]

    def text(self, first: Position, last: Position) -> str:
        """Return what is written from ``first`` to ``last``, as it is painted.

        Of very many messages those between the first and the last one are taken as Markdown:
        painting ten thousand would take seconds.
        """
        if last.entry - first.entry <= _COPIED:
            return self._painted_text(first, last)
        between = (entry.view.text for entry in self.entries[first.entry + 1 : last.entry])
        end = Position(first.entry, len(self.entries[first.entry].pieces) - 1, sys.maxsize)
        begin = Position(last.entry, 0, 0)
        parts = (self._painted_text(first, end), *between, self._painted_text(begin, last))
        return "\n\n".join(part.strip("\n") for part in parts)

    def _painted_text(self, first: Position, last: Position) -> str:
        return text_of((strip, WHOLE) for strip in self.strips(first, last))

    def text_lines(self, row: int, piece: int) -> Sequence[Strip]:
        """Return the painted lines of a piece, none where it is not of the message's text."""
        entry = self.entries[row]
        if self._palette is None or piece not in entry.text_pieces:
            return ()
        strips = entry.lines_of(piece, self._width, self._palette)
        self._heights[row] = entry.height(self._width)
        return strips

    def paint(self, row: int) -> None:
        """Paint all of message ``row``, so that its height is exact."""
        if self._palette is not None:
            entry = self.entries[row]
            entry.draw(0, sys.maxsize, self._width, self._palette)
            self._heights[row] = entry.height(self._width)
            self._remember(row)

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
