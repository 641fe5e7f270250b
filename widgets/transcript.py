"""The conversation, painted line by line: its cost does not grow with its length."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.timer import Timer

from providers.messages import Role
from widgets.code_blocks import CodeBlock
from widgets.message_entry import Entry
from widgets.message_parts import Fold
from widgets.searching_view import SearchingView
from widgets.transcript_style import COMPONENTS, CSS
from widgets.views import AnswerFooter, MessageState, MessageView, NoticeView

_FLUSH = 0.1  # seconds between two parses of a growing answer
_SHARE = 10  # a parse may take this part of the time until the next one


class Transcript(SearchingView):
    """Messages above each other, following an answer while its end is in view.

    Args:
        clock: monotonic seconds, to say how long an answer is being waited for.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENTS
    DEFAULT_CSS = CSS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "page_down", "Page down", show=False, id="message.page-down"),
        Binding("g", "scroll_home", "First message", show=False, id="message.first"),
        Binding("G", "scroll_end", "Newest message", show=False, id="message.newest"),
    ]

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
        self._streaming: dict[str, Entry] = {}
        self._dirty: dict[str, Entry] = {}
        self._flush_timer: Timer | None = None
        self._wait_timer: Timer | None = None

    # -- what the screen tells it

    def show(self, messages: Sequence[MessageView], *, at: str | None = None) -> None:
        """Replace everything by ``messages``.

        Args:
            messages: the conversation.
            at: the message to go to and to put the cursor on, instead of the end.

        Raises:
            KeyError: there is no message ``at``.
        """
        self._streaming.clear()
        self._dirty.clear()
        entries = [Entry(message, self._clock) for message in messages]
        self.document.replace(entries)
        self._watch(entries)
        self.replaced()
        if at is None:
            self._current = None
            self.following = True
            self.refresh_document()
        else:
            self.place(0)
            self.go_to(at)

    def clear(self) -> None:
        """Show nothing."""
        self.show(())

    def append(self, message: MessageView) -> None:
        """Add ``message`` at the end. A question of the person's scrolls to the end."""
        self._add(Entry(message, self._clock))
        if message.role is Role.USER:
            self.following = True
        self.refresh_document(news=True)

    def begin_answer(
        self, key: str, label: str = "", *, version: int = 1, versions: int = 1
    ) -> None:
        """Add an empty answer that will grow.

        Args:
            key: tells it from every other message.
            label: who answers, shown until the footer says it.
            version: which answer to its question it is, counted from 1.
            versions: how many answers to that question there are with this one.
        """
        view = MessageView(
            key,
            Role.ASSISTANT,
            "",
            state=MessageState.STREAMING,
            version=version,
            versions=versions,
        )
        self._add(Entry(view, self._clock, label))
        self.refresh_document(news=True)

    def update(self, view: MessageView) -> None:
        """Show message ``view.key`` differently, in its place.

        An answer that is still growing keeps the text and reasoning it has.

        Raises:
            KeyError: there is none.
        """
        self.document.entry(view.key).update(view)
        self._refresh_entry(view.key, news=False)

    def truncate(self, key: str) -> None:
        """Remove message ``key`` and every message below it.

        Raises:
            KeyError: there is none.
        """
        row = self.document.row(key)
        for entry in self.document.entries[row:]:
            self._streaming.pop(entry.view.key, None)
            self._dirty.pop(entry.view.key, None)
        self.document.truncate(row)
        self._watch(())
        self.replaced()
        if self._top is not None and self._top.entry >= row:
            self.following = True
        if self._current is not None and self._current not in self.document:
            self._set_row(row - 1)
        self.refresh_document()

    def code_blocks(self, key: str) -> Sequence[CodeBlock]:
        """Return the code in message ``key`` from top to bottom, in lists and quotes too.

        Raises:
            KeyError: there is none.
        """
        return self.document.entry(key).code_blocks()

    def shows(self, key: str) -> bool:
        """Return whether there is a message ``key``."""
        return key in self.document

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
        self.document.entry(key).add_notice(notice)
        self._refresh_entry(key)

    def mark_interrupted(self, key: str, label: str) -> None:
        """Fade what the answer says so far: it broke off, and the next provider starts afresh.

        Args:
            key: the answer.
            label: what broke it off, on one line.
        """
        self.document.entry(key).interrupt(label)
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
        self._watch(())
        self._refresh_entry(key)

    def toggle_reasoning(self, key: str | None = None) -> None:
        """Unfold or fold reasoning: that of message ``key``, else the newest in view."""
        entry = self.document.entry(key) if key is not None else self._reasoning_in_view()
        if entry is not None:
            entry.toggle_reasoning()
            self.changed(entry)
            self.refresh_document()

    def flush(self) -> None:
        """Paint what has arrived now, not within a tenth of a second."""
        if self._flush_timer is not None:
            self._flush_timer.stop()
            self._flush_timer = None
        for entry in self._dirty.values():
            entry.flush()
            self.changed(entry)
        if self._dirty:
            self._dirty.clear()
            self.refresh_document(news=True)

    def message(self, key: str) -> MessageView:
        """Return message ``key`` as it is shown, for example to copy it.

        Raises:
            KeyError: there is none.
        """
        return self.document.entry(key).view

    def on_click(self, event: events.Click) -> None:
        """Unfold the reasoning whose line was clicked."""
        position = self.clicked(event)
        if position is None:
            return
        entry = self.document.entries[position.entry]
        if isinstance(entry.pieces[position.piece].block, Fold):
            event.stop()
            self.toggle_reasoning(entry.view.key)

    # -- growth

    def _add(self, entry: Entry) -> None:
        self.added(entry)
        self._watch([entry])

    def _watch(self, entries: Iterable[Entry]) -> None:
        """Count the seconds of those of ``entries`` that are being waited for, until they end."""
        for entry in entries:
            if entry.view.state is MessageState.STREAMING:
                self._streaming[entry.view.key] = entry
        if self._streaming and self._wait_timer is None:
            self._wait_timer = self.set_interval(1.0, self._tick)
        elif not self._streaming and self._wait_timer is not None:
            self._wait_timer.stop()
            self._wait_timer = None

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

    def _refresh_entry(self, key: str, *, news: bool = True) -> None:
        self.changed(self.document.entry(key))
        self.refresh_document(news=news)

    def _reasoning_in_view(self) -> Entry | None:
        bottom = self.bottom()
        last = len(self.document.entries) - 1 if bottom is None else bottom.entry
        for entry in reversed(self.document.entries[: last + 1]):
            if entry.view.reasoning:
                return entry
        return None
