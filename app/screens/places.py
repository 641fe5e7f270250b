"""Which conversation is in view, and what it asks for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from app.routing import Route, route_of, wishes_with
from app.views import message_view
from storage.rows import ConversationWishes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.live_answer import LiveAnswer
    from app.runtime import Runtime
    from app.screens.chat import ChatScreen
    from storage.rows import ConversationRow, ExchangeIds, MessageRow
    from widgets.views import MessageView


class NewPlace:
    """A conversation that has not begun: no two of them are the same."""


Place = int | NewPlace
"""What can be in view: a conversation of the ledger by its id, or one that has not begun."""


class Places:
    """Opens conversations, and remembers what each asks for.

    Args:
        chat: where they are shown.
    """

    def __init__(self, chat: ChatScreen) -> None:
        self._chat = chat
        self.here: Place = NewPlace()
        self.wishes = ConversationWishes()
        self._default: Route | None = None
        # Whoever is faster than the database must not see two conversations mixed.
        self._going = asyncio.Lock()

    @property
    def conversation_id(self) -> int | None:
        """The conversation in view, None for one that has not begun."""
        return None if isinstance(self.here, NewPlace) else self.here

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
            self._chat.writing.arrive(self.here, self._draft(row))

    async def open(self, conversation_id: int, *, at: int | None = None) -> None:
        """Show a conversation and go on with it.

        Args:
            conversation_id: the conversation.
            at: a message to have in view, on whatever branch; None shows the end.

        Raises:
            TelexError: it cannot be read.
        """
        async with self._going:
            await self._chat.writing.leave()
            await self._go(conversation_id, at=at)
            self._chat.writing.arrive(self.here, self._draft(await self.row()))
            self._chat.telex.remember(conversation_id=self.conversation_id)

    async def new(self) -> None:
        """Begin a new conversation. What is under way in the present one goes on."""
        chat = self._chat
        async with self._going:
            await chat.writing.leave()
            self.here = NewPlace()
            self._take(ConversationWishes())
            chat.telex.remember(conversation_id=None)
            chat.asking.detach()
            chat.transcript.clear()
            chat.add_class("-empty")
            chat.writing.arrive(self.here, chat.telex.state.draft or "")
            chat.composer.focus()
            chat.panels.watch(None)
            chat.facts.show(None)
            chat.changed()

    async def show_path(self, *, at: int | None = None) -> None:
        """Show the conversation in view anew, on the path the ledger says is the current one.

        Args:
            at: a message to have in view, None shows the end.

        Raises:
            TelexError: it cannot be read.
        """
        async with self._going:
            if self.conversation_id is not None:
                await self._go(self.conversation_id, at=at)

    async def began(self, ids: ExchangeIds, wishes: ConversationWishes | None) -> None:
        """A question was asked here; it may be the first of a new conversation.

        Args:
            ids: where it is in the ledger.
            wishes: what the conversation was begun with.
        """
        if self.conversation_id is None:
            self.here = ids.conversation_id
            self._chat.telex.remember(conversation_id=ids.conversation_id, draft=None)
            if wishes != self.wishes:
                # They were changed between the key press and the ledger.
                await self.wish(self.wishes)

    async def path(self) -> Sequence[MessageRow]:
        """Return the messages in view, as the ledger has them."""
        runtime = await self._chat.telex.runtime()
        if self.conversation_id is None:
            return ()
        return await asyncio.to_thread(runtime.reader.load_messages, self.conversation_id)

    async def row(self) -> ConversationRow | None:
        """Return what the ledger knows of the conversation in view, None before it began."""
        runtime = await self._chat.telex.runtime()
        if self.conversation_id is None:
            return None
        return await asyncio.to_thread(runtime.reader.conversation, self.conversation_id)

    async def _go(self, conversation_id: int, *, at: int | None = None) -> None:
        chat = self._chat
        runtime = await chat.telex.runtime()
        rows, row, live = await self._load(runtime, conversation_id, at)
        if row is None:
            return
        self.here = conversation_id
        self._take(row.wishes)
        chat.asking.detach()
        views = [_view(each, live.get(str(each.id))) for each in rows]
        chat.transcript.show(views, at=None if at is None else str(at))
        chat.set_class(not rows, "-empty")
        chat.asking.attach()
        chat.writing.keep_editing_only(frozenset(each.id for each in rows))
        chat.facts.show(row)
        chat.changed()

    async def _load(
        self, runtime: Runtime, conversation_id: int, at: int | None
    ) -> tuple[Sequence[MessageRow], ConversationRow | None, dict[str, LiveAnswer]]:
        """Return a path, its conversation, and which of its answers are under way."""
        answers = self._chat.asking.answers
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

    async def wish(self, wishes: ConversationWishes) -> None:
        """Keep what this conversation asks for.

        Raises:
            DatabaseError: it holds for now, but could not be kept.
        """
        self.wishes = wishes
        if self.conversation_id is not None:
            runtime = await self._chat.telex.runtime()
            await runtime.ledger.set_wishes(self.conversation_id, wishes)

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


def _view(row: MessageRow, live: LiveAnswer | None) -> MessageView:
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
