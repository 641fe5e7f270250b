"""The conversation, painted line by line: its cost does not grow with its length."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer

from providers.messages import Role
from widgets.document import Document, Position
from widgets.markdown.palette import Palette
from widgets.message_entry import Entry
from widgets.message_parts import Fold
from widgets.transcript_style import COMPONENTS, CSS, component, copied, highlight
from widgets.views import AnswerFooter, MessageState, MessageView, NoticeView

_FLUSH = 0.1  # seconds between two parses of a growing answer
_SHARE = 10  # a parse may take this part of the time until the next one
_HINT = " ↓ new text below · End "


class Transcript(ScrollView, can_focus=True):
    """Messages above each other, following an answer while its end is in view.

    Args:
        clock: monotonic seconds, to say how long an answer is being waited for.
    """

    ALLOW_SELECT = True
    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENTS
    DEFAULT_CSS = CSS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Scroll up", show=False),
        Binding("down,j", "scroll_down", "Scroll down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown,space", "page_down", "Page down", show=False),
        Binding("home,g", "scroll_home", "First message", show=False),
        Binding("end,G", "scroll_end", "Newest message", show=False),
    ]

    following: reactive[bool] = reactive(True, init=False)
    """Whether the view stays at the end while an answer grows."""

    new_text_below: reactive[bool] = reactive(False, init=False)
    """Whether text has arrived below the view since the person scrolled up."""

    @dataclass
    class FollowChanged(Message):
        """The view left the end of the conversation, returned to it, or has news below it."""

        following: bool
        new_text_below: bool

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._clock = clock
        self._document = Document()
        self._palette: Palette | None = None
        self._palette_is_stale = True
        self._streaming: dict[str, Entry] = {}
        self._dirty: dict[str, Entry] = {}
        self._flush_timer: Timer | None = None
        self._wait_timer: Timer | None = None
        self._settling = False
        self._view = Size(0, 0)
        self._top: Position | None = None

    # -- what the screen tells it

    def show(self, messages: Sequence[MessageView]) -> None:
        """Replace everything by ``messages`` and go to the last of them."""
        self._streaming.clear()
        self._dirty.clear()
        self._document.replace(Entry(message, self._clock) for message in messages)
        self.following = True
        self._update()

    def clear(self) -> None:
        """Show nothing."""
        self.show(())

    def append(self, message: MessageView) -> None:
        """Add ``message`` at the end. A question of the person's scrolls to the end."""
        self._document.append(Entry(message, self._clock))
        if message.role is Role.USER:
            self.following = True
        self._update(news=True)

    def begin_answer(self, key: str, label: str = "") -> None:
        """Add an empty answer that will grow.

        Args:
            key: tells it from every other message.
            label: who answers, shown until the footer says it.
        """
        view = MessageView(key, Role.ASSISTANT, "", state=MessageState.STREAMING)
        entry = Entry(view, self._clock, label)
        self._streaming[key] = entry
        self._document.append(entry)
        if self._wait_timer is None:
            self._wait_timer = self.set_interval(1.0, self._tick)
        self._update(news=True)

    def relabel(self, key: str, label: str) -> None:
        """Say that somebody else is answering now."""
        entry = self._streaming[key]
        entry.relabel(label)
        self._touch(entry)

    def append_text(self, key: str, delta: str) -> None:
        """Add a piece of the answer's text. It is painted within a tenth of a second or so."""
        entry = self._streaming[key]
        entry.append_text(delta)
        self._touch(entry)

    def append_reasoning(self, key: str, delta: str) -> None:
        """Add a piece of the answer's reasoning."""
        entry = self._streaming[key]
        entry.append_reasoning(delta)
        self._touch(entry)

    def note(self, key: str, notice: NoticeView) -> None:
        """Add a line above the answer, for example that another provider takes over."""
        self._document.entry(key).add_notice(notice)
        self._refresh_entry(key)

    def mark_interrupted(self, key: str, label: str) -> None:
        """Fade what the answer says so far: it broke off, and the next provider starts afresh.

        Args:
            key: the answer.
            label: what broke it off, on one line.
        """
        self._document.entry(key).interrupt(label)
        self._refresh_entry(key)

    def finish_answer(
        self,
        key: str,
        footer: AnswerFooter | None,
        state: MessageState = MessageState.COMPLETE,
    ) -> None:
        """End the answer and put ``footer`` below it."""
        entry = self._streaming.pop(key)
        self._dirty.pop(key, None)
        entry.finish(state, footer)
        if not self._streaming and self._wait_timer is not None:
            self._wait_timer.stop()
            self._wait_timer = None
        self._refresh_entry(key)

    def toggle_reasoning(self, key: str | None = None) -> None:
        """Unfold or fold reasoning: that of message ``key``, else the newest in view."""
        entry = self._document.entry(key) if key is not None else self._reasoning_in_view()
        if entry is not None:
            entry.toggle_reasoning()
            self._document.changed(entry)
            self._update()

    def flush(self) -> None:
        """Paint what has arrived now, not within a tenth of a second."""
        if self._flush_timer is not None:
            self._flush_timer.stop()
            self._flush_timer = None
        for entry in self._dirty.values():
            entry.flush()
            self._document.changed(entry)
        if self._dirty:
            self._dirty.clear()
            self._update(news=True)

    def message(self, key: str) -> MessageView:
        """Return message ``key`` as it is shown, for example to copy it.

        Raises:
            KeyError: there is none.
        """
        return self._document.entry(key).view

    # -- growth

    def _touch(self, entry: Entry) -> None:
        self._dirty[entry.view.key] = entry
        if self._flush_timer is None:
            self._flush_timer = self.set_timer(self._pause, self._timed_flush)

    _pause = _FLUSH

    def _timed_flush(self) -> None:
        # A huge last block is parsed less often, so that it never takes more than its share.
        self._flush_timer = None
        started = time.thread_time()
        self.flush()
        self._pause = max(_FLUSH, _SHARE * (time.thread_time() - started))

    def _tick(self) -> None:
        for entry in self._streaming.values():
            if entry.waiting:
                self._touch(entry)

    def _refresh_entry(self, key: str) -> None:
        self._document.changed(self._document.entry(key))
        self._update(news=True)

    def _reasoning_in_view(self) -> Entry | None:
        bottom = self._document.position(self.scroll_offset.y + self._view.height - 1)
        last = len(self._document.entries) - 1 if bottom is None else bottom.entry
        for entry in reversed(self._document.entries[: last + 1]):
            if entry.view.reasoning:
                return entry
        return None

    # -- where the view is

    def _update(self, *, news: bool = False) -> None:
        """Paint what is in view after the messages have changed."""
        if not self._view.height:
            return
        self._restyle()
        if self.following:
            self._move(self._document.settle_end(self._view.height))
        else:
            held = self._top
            top = self._document.line(held) if held is not None else 0
            self._move(self._document.settle(top, self._view.height, held))
            self.new_text_below = self.new_text_below or news
        self.refresh()

    def _move(self, top: int) -> None:
        """Put line ``top`` at the top of the view."""
        self._settling = True
        size = Size(self._view.width, self._document.height)
        if size != self.virtual_size:
            self.virtual_size = size
        self.scroll_target_y = self.scroll_y = top
        self._settling = False
        self._top = self._document.position(self.scroll_offset.y)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Paint what comes into view, and follow the end when it is reached."""
        if not self._settling and self._view.height:
            top, height = round(new_value), self._view.height
            # Going up keeps in place what was read; a jump keeps nothing.
            near = abs(top - round(old_value)) <= height
            self._move(self._document.settle(top, height, self._top if near else None))
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
        self._update()

    def _on_resize(self, event: events.Resize) -> None:
        del event
        view = self.scrollable_content_region.size
        if view == self._view or not view.width:
            return
        held, narrower = self._top, view.width != self._view.width
        self._view = view
        if narrower:
            self._document.resize(view.width)
        self._top = held
        self._update()

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
                self._document.restyle(palette)
        return self._palette

    # -- lines

    def render_line(self, y: int) -> Strip:
        """Return line ``y`` of the view."""
        palette = self._restyle()
        line = self.scroll_offset.y + y
        strip = self._document.strip(line) or Strip.blank(self._view.width, palette.text)
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
            texts = (entry.view.text for entry in self._document.entries)
            return "\n\n".join(texts), "\n"
        top = self.scroll_offset.y
        first = top if selection.start is None else selection.start.y
        last = top + self._view.height - 1 if selection.end is None else selection.end.y
        lines = [
            copied(strip, selection.get_span(line))
            for line in range(first, last + 1)
            if (strip := self._document.strip(line)) is not None
        ]
        return "\n".join(lines), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what is selected."""
        del selection
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Unfold the reasoning whose line was clicked."""
        position = self._document.position(self.scroll_offset.y + event.y)
        if position is None:
            return
        entry = self._document.entries[position.entry]
        if isinstance(entry.pieces[position.piece].block, Fold):
            event.stop()
            self.toggle_reasoning(entry.view.key)
