"""Lines to pick from, painted when they are seen: as quick with ten thousand as with ten."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual


class PickView(ScrollView, can_focus=True):
    """One line each; the cursor stands only on those that can be opened."""

    DEFAULT_CSS = """
    PickView {
        background: $background;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-color: $foreground 15%;
        overflow-x: hidden;
        & > .pick--cursor { background: $foreground 10%; }
        &:focus > .pick--cursor { background: $primary 30%; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"pick--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Line above", show=False, id="pick.up"),
        Binding("down", "move(1)", "Line below", show=False, id="pick.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="pick.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="pick.page-down"),
        Binding("home", "edge(-1)", "First line", show=False, id="pick.first"),
        Binding("end", "edge(1)", "Last line", show=False, id="pick.last"),
        Binding("enter", "open", "Show what is behind it", show=False, id="pick.open"),
    ]

    @dataclass
    class Opened(Message):
        """The person wants what is behind line ``line``."""

        line: int

    class Left(Message):
        """The person went up from the first line."""

    class Moved(Message):
        """The cursor is on another line."""

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._cursor: int | None = None

    @abstractmethod
    def line_count(self) -> int:
        """Return how many lines there are."""

    @abstractmethod
    def can_open(self, line: int) -> bool:
        """Return whether something is behind a line."""

    @abstractmethod
    def paint(self, line: int, width: int) -> Content:
        """Return a line."""

    @property
    def cursor(self) -> int | None:
        """The line under the cursor; None where there is nothing to open."""
        return self._cursor

    def renew(self, *, keep: bool = False) -> None:
        """Paint new lines.

        Args:
            keep: leave the cursor at the line it was on.
        """
        self.virtual_size = Size(self.size.width, self.line_count())
        at = self._cursor if keep else None
        self._cursor = self._next(0 if at is None else min(at, self.line_count() - 1), 1)
        if self._cursor is None:
            self._cursor = self._next(self.line_count() - 1, -1)
        if not keep:
            self.scroll_to(y=0, animate=False, immediate=True)
        self.refresh()

    def on_resize(self) -> None:
        """Know the new width."""
        self.virtual_size = Size(self.size.width, self.line_count())

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen."""
        width, line = self.size.width, y + self.scroll_offset.y
        style = self.visual_style
        if line >= self.line_count():
            return Strip.blank(width, style.rich_style)
        if line == self._cursor:
            style += self.get_visual_style("pick--cursor")
        content = self.paint(line, width).truncate(width, ellipsis=True)
        [strip, *_] = Visual.to_strips(self, content, width, 1, style, pad=True)
        return strip.crop(0, width)

    def action_move(self, step: int) -> None:
        """Go to the next line in a direction that can be opened."""
        if self._cursor is None:
            self.scroll_relative(y=step, animate=False)
            if step < 0 and self.scroll_offset.y == 0:
                self.post_message(self.Left())
            return
        found = self._next(self._cursor + step, step)
        if found is not None:
            self._go(found)
        elif step < 0:
            # What stands above the first one, a heading, is seen as well.
            self.scroll_home(animate=False)
            self.post_message(self.Left())
        else:
            self.scroll_end(animate=False)

    def action_page(self, step: int) -> None:
        """Go a screen further."""
        if self._cursor is not None:
            far = self._cursor + step * max(1, self.size.height - 1)
            far = max(0, min(far, self.line_count() - 1))
            found = self._next(far, -step)
            self._go(self._cursor if found is None else found)
        self.scroll_relative(y=step * self.size.height, animate=False)

    def action_edge(self, step: int) -> None:
        """Go to the first or the last line."""
        found = self._next(0 if step < 0 else self.line_count() - 1, -step)
        if found is not None:
            self._go(found)
        (self.scroll_home if step < 0 else self.scroll_end)(animate=False)

    def action_open(self) -> None:
        """Ask for what is behind the line under the cursor."""
        if self._cursor is not None:
            self.post_message(self.Opened(self._cursor))

    def on_click(self, event: events.Click) -> None:
        """Go to a line; one that is clicked again is opened."""
        line = event.y + self.scroll_offset.y
        if line >= self.line_count() or not self.can_open(line):
            return
        again = line == self._cursor
        self._go(line)
        if again:
            self.action_open()

    def _go(self, line: int) -> None:
        if line != self._cursor:
            self._cursor = line
            self.refresh()
            self.post_message(self.Moved())
        top, height = self.scroll_offset.y, self.size.height
        if line < top:
            self.scroll_to(y=line, animate=False, immediate=True)
        elif line >= top + height:
            self.scroll_to(y=line - height + 1, animate=False, immediate=True)

    def _next(self, line: int, step: int) -> int | None:
        """Return the first line from ``line`` on, in a direction, that can be opened."""
        while 0 <= line < self.line_count():
            if self.can_open(line):
                return line
            line += step
        return None
