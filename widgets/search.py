"""Finding a text in a conversation: how often each message has it, and which one is current."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.strip import Strip

from providers.messages import Role
from widgets.height_index import HeightIndex
from widgets.needle import Needle, Place
from widgets.views import MessageView

_KNOWN = 400  # pieces whose places are kept

Places = dict[int, list[Place]]
"""What was found on each line of a piece."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found.

    Args:
        count: how many places.
        index: which of them is the current one, counted from 1; 0 while there is none.
    """

    count: int
    index: int


class Search:
    """How often each message has a needle; a change costs no more in a long conversation.

    Args:
        needle: what is looked for.
        views: the messages from the top.
        origin: the row to look from, so that each further letter does not go further away.
    """

    def __init__(self, needle: Needle, views: Iterable[MessageView], origin: int) -> None:
        self.needle = needle
        self.origin = origin
        self._places: dict[int, tuple[Sequence[Strip], Places]] = {}
        self._counts = HeightIndex(self._count(view) for view in views)
        self._row = self._nth = 0
        first = self._counts.start(min(origin, len(self._counts)))
        self._go(first if first < self._counts.total else 0)

    @property
    def found(self) -> Found:
        """How many places there are, and which one is current."""
        total = self._counts.total
        return Found(total, min(self._index + 1, total))

    @property
    def place(self) -> tuple[int, int] | None:
        """The row of the current place and how many there are before it in that message."""
        return (self._row, self._nth) if self._counts.total else None

    def step(self, direction: int) -> None:
        """Go to the next place (1) or the one before (-1), round the ends."""
        if total := self._counts.total:
            self._go((self._index + direction) % total)

    def append(self, view: MessageView) -> None:
        """Take along a message below all others."""
        first = not self._counts.total
        self._counts.append(self._count(view))
        if first:
            self._go(0)

    def recount(self, row: int, view: MessageView) -> None:
        """Take along that message ``row`` has another text."""
        first = not self._counts.total
        self._counts[row] = self._count(view)
        if first:
            self._go(0)
        elif self._row == row and self._nth >= self._counts[row]:
            self._go(max(0, min(self._counts.start(row), self._counts.total - 1)))

    def places(self, strips: Sequence[Strip]) -> Places:
        """Return where the needle is on the painted lines of a piece; kept while they are."""
        known = self._places.get(id(strips))
        if known is not None and known[0] is strips:
            return known[1]
        if len(self._places) >= _KNOWN:
            self._places.clear()
        found = self.needle.places(strips)
        # The lines are kept with their places: only so is their id theirs alone.
        self._places[id(strips)] = (strips, found)
        return found

    @property
    def _index(self) -> int:
        return self._counts.start(self._row) + self._nth if self._counts.total else 0

    def _go(self, index: int) -> None:
        if self._counts.total:
            self._row = self._counts.find(index)
            self._nth = index - self._counts.start(self._row)

    def _count(self, view: MessageView) -> int:
        # A line break within a paragraph is painted as a space.
        text = view.text if view.role is Role.USER else view.text.replace("\n", " ")
        return self.needle.count(text)
