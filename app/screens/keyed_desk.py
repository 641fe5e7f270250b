"""What the keys of the chat do: an action for each, as the bindings need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from app.screens.chat_keys import CHAT_KEYS, welcome_keys
from app.screens.desk import Desk
from app.settings_changed import SettingsChanged
from widgets.welcome import Welcome

if TYPE_CHECKING:
    from app.screens.chat_actions import ChatActions
    from app.screens.outlook import OutlookPresenter
    from app.screens.places import Places

PANELS = "panels"
"""What the panels are called among those that are folded."""


class KeyedDesk(Desk):
    """Leads each key to who does its work."""

    BINDINGS: ClassVar[list[BindingType]] = CHAT_KEYS

    actions: ChatActions
    places: Places
    outlook: OutlookPresenter

    @on(SettingsChanged)
    def _name_keys(self) -> None:
        """Say the keys that are in force now."""
        self.query_one(Welcome).show_keys(welcome_keys(self.telex))
        self.composer.name_keys()
        self.outlook.look()

    def action_stop(self) -> None:
        """Close what is open, else stop the answer and keep what there is of it."""
        self.actions.escape()

    async def action_new(self) -> None:
        """Begin a new conversation. The present one stays in the history."""
        await self.tried(self.places.new())

    async def action_history(self) -> None:
        """Choose a conversation to go on with."""
        await self.tried(self.actions.history())

    async def action_cycle_strategy(self) -> None:
        """Take the next strategy."""
        await self.tried(self.actions.switch.cycle())

    async def action_strategies(self) -> None:
        """List the strategies with what each would do."""
        await self.tried(self.actions.switch.choose())

    async def action_strategy(self, name: str) -> None:
        """Take the strategy called ``name``."""
        await self.tried(self.actions.strategy(name))

    async def action_pick_provider(self) -> None:
        """Name the provider to ask: the manual strategy."""
        await self.tried(self.actions.pick_provider())

    def action_panels(self) -> None:
        """Show or fold the panels; on a narrow screen they come over the transcript."""
        if self.has_class("-narrow"):
            self.toggle_class("-panels-over")
            return
        self.toggle_class("-panels")
        folded = () if self.has_class("-panels") else (PANELS,)
        self.telex.remember(folded_panels=folded)

    def action_reasoning(self) -> None:
        """Unfold or fold the newest reasoning in view."""
        self.transcript.toggle_reasoning()

    def action_messages(self) -> None:
        """Go into the transcript, to its newest message."""
        self.actions.enter_transcript()

    def action_find(self) -> None:
        """Find words in the conversation."""
        self.actions.open_find()

    def action_page(self, direction: int) -> None:
        """Scroll the transcript, wherever the cursor is."""
        if direction < 0:
            self.transcript.action_page_up()
        else:
            self.transcript.action_page_down()
