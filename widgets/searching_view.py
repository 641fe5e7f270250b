"""A document in which a text can be found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from widgets.document import Position
from widgets.key_hints import Hint
from widgets.markdown.blocks import Plain
from widgets.message_commands import MessageCommand
from widgets.message_entry import Entry
from widgets.message_parts import Question
from widgets.needle import Needle
from widgets.overlay import highlight
from widgets.search import Found, Search
from widgets.selecting_view import SelectingView


class SearchingView(SelectingView):
    """Highlights what is looked for wherever it is in view, and goes from place to place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "find_step(1)", "Next place that was found", show=False, id="message.found"),
        Binding("N", "find_step(-1)", "Place before", show=False, id="message.found-before"),
    ]

    @dataclass
    class FoundChanged(Message, namespace="transcript"):
        """A search found more, went to another place, or ended.

        Args:
            found: the places.
            searching: whether the search goes on.
        """

        found: Found
        searching: bool

    _search: Search | None = None
    _said: Found | None = None
    _here: tuple[int, int, int] | None = None  # row, piece and which place in it

    def find(self, needle: str) -> Found:
        """Look for ``needle`` and go to the first place from where the search began on.

        Capitals in it have to match; without any they do not matter. Messages that arrive
        later are looked through as well. A blank needle ends the search.

        Returns:
            How many places there are, counted over the messages' sources, and which is current.
        """
        wanted = Needle.of(needle)
        if not wanted:
            self.end_find()
            return Found(0, 0)
        origin = self._search.origin if self._search is not None else self._first_row()
        self._search = Search(wanted, (entry.view for entry in self.document.entries), origin)
        self._go_to_place()
        return self._search.found

    def find_step(self, direction: int) -> Found:
        """Go to the next place (1) or the one before (-1), from the last on to the first."""
        if self._search is None:
            return Found(0, 0)
        self._search.step(direction)
        self._go_to_place()
        return self._search.found

    def end_find(self) -> None:
        """Highlight nothing any more."""
        if self._search is not None:
            self._search = self._here = None
            self._tell()
            self.refresh()

    def action_find_step(self, direction: int) -> None:
        """Go to another place while there is a search; else the key is somebody else's."""
        if self._search is None:
            raise SkipAction
        self.find_step(direction)

    def want(self, command: MessageCommand, number: int = 0) -> None:
        """Take escape for the end of the search, after that of a selection."""
        selected = self.selecting or self.text_selection is not None
        if command is MessageCommand.LEAVE and self._search is not None and not selected:
            self.end_find()
        else:
            super().want(command, number)

    # -- what changes in the document

    def added(self, entry: Entry) -> None:
        """Take along a message at the end."""
        self.document.append(entry)
        if self._search is not None:
            self._search.append(entry.view)
            self._tell()

    def changed(self, entry: Entry) -> None:
        """Take along that ``entry`` has another text."""
        self.document.changed(entry)
        if self._search is not None:
            self._search.recount(self.document.row(entry.view.key), entry.view)
            self._tell()

    def replaced(self) -> None:
        """Take along that other messages are there than before."""
        self._anchor = self._head = self._here = None
        if self._search is not None:
            views = (entry.view for entry in self.document.entries)
            self._search = Search(self._search.needle, views, 0)
            self._tell()

    # -- places

    def _first_row(self) -> int:
        return 0 if self._top is None else self._top.entry

    def _tell(self) -> None:
        found = Found(0, 0) if self._search is None else self._search.found
        if found != self._said or self._search is None:
            self._said = found
            self.post_message(self.FoundChanged(found, self._search is not None))

    def _go_to_place(self) -> None:
        """Bring the current place into view and put the cursor on its message."""
        self._here = None
        self._tell()
        self.refresh()
        if self._search is None or (place := self._search.place) is None:
            return
        row, nth = place
        position = self._painted_at(self._search, row, nth)
        line = self.document.line(position)
        if line not in self.view_lines:
            self.place(line - len(self.view_lines) // 3, position)
        else:
            self.refresh_document()
        self._set_row(row)

    def _painted_at(self, search: Search, row: int, nth: int) -> Position:
        """Return where place ``nth`` of a message is painted; its beginning when it is markup."""
        entry = self.document.entries[row]
        for index in entry.text_pieces:
            block = entry.pieces[index].block
            if isinstance(block, Plain | Question):
                # A huge message is made of these, and only one of them need be painted.
                count = search.needle.count(block.text)
                if nth >= count:
                    nth -= count
                    continue
            places = search.places(self.document.text_lines(row, index))
            count = 1 + max((place.nth for on in places.values() for place in on), default=-1)
            if nth < count:
                self._here = (row, index, nth)
                line = min(line for line, on in places.items() if any(p.nth == nth for p in on))
                return Position(row, index, line)
            nth -= count
        return Position(row, 0, 0)

    def decorate(self, strip: Strip, line: int) -> Strip:
        """Return ``strip`` with what was found on it highlighted."""
        if self._search is not None and (position := self.document.position(line)) is not None:
            row, piece, inside = position
            places = self._search.places(self.document.text_lines(row, piece))
            for place in places.get(inside, ()):
                here = (row, piece, place.nth) == self._here
                style = self.overlay.found_here if here else self.overlay.found
                strip = highlight(strip, place.span, style)
        return super().decorate(strip, line)

    def hints(self) -> tuple[str, list[Hint]]:
        """Return the keys of a search while there is one."""
        if self._search is None or self.selecting:
            return super().hints()
        found = self._search.found
        label = f"{found.index:,}/{found.count:,}" if found.count else "nothing found"
        keys = (
            ("found", "n", "next"),
            ("found-before", "N", "previous"),
            ("leave", "escape", "end"),
        )
        return label, [Hint(self.key(name, usual), words) for name, usual, words in keys]
