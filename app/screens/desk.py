"""What everything on the chat screen works on: its widgets, and which conversation is in view."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import TYPE_CHECKING

from app.screens.careful import CarefulScreen
from widgets.composer import Composer
from widgets.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.live_answer import LiveAnswer
    from app.runtime import Runtime
    from app.screens.panels import PanelsPresenter
    from providers.routing.options import RouteOptions
    from storage.rows import ConversationRow


class NewPlace:
    """A conversation that has not begun: no two of them are the same."""


Place = int | NewPlace
"""What can be in view: a conversation of the ledger by its id, or one that has not begun."""


class Desk(CarefulScreen):
    """The chat screen, as those see it who do its work."""

    panels: PanelsPresenter

    def __init__(self, classes: str) -> None:
        super().__init__(classes=classes)
        self.here: Place = NewPlace()
        """The conversation in view."""
        # A question typed during start-up belongs to the conversation that is being opened.
        self.opened = asyncio.Event()

    @property
    def conversation_id(self) -> int | None:
        """The conversation in view, None for one that has not begun."""
        return None if isinstance(self.here, NewPlace) else self.here

    @property
    def transcript(self) -> Transcript:
        """Where the conversation is painted."""
        return self.query_one("#transcript", Transcript)

    @property
    @abstractmethod
    def composer(self) -> Composer:
        """Where the person writes."""

    @abstractmethod
    def changed(self) -> None:
        """What would be sent, or how, is something else now."""

    @abstractmethod
    def show_mode(self) -> None:
        """Say what sending does now, where it is not the usual."""

    @abstractmethod
    def show_facts(self, row: ConversationRow | None) -> None:
        """Say what is known of the conversation in view; None has not begun."""

    @abstractmethod
    def answered(self, live: LiveAnswer) -> None:
        """An answer is over and in the ledger."""

    @abstractmethod
    def compare_with(
        self, first: LiveAnswer, others: Sequence[RouteOptions], runtime: Runtime, *, in_view: bool
    ) -> None:
        """A question is in the ledger that others are to answer too."""

    @abstractmethod
    def action_panels(self) -> None:
        """Show or fold the panels."""
