"""A document on the screen: scrolled, resized, coloured, selected, and followed as it grows."""

from __future__ import annotations

from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from widgets.document import Document, Position
from widgets.markdown.palette import Palette
from widgets.transcript_style import component, copied, highlight

_HINT = " ↓ new text below · End "


class DocumentView(ScrollView, can_focus=True):
    """Paints the lines of a ``Document`` that are in view, and no others."""

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
        self._palette_is_stale = True
        self._settling = False
        self._view = Size(0, 0)
        self._top: Position | None = None

    def refresh_document(self, *, news: bool = False) -> None:
        """Paint what is in view after the document has changed.

        Args:
            news: whether text has arrived that the person may have to be told about.
        """
        if not self._view.height:
            return
        self._restyle()
        if self.following:
            self._move(self.document.settle_end(self._view.height))
        else:
            held = self._top
            top = self.document.line(held) if held is not None else 0
            self._move(self.document.settle(top, self._view.height, held))
            self.new_text_below = self.new_text_below or news
        self.refresh()

    def _move(self, top: int) -> None:
        """Put line ``top`` at the top of the view."""
        self._settling = True
        size = Size(self._view.width, self.document.height)
        if size != self.virtual_size:
            self.virtual_size = size
        self.scroll_target_y = self.scroll_y = top
        self._settling = False
        self._top = self.document.position(self.scroll_offset.y)

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

    def bottom(self) -> Position | None:
        """Return what the last line in view shows, None below the last message."""
        return self.document.position(self.scroll_offset.y + self._view.height - 1)

    def _on_resize(self, event: events.Resize) -> None:
        del event
        view = self.scrollable_content_region.size
        if view == self._view or not view.width:
            return
        held, narrower = self._top, view.width != self._view.width
        self._view = view
        if narrower:
            self.document.resize(view.width)
        self._top = held
        self.refresh_document()

    def notify_style_update(self) -> None:
        """Take the colours of the theme again; they are known only when lines are painted."""
        super().notify_style_update()
        self._palette_is_stale = True

    def _restyle(self) -> Palette:
        if self._palette is None or self._palette_is_stale:
            palette = Palette.build(lambda name: component(self, name))
            self._palette_is_stale = False
            if palette != self._palette:
                self._palette = palette
                self.document.restyle(palette)
        return self._palette

    # -- lines

    def render_line(self, y: int) -> Strip:
        """Return line ``y`` of the view."""
        palette = self._restyle()
        line = self.scroll_offset.y + y
        strip = self.document.strip(line) or Strip.blank(self._view.width, palette.text)
        if (selection := self.text_selection) is not None:
            strip = highlight(strip, selection.get_span(line), self._selection_style)
        strip = strip.apply_offsets(0, line)
        if self.new_text_below and y == self._view.height - 1:
            strip = self._with_hint(strip, palette)
        return strip

    def _with_hint(self, strip: Strip, palette: Palette) -> Strip:
        left = max(0, self._view.width - len(_HINT) - 1)
        hint = Strip([Segment(_HINT, palette.hint)])
        return Strip.join([strip.crop(0, left), hint]).adjust_cell_length(
            self._view.width, palette.text
        )

    @property
    def _selection_style(self) -> Style:
        return self.screen.get_component_rich_style("screen--selection")

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text without the bars and boxes around it."""
        if selection.start is None and selection.end is None:
            texts = (entry.view.text for entry in self.document.entries)
            return "\n\n".join(texts), "\n"
        top = self.scroll_offset.y
        first = top if selection.start is None else selection.start.y
        last = top + self._view.height - 1 if selection.end is None else selection.end.y
        lines = [
            copied(strip, selection.get_span(line))
            for line in range(first, last + 1)
            if (strip := self.document.strip(line)) is not None
        ]
        return "\n".join(lines), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what is selected."""
        del selection
        self.refresh()
