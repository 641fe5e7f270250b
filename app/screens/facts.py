"""What is known of the conversation in view, and what becomes of it after an answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from app.live_answer import LiveAnswer, Phase
from providers.billing.money import format_usd
from providers.sanitise import sanitise_line
from storage.rows import TitledBy
from widgets.conversation_line import ConversationFactsView, ConversationLine

if TYPE_CHECKING:
    from app.screens.desk import Desk
    from app.screens.places import Places
    from providers.routing.options import RouteOptions
    from storage.rows import ConversationRow

_ENDS = {Phase.DONE: "answered", Phase.STOPPED: "stopped", Phase.FAILED: "nobody answered"}


class ConversationFacts:
    """Keeps the line above the transcript true, and has conversations titled.

    Args:
        chat: the screen with the conversation.
        places: what the ledger knows of it.
    """

    def __init__(self, chat: Desk, places: Places) -> None:
        self._chat = chat
        self._places = places
        self._titled: set[int] = set()

    def show(self, row: ConversationRow | None) -> None:
        """Say what ``row`` is about; None is a conversation that has not begun."""
        line = self._chat.query_one(ConversationLine)
        if row is None:
            persona = self._places.wishes.persona
            line.show(
                ConversationFactsView("New conversation", (f"persona {persona}",))
                if persona
                else None
            )
            return
        line.show(ConversationFactsView(row.title, tuple(_facts(row))))

    async def refresh(self) -> None:
        """Read the conversation in view anew."""
        self.show(await self._places.row())

    def answered(self, live: LiveAnswer) -> None:
        """An answer is in the ledger: file it, and say so where it is out of sight."""
        self._chat.run_worker(self._answered(live), group="titles", exit_on_error=False)

    async def _answered(self, live: LiveAnswer) -> None:
        chat = self._chat
        runtime = await chat.telex.runtime()
        if live.conversation_id is None:
            return
        row = await asyncio.to_thread(runtime.reader.conversation, live.conversation_id)
        if row is None:
            return
        here = live.conversation_id == chat.conversation_id
        if here:
            self.show(row)
        else:
            words = f"{_ENDS.get(live.phase, 'ended')}: {row.title}"
            chat.notify(sanitise_line(words), markup=False)
        if live.done is not None and row.titled_by is TitledBy.QUESTION:
            await self._title(row, live.question.options)

    async def _title(self, row: ConversationRow, asked: RouteOptions) -> None:
        chat = self._chat
        if not chat.telex.settings.titles or row.message_count > _YOUNG or row.id in self._titled:
            return
        from app.titles import title_conversation  # needs a good part of the router

        self._titled.add(row.id)
        runtime = await chat.telex.runtime()
        path = await asyncio.to_thread(runtime.reader.load_messages, row.id)
        titled = await title_conversation(runtime, row.id, path[0].content, asked)
        chat.panels.spent(titled.cost)
        if titled.title is not None and row.id == chat.conversation_id:
            await self.refresh()
        await chat.panels.refresh_spend()


_YOUNG = 4  # messages: later the first question and answer are no longer what it is about


def _facts(row: ConversationRow) -> list[str]:
    wishes = row.wishes
    facts = [f"persona {wishes.persona}"] if wishes.persona else []
    if wishes.budget is not None:
        facts.append(f"{format_usd(row.cost)} of {format_usd(wishes.budget)}")
    facts += [] if wishes.cache else ["no cache"]
    facts += [f"#{tag}" for tag in row.tags]
    facts += ["pinned"] if row.pinned else []
    facts += ["archived"] if row.archived else []
    return facts
