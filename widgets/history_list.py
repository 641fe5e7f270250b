"""Conversations to choose from: all of them, or what a search found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from widgets.one_line import one_line


@dataclass(frozen=True, slots=True)
class ConversationView:
    """One conversation.

    Args:
        updated: when it was last written to, formatted.
        cost: what it has cost, formatted.
        snippet: the words a search found, None without a search.
    """

    id: int
    title: str
    updated: str
    messages: int
    cost: str
    snippet: str | None = None


class HistoryList(OptionList):
    """A list of conversations, two or three lines each."""

    DEFAULT_CSS = """
    HistoryList {
        height: 1fr;
        background: $background;
        border: none;
        padding: 0 1;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-color: $foreground 15%;
        & > .option-list--option { padding: 0 1 1 1; }
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

    @dataclass
    class Opened(Message):
        """The person chose conversation ``id``."""

        id: int

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

    def on_mount(self) -> None:
        """List what it was made with."""
        self.show(self._conversations)

    def show(self, conversations: Sequence[ConversationView], empty: str | None = None) -> None:
        """List ``conversations``.

        Args:
            conversations: in the order they are listed.
            empty: what to say when there are none.
        """
        self._conversations = tuple(conversations)
        self._empty = self._empty if empty is None else empty
        self.clear_options()
        if not conversations:
            words = Content.styled(one_line(self._empty), "$foreground 50%")
            self.add_option(Option(words, disabled=True))
            return
        self.add_options(_prompt(conversation) for conversation in conversations)
        self.highlighted = 0

    @property
    def current(self) -> ConversationView | None:
        """The conversation under the cursor."""
        if self.highlighted is None or self.highlighted >= len(self._conversations):
            return None
        return self._conversations[self.highlighted]

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Say which conversation was chosen."""
        event.stop()
        self.post_message(self.Opened(self._conversations[event.option_index].id))


def _prompt(view: ConversationView) -> Content:
    count = f"{view.messages:,} message{'s' * (view.messages != 1)}"
    facts = " · ".join(filter(None, (one_line(view.updated), count, one_line(view.cost))))
    lines = [
        Content.styled(one_line(view.title) or "Untitled", "bold"),
        Content.styled(facts, "$foreground 50%"),
    ]
    if view.snippet:
        lines.append(Content.styled(f"… {one_line(view.snippet)} …", "italic $foreground 75%"))
    return Content("\n").join(lines)
