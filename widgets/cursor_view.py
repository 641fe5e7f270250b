"""A document with a cursor: one message is current, and keys say what is wanted of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from providers.messages import Role
from widgets.document import Position
from widgets.document_view import DocumentView
from widgets.key_hints import Hint, key_line
from widgets.line_marks import marks, offered
from widgets.message_commands import COMMAND_KEYS, MessageCommand
from widgets.message_entry import Entry
from widgets.overlay import with_mark
from widgets.shown_keys import shown_key_of

_OVERLAP = 2  # lines that stay in view when a long message is paged through


def _bindings() -> Iterator[BindingType]:
    for row in COMMAND_KEYS:
        for key in row.keys.split(","):
            number = int(key) if row.command is MessageCommand.COPY_CODE else 0
            name = f"message.{row.command}{f'-{number}' if number else ''}"
            yield Binding(key, f"want('{row.command}', {number})", row.words, show=False, id=name)


class CursorView(DocumentView):
    """Marks the current message while it has the focus, and posts what is wanted of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k,ctrl+up", "cursor(-1)", "Previous message", show=False, id="message.previous"),
        Binding("j,ctrl+down", "cursor(1)", "Next message", show=False, id="message.next"),
        *_bindings(),
    ]

    @dataclass
    class Wanted(Message, namespace="transcript"):
        """The person wants something of a message.

        Args:
            command: what.
            key: the message, None where there is none to be meant.
            number: which of its code blocks from 1 on, for ``COPY_CODE``; else 0.
        """

        command: MessageCommand
        key: str | None
        number: int = 0

    _current: str | None = None

    @property
    def current(self) -> str | None:
        """The message the cursor is on, None before it was on any."""
        return self._current

    def go_to(self, key: str) -> None:
        """Put the cursor on message ``key`` and bring it into view.

        Raises:
            KeyError: there is none.
        """
        self._go_to_row(self.document.row(key))

    def want(self, command: MessageCommand, number: int = 0) -> None:
        """Post that ``command`` is wanted of the current message."""
        self.post_message(self.Wanted(command, self._current, number))

    def action_want(self, command: str, number: int) -> None:
        """Take a key for the command it stands for."""
        self.want(MessageCommand(command), number)

    def action_cursor(self, direction: int) -> None:
        """Go to the next message (1) or the one before (-1), first through a long one."""
        if not self.document.entries:
            return
        row = self._row()
        start, stop = self.document.span(row)
        view = self.view_lines
        page = max(1, len(view) - _OVERLAP)
        if stop - start > len(view) and direction > 0 and view.start < stop - len(view):
            self.scroll_to(y=min(view.start + page, stop - len(view)))
        elif stop - start > len(view) and direction < 0 and start < view.start:
            self.scroll_to(y=max(view.start - page, start))
        else:
            row += direction
            while 0 <= row < len(self.document.entries):
                start, stop = self.document.span(row)
                if stop > start:
                    self._go_to_row(row, from_below=direction < 0)
                    return
                row += direction

    def action_scroll_home(self) -> None:
        """Go to the first message."""
        super().action_scroll_home()
        self._set_row(0)

    def action_scroll_end(self) -> None:
        """Return to the newest text, follow it, and put the cursor on it."""
        super().action_scroll_end()
        self._set_row(len(self.document.entries) - 1)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the message that was clicked, and do what the word there offers."""
        if self.is_way_back(event.x, event.y):
            event.stop()
            self.action_scroll_end()
        elif (position := self.clicked(event)) is not None:
            self._set_row(position.entry)
            command = offered(marks(event.style))
            if command is not None:
                event.stop()
                self.want(command)

    def clicked(self, event: events.Click) -> Position | None:
        """Return what was clicked, None for the foot, an empty place and the end of a drag."""
        line = self.scroll_offset.y + event.y
        if line not in self.view_lines or self.text_selection is not None:
            return None
        return self.document.position(line)

    # -- where it is

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Show the cursor with the focus: where it was, or on the newest message in view."""
        super().watch_has_focus(_has_focus)
        if _has_focus and not self._is_in_view():
            bottom = self.bottom()
            self._set_row(len(self.document.entries) - 1 if bottom is None else bottom.entry)
        self.refresh()

    def view_moved(self) -> None:
        """Keep the cursor in view: what is out of sight cannot be meant."""
        if not self.has_focus or self._is_in_view() or not self.document.entries:
            return
        view = self.view_lines
        if self._current is None or self.document.span(self._row())[0] >= view.stop:
            bottom = self.bottom()
            self._set_row(len(self.document.entries) - 1 if bottom is None else bottom.entry)
        elif self._top is not None:
            row = self._top.entry
            start, stop = self.document.span(row)
            # A message that begins in view is meant rather than the end of the one above.
            self._set_row(row + (start < view.start and stop < view.stop))

    def _set_row(self, row: int) -> None:
        row = min(row, len(self.document.entries) - 1)
        self._current = self.document.entries[row].view.key if row >= 0 else None
        self.refresh()

    def _row(self) -> int:
        """Return the current row, which is the newest in view when there is none."""
        if self._current is not None and self._current in self.document:
            return self.document.row(self._current)
        bottom = self.bottom()
        return len(self.document.entries) - 1 if bottom is None else bottom.entry

    def _is_in_view(self) -> bool:
        if self._current is None or self._current not in self.document:
            return False
        start, stop = self.document.span(self.document.row(self._current))
        return start < self.view_lines.stop and stop > self.view_lines.start

    def _go_to_row(self, row: int, *, from_below: bool = False) -> None:
        """Put the cursor on ``row`` and bring it into view, its end when it comes from below."""
        self._set_row(row)
        start, stop = self.document.span(row)
        view = self.view_lines
        if view and start >= view.start and stop <= view.stop:
            return
        above = start < view.start
        begins = Position(row, 0, 0)
        if from_below and stop - start > len(view) and row + 1 < len(self.document.entries):
            self.place(stop - len(view), Position(row + 1, 0, 0))
            return
        self.place(start, begins)
        if not above and view:
            # It came from below the view: no further than needed to read all of it.
            start, stop = self.document.span(row)
            if stop - start < len(view):
                self.place(stop - len(view), begins)

    # -- how it looks

    def decorate(self, strip: Strip, line: int) -> Strip:
        """Return ``strip`` with the cursor's mark where it is on the current message."""
        strip = super().decorate(strip, line)
        if self.has_focus and self._current is not None and self._current in self.document:
            start, stop = self.document.span(self.document.row(self._current))
            if start < line < stop:
                return with_mark(strip, self.overlay.cursor, first=line == start + 1)
        return strip

    def foot(self, width: int) -> Strip:
        """Return the keys that do something now."""
        if not self.has_focus:
            return super().foot(width)
        label, hints = self.hints()
        return key_line(label, hints, width, len(self.way_back), self.overlay)

    def hints(self) -> tuple[str, list[Hint]]:
        """Return what is said before the keys, and the keys with what they do."""
        if self._current is None or self._current not in self.document:
            return "", [Hint(self.key("leave", "escape"), "back")]
        return "", list(_hints(self.document.entry(self._current), self.key))

    def key(self, name: str, usual: str) -> str:
        """Return the key in force for something about messages, as people read it."""
        return shown_key_of(self, f"message.{name}", usual)


def _hints(entry: Entry, key: Callable[[str, str], str]) -> Iterator[Hint]:
    """Yield the keys for a message, those that suit it before the ones that suit any."""
    view = entry.view
    yield Hint(key("menu", "enter"), "menu")
    yield Hint(key("copy", "c"), "copy")
    if blocks := len(entry.code_blocks()):
        yield Hint("1" if blocks == 1 else f"1-{min(9, blocks)}", "copy code")
    if view.cut_off:
        yield Hint(key("continue", "o"), "continue")
    if view.role is Role.USER:
        yield Hint(key("edit", "e"), "edit")
    yield Hint(key("again", "r"), "again")
    if view.versions > 1:
        yield Hint(key("older", "left") + key("newer", "right"), "versions")
    yield Hint(key("select", "v"), "select")
    yield Hint(key("find", "slash"), "find")
    if view.role is not Role.USER:
        yield Hint(key("rate-up", "plus") + key("rate-down", "minus"), "rate")
    yield Hint(key("leave", "escape"), "back")
