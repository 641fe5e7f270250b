"""A document whose lines can be selected by keyboard, and its words by mouse."""

from __future__ import annotations

import re
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.selection import Selection
from textual.strip import Strip

from widgets.cursor_view import CursorView
from widgets.document import Position
from widgets.key_hints import Hint
from widgets.message_commands import MessageCommand
from widgets.overlay import highlight
from widgets.written import WHOLE

_WORD = re.compile(r"[\w./~@:-]*\w[\w/-]*")


class SelectingView(CursorView):
    """Selects whole lines between where ``v`` was pressed and where the keys have gone."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "select_lines", "Select lines", show=False, id="message.select"),
    ]

    _anchor: Position | None = None
    _head: Position | None = None

    @property
    def selecting(self) -> bool:
        """Whether lines are being selected by keyboard."""
        return self._anchor is not None

    def selected_text(self) -> str:
        """Return what is selected by keyboard or mouse, as it was written: "" for nothing."""
        if self._anchor is not None and self._head is not None:
            return self.lines_text(*sorted((self._anchor, self._head)))
        if self.text_selection is None:
            return ""
        found = self.get_selection(self.text_selection)
        return found[0] if found is not None else ""

    def end_selection(self) -> bool:
        """Select nothing, and return whether anything was selected."""
        selected = self.selecting or self.text_selection is not None
        self._anchor = self._head = None
        self.screen.clear_selection()
        self.refresh()
        return selected

    def action_select_lines(self) -> None:
        """Select from the cursor's message, or from the top of the view where it began above."""
        if self.selecting:
            self.end_selection()
        elif self.document.entries:
            line = max(self._first_line(self._row()), self.view_lines.start)
            self.screen.clear_selection()
            self._anchor = self._head = self.document.position(line)
            self.refresh()

    def _first_line(self, row: int) -> int:
        """Return the first line of a message with something written on it."""
        lines = range(*self.document.span(row))
        return next((line for line in lines if self.document.written(line)), lines.start)

    def want(self, command: MessageCommand, number: int = 0) -> None:
        """Take enter for copying while there is a selection, and escape for its end."""
        selected = self.selecting or self.text_selection is not None
        if command is MessageCommand.LEAVE and selected:
            self.end_selection()
        elif command is MessageCommand.MENU and self.selecting:
            super().want(MessageCommand.COPY_SELECTION)
        elif command is not MessageCommand.COPY_SELECTION or selected:
            super().want(command, number)

    # -- the keys that otherwise scroll

    def action_cursor(self, direction: int) -> None:
        """Extend the selection by a line, else go to another message."""
        if not self._extend(direction):
            super().action_cursor(direction)

    def action_scroll_up(self) -> None:
        """Extend the selection upwards, else scroll."""
        if not self._extend(-1):
            super().action_scroll_up()

    def action_scroll_down(self) -> None:
        """Extend the selection downwards, else scroll."""
        if not self._extend(1):
            super().action_scroll_down()

    def action_page_up(self) -> None:
        """Extend the selection by a page, else scroll."""
        if not self._extend(-len(self.view_lines)):
            super().action_page_up()

    def action_page_down(self) -> None:
        """Extend the selection by a page, else scroll."""
        if not self._extend(len(self.view_lines)):
            super().action_page_down()

    def action_scroll_home(self) -> None:
        """Extend the selection to the first line, else scroll."""
        super().action_scroll_home()
        self._extend(0, self.view_lines.start)

    def action_scroll_end(self) -> None:
        """Extend the selection to the last line, else scroll."""
        super().action_scroll_end()
        self._extend(0, min(self.view_lines.stop, self.document.height) - 1)

    def _extend(self, lines: int, line: int | None = None) -> bool:
        """Move the end of the selection by ``lines`` or to ``line``, if there is a selection."""
        if self._head is None:
            return False
        if line is None:
            line = self.document.line(self._head) + lines
        line = max(0, min(line, self.document.height - 1))
        view = self.view_lines
        held = self._head
        if line < view.start:
            self.place(line, held)
            line = self.view_lines.start
        elif line >= view.stop:
            self.place(line - len(view) + 1, held)
            line = min(self.view_lines.stop, self.document.height) - 1
        self._head = self.document.position(line)
        if self._head is not None:
            self._set_row(self._head.entry)
        self.refresh()
        return True

    # -- the mouse

    def on_click(self, event: events.Click) -> None:
        """Select the word under a double click, the line under a third one."""
        if event.chain < 2:
            return
        # Textual would select the whole conversation.
        event.prevent_default()
        line = self.scroll_offset.y + event.y
        strip = self.document.strip(line) if line in self.view_lines else None
        if strip is None:
            return
        column = len(strip.crop(0, event.x).text)
        span = (0, len(strip.text))
        if event.chain == 2:
            words = (match.span() for match in _WORD.finditer(strip.text))
            span = next((word for word in words if word[0] <= column < word[1]), (0, 0))
        if span[0] < span[1]:
            start, end = Offset(span[0], line), Offset(span[1], line)
            self.screen.selections = {self: Selection(start, end)}

    # -- how it looks

    def decorate(self, strip: Strip, line: int) -> Strip:
        """Return ``strip`` as selected where it is."""
        strip = super().decorate(strip, line)
        if self._anchor is None or self._head is None:
            return strip
        first, last = sorted((self._anchor, self._head))
        if self.document.line(first) <= line <= self.document.line(last):
            return highlight(strip, WHOLE, self.selection_style)
        return strip

    def hints(self) -> tuple[str, list[Hint]]:
        """Return the keys of a selection while there is one."""
        if self._anchor is None or self._head is None:
            return super().hints()
        lines = abs(self.document.line(self._anchor) - self.document.line(self._head)) + 1
        label = f"{lines:,} line{'s' * (lines != 1)} selected"
        return label, [
            Hint("↑↓", "extend"),
            Hint(self.key("copy-selection", "y"), "copy"),
            Hint(self.key("leave", "escape"), "end"),
        ]
