"""Which conversation is in view, and what it asks for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from app.routing import Route, possible, route_of, wishes_with
from app.screens.desk import NewPlace
from app.views import message_view
from storage.rows import ConversationWishes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.live_answer import LiveAnswer
    from app.runtime import Runtime
    from app.screens.desk import Desk
    from app.screens.in_view import InView
    from app.screens.writing import Writing
    from providers.config import Strategy
    from storage.rows import ConversationRow, ExchangeIds, MessageRow
    from storage.settings import Settings
    from widgets.views import MessageView


class Places:
    """Opens conversations, and remembers what each asks for.

    Args:
        chat: where they are shown.
        writing: what is in the composer.
        view: the answers under way.
    """

    def __init__(self, chat: Desk, writing: Writing, view: InView) -> None:
        self._chat = chat
        self._writing = writing
        self._view = view
        self.wishes = ConversationWishes()
        self._default: Route | None = None
        # Whoever is faster than the database must not see two conversations mixed.
        self._going = asyncio.Lock()

    # Going from one to another

    async def restore(self, runtime: Runtime) -> None:
        """Show what was in view when telex was last left.

        Raises:
            DatabaseError: it cannot be read.
        """
        async with self._going:
            last = self._chat.telex.state.conversation_id
            row = None
            if last is not None:
                row = await asyncio.to_thread(runtime.reader.conversation, last)
            if row is not None:
                await self._go(row.id)
            self._writing.arrive(self._chat.here, self._draft(row))

    async def open(self, conversation_id: int, *, at: int | None = None) -> None:
        """Show a conversation and go on with it.

        Args:
            conversation_id: the conversation.
            at: a message to have in view, on whatever branch; None shows the end.

        Raises:
            TelexError: it cannot be read.
        """
        async with self._going:
            await self._writing.leave()
            await self._go(conversation_id, at=at)
            self._writing.arrive(self._chat.here, self._draft(await self.row()))
            self._chat.telex.remember(conversation_id=self._chat.conversation_id)

    async def new(self) -> None:
        """Begin a new conversation. What is under way in the present one goes on."""
        chat = self._chat
        async with self._going:
            await self._writing.leave()
            self._chat.here = NewPlace()
            self._take(ConversationWishes())
            chat.telex.remember(conversation_id=None)
            self._view.detach()
            chat.transcript.clear()
            chat.add_class("-empty")
            self._writing.arrive(self._chat.here, chat.telex.state.draft or "")
            chat.composer.focus()
            chat.panels.watch(None)
            chat.show_facts(None)
            chat.changed()

    async def show_path(self, *, at: int | None = None) -> None:
        """Show the conversation in view anew, on the path the ledger says is the current one.

        Args:
            at: a message to have in view, None shows the end.

        Raises:
            TelexError: it cannot be read.
        """
        async with self._going:
            if self._chat.conversation_id is not None:
                await self._go(self._chat.conversation_id, at=at)

    async def began(self, ids: ExchangeIds, wishes: ConversationWishes | None) -> None:
        """A question was asked here; it may be the first of a new conversation.

        Args:
            ids: where it is in the ledger.
            wishes: what the conversation was begun with.
        """
        if self._chat.conversation_id is None:
            self._chat.here = ids.conversation_id
            self._chat.telex.remember(conversation_id=ids.conversation_id, draft=None)
            if wishes != self.wishes:
                # They were changed between the key press and the ledger.
                await self.wish(self.wishes)

    async def path(self) -> Sequence[MessageRow]:
        """Return the messages in view, as the ledger has them."""
        runtime = await self._chat.telex.runtime()
        if self._chat.conversation_id is None:
            return ()
        return await asyncio.to_thread(runtime.reader.load_messages, self._chat.conversation_id)

    async def row(self) -> ConversationRow | None:
        """Return what the ledger knows of the conversation in view, None before it began."""
        runtime = await self._chat.telex.runtime()
        if self._chat.conversation_id is None:
            return None
        return await asyncio.to_thread(runtime.reader.conversation, self._chat.conversation_id)

    async def _go(self, conversation_id: int, *, at: int | None = None) -> None:
        chat = self._chat
        runtime = await chat.telex.runtime()
        rows, row, live = await self._load(runtime, conversation_id, at)
        if row is None:
            return
        self._chat.here = conversation_id
        self._take(row.wishes)
        self._view.detach()
        views = [_shown(each, live.get(str(each.id))) for each in rows]
        chat.transcript.show(views, at=None if at is None else str(at))
        chat.set_class(not rows, "-empty")
        self._view.attach()
        self._writing.keep_editing_only(frozenset(each.id for each in rows))
        chat.show_facts(row)
        chat.changed()

    async def _load(
        self, runtime: Runtime, conversation_id: int, at: int | None
    ) -> tuple[Sequence[MessageRow], ConversationRow | None, dict[str, LiveAnswer]]:
        """Return a path, its conversation, and which of its answers are under way."""
        answers = self._view.answers
        while True:
            before = answers.of(conversation_id)
            rows, row = await asyncio.to_thread(_read, runtime, conversation_id)
            if at is not None and row is not None and at not in {each.id for each in rows}:
                # It is on another branch, which is the current one from now on.
                await runtime.ledger.go_to(conversation_id, at)
                continue
            if not any(live.over for live in before):
                live = {each.key: each for each in answers.of(conversation_id)}
                return rows, row, live
            # One ended meanwhile: what was read of it may be of before.

    # What a conversation asks for

    async def choose(self, route: Route) -> None:
        """Route this conversation like this, and new ones too."""
        self._default = None
        self._chat.telex.choose(route)
        await self.wish(wishes_with(self.wishes, route))
        self._chat.changed()

    async def adopt(self, former: Settings) -> None:
        """Route by other settings than ``former``: what they no longer allow is given up.

        Raises:
            DatabaseError: it holds for now, but could not be kept.
        """
        telex = self._chat.telex
        new = telex.settings
        if _usual(new) != _usual(former):
            # Whoever sets another strategy wants it now, here as well.
            route = possible(Route(new.routing_strategy, new.primary_provider), new)
            await self.choose(route)
            return
        if self._default is not None:
            self._default = possible(self._default, new)
        telex.take(possible(telex.route, new))
        self._chat.changed()

    async def wish(self, wishes: ConversationWishes) -> None:
        """Keep what this conversation asks for.

        Raises:
            DatabaseError: it holds for now, but could not be kept.
        """
        self.wishes = wishes
        if self._chat.conversation_id is not None:
            runtime = await self._chat.telex.runtime()
            await runtime.ledger.set_wishes(self._chat.conversation_id, wishes)

    async def take_persona(self, name: str | None) -> None:
        """Answer in this conversation with the persona ``name``; None takes the usual one.

        Raises:
            TelexError: there is no such persona, or it cannot be read.
        """
        runtime = await self._chat.telex.runtime()
        if name is not None:
            await asyncio.to_thread(runtime.prompt_files.persona, name)
        await self.wish(replace(self.wishes, persona=name))
        self._chat.changed()

    def _take(self, wishes: ConversationWishes) -> None:
        """Route as this conversation wishes; without a wish, as was last chosen."""
        telex = self._chat.telex
        if self._default is None:
            self._default = telex.route
        self.wishes = wishes
        telex.take(route_of(wishes, telex.settings) or self._default)

    def _draft(self, row: ConversationRow | None) -> str:
        return row.draft if row is not None else self._chat.telex.state.draft or ""


def _usual(settings: Settings) -> tuple[Strategy, str | None]:
    return settings.routing_strategy, settings.primary_provider


async def system_prompt(runtime: Runtime, persona: str | None) -> str | None:
    """Return what goes before a conversation.

    Args:
        runtime: the person's files and settings.
        persona: the persona's name, None takes what is configured.

    Raises:
        PromptFileError: there is no such persona, or it cannot be read.
    """
    if persona is None:
        return runtime.settings.system_prompt
    text = await asyncio.to_thread(runtime.prompt_files.persona, persona)
    return text.strip() or None


def _shown(row: MessageRow, live: LiveAnswer | None) -> MessageView:
    """Return a message as it is in the ledger, or as far as it has come where it is under way."""
    stored = message_view(row)
    if live is None:
        return stored
    return replace(live.view, version=stored.version, versions=stored.versions)


def _read(
    runtime: Runtime, conversation_id: int
) -> tuple[Sequence[MessageRow], ConversationRow | None]:
    reader = runtime.reader
    return reader.load_messages(conversation_id), reader.conversation(conversation_id)
