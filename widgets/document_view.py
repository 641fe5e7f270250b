"""A document on the screen: scrolled, resized, coloured, selected, and followed as it grows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.selection import Selection
from textual.strip import Strip

from widgets.document import Document, Position
from widgets.line_marks import DRAWN
from widgets.line_view import LineView
from widgets.markdown.palette import Palette
from widgets.overlay import Overlay, highlight, with_end
from widgets.transcript_style import component
from widgets.written import WHOLE, Span, text_of

_NEWS = " ↓ new text below · End "
_TO_END = " ↓ End "
_ROOM_FOR_FOOT = 6  # lines; where there are fewer, each one is needed for text


class DocumentView(LineView, can_focus=True):
    """Paints the lines of a ``Document`` that are in view, and no others.

    The last line of the widget is its foot: it says the way back to the end, and whatever
    ``foot`` says.
    """

    ALLOW_SELECT = True

    following: reactive[bool] = reactive(True, init=False)
    """Whether the view stays at the end while the document grows."""

    new_text_below: reactive[bool] = reactive(False, init=False)
    """Whether text has arrived below the view since the person scrolled up."""

    @dataclass
    class FollowChanged(Message, namespace="transcript"):
        """The view left the end of the document, returned to it, or has news below it."""

        following: bool
        new_text_below: bool

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.document = Document()
        self._palette: Palette | None = None
        self._overlay: Overlay | None = None
        self._palette_is_stale = True
        self._settling = False
        self._foot_height = 0
        self._view = Size(0, 0)
        self._top: Position | None = None

    # -- what a reader adds to it

    def decorate(self, strip: Strip, line: int) -> Strip:
        """Return the painted ``line`` with what is laid over it."""
        del line
        return strip

    def foot(self, width: int) -> Strip:
        """Return the foot's line of ``width`` cells."""
        return Strip.blank(width, self._restyle().text + DRAWN)

    def view_moved(self) -> None:
        """Take note that other lines may be in view."""

    # -- where the view is

    def refresh_document(self, *, news: bool = False) -> None:
        """Paint what is in view after the document has changed.

        Args:
            news: whether text has arrived that the person may have to be told about.
        """
        if not self._view.height:
            return
        if self.following:
            self._restyle()
            self._move(self.document.settle_end(self._view.height))
        else:
            held = self._top
            self.place(self.document.line(held) if held is not None else 0, held)
            self.new_text_below = bool(self.way_back) and (self.new_text_below or news)
        self.refresh()

    def place(self, top: int, held: Position | None = None) -> None:
        """Bring line ``top`` to the top of the view, or as far up as the end allows.

        Args:
            top: a line of the document.
            held: what must not move on the screen when heights turn out other than estimated.
        """
        if not self._view.height:
            self._top, self.following = held, False
            return
        self._restyle()
        height = self._view.height
        top = self.document.settle(max(0, top), height, held)
        if top + height > self.document.height:
            top = self.document.settle_end(height)
        self._move(top)
        self.following = self.scroll_offset.y >= self.max_scroll_y

    def _move(self, top: int) -> None:
        """Put line ``top`` at the top of the view."""
        self._settling = True
        self.extend(Size(self._view.width, self.document.height + self._foot_height))
        self.scroll_target_y = self.scroll_y = top
        self._settling = False
        self.move_bar()
        self._top = self.document.position(self.scroll_offset.y)
        self.view_moved()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Paint what comes into view, and follow the end when it is reached."""
        if not self._settling and self._view.height:
            top, height = round(new_value), self._view.height
            # Going up keeps in place what was read; a jump keeps nothing.
            near = abs(top - round(old_value)) <= height
            self._move(self.document.settle(top, height, self._top if near else None))
            self.following = self.scroll_offset.y >= self.max_scroll_y
            new_value = self.scroll_y
        super().watch_scroll_y(old_value, new_value)

    def watch_following(self, following: bool) -> None:
        """Forget the news once the end is in view."""
        if following:
            self.new_text_below = False
        self.post_message(self.FollowChanged(following, self.new_text_below))
        self.refresh()

    def watch_new_text_below(self, below: bool) -> None:
        """Tell the screen; the hint itself is painted here."""
        if not self.following or below:
            self.post_message(self.FollowChanged(self.following, below))
        self.refresh()

    def scroll_to(self, x: float | None = None, y: float | None = None, **options: object) -> None:
        """Scroll without animation: a tween cannot aim at heights that are still estimates."""
        del options
        self._scroll_to(x, y, animate=False)

    def action_scroll_end(self) -> None:
        """Return to the newest text and follow it."""
        self.following = True
        self.refresh_document()

    @property
    def view_lines(self) -> range:
        """The lines of the document that are in view."""
        top = self.scroll_offset.y
        return range(top, top + self._view.height)

    def bottom(self) -> Position | None:
        """Return what the last line in view shows, None below the last message."""
        return self.document.position(self.scroll_offset.y + self._view.height - 1)

    def _on_resize(self, event: events.Resize) -> None:
        del event
        room = self.scrollable_content_region.size
        self._foot_height = int(room.height >= _ROOM_FOR_FOOT)
        view = Size(room.width, room.height - self._foot_height)
        if view == self._view or not view.width:
            return
        held, narrower = self._top, view.width != self._view.width
        self._view = view
        if narrower:
            self.document.resize(view.width)
        self._top = held
        self.refresh_document()

    # -- colours

    def notify_style_update(self) -> None:
        """Take the colours of the theme again; they are known only when lines are painted."""
        super().notify_style_update()
        self._palette_is_stale = True

    @property
    def overlay(self) -> Overlay:
        """The styles of what is laid over lines."""
        self._restyle()
        assert self._overlay is not None  # it is made with the palette
        return self._overlay

    def _restyle(self) -> Palette:
        if self._palette is None or self._palette_is_stale:
            palette = Palette.build(lambda name: component(self, name))
            self._overlay = Overlay.build(lambda name: component(self, name))
            self._palette_is_stale = False
            if palette != self._palette:
                self._palette = palette
                self.document.restyle(palette)
        return self._palette

    # -- lines

    def render_line(self, y: int) -> Strip:
        """Return line ``y`` of the view."""
        palette = self._restyle()
        if y >= self._view.height:
            return self._with_way_back(self.foot(self._view.width), palette)
        line = self.scroll_offset.y + y
        strip = self.document.strip(line)
        if strip is None:
            strip = Strip.blank(self._view.width, palette.text + DRAWN)
        else:
            strip = self.decorate(strip, line)
        if (selection := self.text_selection) is not None:
            strip = highlight(strip, selection.get_span(line), self.selection_style)
        strip = self.located(strip, line)
        if not self._foot_height and y == self._view.height - 1:
            strip = self._with_way_back(strip, palette)
        return strip

    @property
    def way_back(self) -> str:
        """What is said at the right of the foot of the way back to the end, "" at the end."""
        if self.following:
            return ""
        return _NEWS if self.new_text_below else _TO_END

    def _with_way_back(self, strip: Strip, palette: Palette) -> Strip:
        style = palette.hint if self.new_text_below else self.overlay.to_end
        return with_end(strip, self.way_back, style) if self.way_back else strip

    def is_way_back(self, x: int, y: int) -> bool:
        """Return whether a click at ``x``, ``y`` is on the way back to the end."""
        foot = self._view.height - 1 + self._foot_height
        return bool(self.way_back) and y == foot and x >= self._view.width - 1 - len(self.way_back)

    @property
    def selection_style(self) -> Style:
        """How selected text looks."""
        style = self.screen.get_component_rich_style("screen--selection")
        # Themes leave the colour of the text as it is by one that cannot be seen.
        seen = style.color if style.color != style.bgcolor else None
        return Style(color=seen, bgcolor=style.bgcolor)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text without the bars and boxes around it."""
        if selection.start is None and selection.end is None:
            texts = (entry.view.text for entry in self.document.entries)
            return "\n\n".join(texts), "\n"
        top = self.scroll_offset.y
        first = top if selection.start is None else selection.start.y
        last = top + self._view.height - 1 if selection.end is None else selection.end.y
        return text_of(self._selected(selection, first, min(last, self.document.height - 1))), "\n"

    def _selected(
        self, selection: Selection, first: int, last: int
    ) -> Iterator[tuple[Strip, Span]]:
        """Yield what is selected of each line; those between the ends are selected as a whole."""
        above, below = self.document.position(first + 1), self.document.position(last - 1)
        for line in dict.fromkeys((first, last)):
            if line == last > first + 1 and above is not None and below is not None:
                yield from ((strip, WHOLE) for strip in self.document.strips(above, below))
            if (strip := self.document.strip(line)) is not None:
                yield strip, selection.get_span(line) or (0, 0)

    def lines_text(self, first: Position, last: Position) -> str:
        """Return the text of the lines from ``first`` to ``last``, in view or not."""
        text = self.document.text(first, last)
        self.refresh_document()
        return text

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what is selected."""
        del selection
        self.refresh()
