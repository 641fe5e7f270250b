"""Conversations to choose from: all of them, or what a search found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from widgets.history_commands import HISTORY_KEYS, HistoryCommand
from widgets.one_line import one_line

_FADED = "$foreground 50%"
_MOST_TAGS = 20  # more never fit on a line


@dataclass(frozen=True, slots=True)
class ConversationView:
    """One conversation.

    Args:
        updated: when it was last written to, formatted.
        cost: what it has cost, and of what budget, formatted.
        snippet: the words a search found, None without a search.
        message_id: the message that holds them, None without one.
        persona: whom the model plays there, or empty.
    """

    id: int
    title: str
    updated: str
    messages: int
    cost: str
    snippet: str | None = None
    message_id: int | None = None
    pinned: bool = False
    archived: bool = False
    tags: tuple[str, ...] = ()
    persona: str = ""


class HistoryList(OptionList):
    """A list of conversations, two or three lines each, with a key for each command."""

    DEFAULT_CSS = """
    HistoryList {
        height: 1fr;
        background: $background;
        border: none;
        padding: 0;
        margin: 0 1;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-color: $foreground 15%;
        & > .option-list--option { padding: 0 1; }
        & > .option-list--option-highlighted {
            background: $foreground 8%;
            color: $foreground;
            text-style: none;
        }
        &:focus { border: none; background-tint: transparent; }
        &:focus > .option-list--option-highlighted {
            background: $primary 20%;
            color: $foreground;
            text-style: none;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            each.name,
            f"want('{each.command}')",
            each.words,
            show=False,
            id=f"history.{each.command}",
        )
        for each in HISTORY_KEYS
    ]

    @dataclass
    class Opened(Message):
        """The person chose conversation ``id``, at ``message_id`` where a search found it."""

        id: int
        message_id: int | None = None

    @dataclass
    class Wanted(Message):
        """The person gave a command.

        What it concerns is ``current`` when it is carried out: a command before may have taken
        away what the cursor was on when the key was pressed.
        """

        command: HistoryCommand

    def __init__(
        self,
        conversations: Sequence[ConversationView] = (),
        *,
        empty: str = "No conversations yet",
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, markup=False)
        self._conversations = tuple(conversations)
        self._empty = empty
        self._more = ""
        self._answering: frozenset[int] = frozenset()

    def on_mount(self) -> None:
        """List what it was made with."""
        self.show(self._conversations)

    def show(
        self, conversations: Sequence[ConversationView], empty: str | None = None, more: str = ""
    ) -> None:
        """List ``conversations``, with the cursor on the first.

        Args:
            conversations: in the order they are listed.
            empty: what to say when there are none; None says the same as before.
            more: what to say below them.
        """
        self._fill(conversations, empty, more)
        if conversations:
            self.highlighted = 0

    def update(
        self,
        conversations: Sequence[ConversationView],
        empty: str | None = None,
        more: str = "",
        *,
        at: int | None = None,
    ) -> None:
        """List ``conversations``, with the cursor where it was.

        It stays on its conversation, or is on the one that took its place in the list.

        Args:
            conversations: in the order they are listed.
            empty: what to say when there are none; None says the same as before.
            more: what to say below them.
            at: the conversation to have the cursor on instead, when it is listed.
        """
        place = self._place([each.id for each in conversations], at)
        if tuple(conversations) != self._conversations or not conversations:
            top = self.scroll_offset.y
            self._fill(conversations, empty, more)
            self.scroll_to(y=top, animate=False, immediate=True)
        else:
            self.say_more(more)
        if conversations:
            self.highlighted = place

    def say_more(self, words: str) -> None:
        """Say ``words`` below the conversations, where there are any; empty says nothing."""
        if words == self._more or not self._conversations:
            return
        if self._more:
            self.remove_option_at_index(len(self._conversations))
        if words:
            self.add_option(Option(_aside(words), disabled=True))
        self._more = words

    def mark(self, answering: frozenset[int]) -> None:
        """Say in which conversations an answer is under way."""
        changed = self._answering ^ answering
        self._answering = answering
        for index, view in enumerate(self._conversations):
            if view.id in changed:
                self.replace_option_prompt_at_index(index, self._prompt(view))

    @property
    def current(self) -> ConversationView | None:
        """The conversation under the cursor."""
        if self.highlighted is None or self.highlighted >= len(self._conversations):
            return None
        return self._conversations[self.highlighted]

    def action_want(self, command: str) -> None:
        """Say which command was given."""
        self.post_message(self.Wanted(HistoryCommand(command)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Say which conversation was chosen."""
        event.stop()
        chosen = self._conversations[event.option_index]
        self.post_message(self.Opened(chosen.id, chosen.message_id))

    def _fill(
        self, conversations: Sequence[ConversationView], empty: str | None, more: str
    ) -> None:
        self._conversations = tuple(conversations)
        self._empty = self._empty if empty is None else empty
        self._more = more
        options = [Option(self._prompt(view)) for view in self._conversations]
        last = more if options else self._empty
        if last:
            options.append(Option(_aside(last), disabled=True))
        self.set_options(options)

    def _place(self, ids: Sequence[int], at: int | None) -> int:
        here = self.current
        for wanted in (at, here.id if here else None):
            if wanted in ids:
                return ids.index(wanted)
        return max(0, min(self.highlighted or 0, len(ids) - 1))

    def _prompt(self, view: ConversationView) -> Content:
        lines = [
            Content.styled(one_line(view.title) or "Untitled", "bold"),
            _facts(view, answering=view.id in self._answering),
        ]
        if view.snippet:
            lines.append(Content.styled(f"… {one_line(view.snippet)} …", "italic $foreground 75%"))
        return Content("\n").join(lines)


def _facts(view: ConversationView, *, answering: bool) -> Content:
    """Return the line below the title, what matters most first: its end may be cut off."""
    tags = " ".join(f"#{one_line(tag)}" for tag in view.tags[:_MOST_TAGS])
    facts = (
        ("● answering" if answering else "", "$text-success"),
        ("★ pinned" if view.pinned else "", "$text-warning"),
        ("archived" if view.archived else "", _FADED),
        (one_line(view.updated), _FADED),
        (f"{view.messages:,} message{'s' * (view.messages != 1)}", _FADED),
        (one_line(view.cost), _FADED),
        (tags, "$text-primary"),
        (f"persona {one_line(view.persona)}" if view.persona else "", _FADED),
    )
    shown = [Content.styled(words, style) for words, style in facts if words]
    return Content.styled(" · ", _FADED).join(shown)


def _aside(words: str) -> Content:
    return Content.styled(one_line(words), _FADED)
