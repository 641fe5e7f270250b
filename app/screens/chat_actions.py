"""What the keys of the chat do, apart from asking and from what concerns a single message."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from app.lending import lend_terminal
from app.outlook import look_ahead
from app.routing import Route
from providers.config import Strategy
from widgets.find_bar import FindBar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.completions import Choices
    from app.runtime import Runtime
    from app.screens.chat import ChatScreen
    from app.screens.history import Opened
    from app.slash import ArgumentKind

_PROMPTS = 200  # of the newest prompts, the arrow keys go through


class ChatActions:
    """Commands on the conversation as a whole.

    Args:
        chat: the screen they are given on.
    """

    def __init__(self, chat: ChatScreen) -> None:
        self._chat = chat

    async def attach(self, runtime: Runtime) -> None:
        """Let the composer know earlier prompts and what can be completed."""
        from app.completions import Completions

        chat = self._chat
        prompts = await asyncio.to_thread(runtime.reader.recent_prompts, _PROMPTS)
        chat.composer.set_history(prompts)
        completions = Completions(folder=chat.telex.folder, arguments=_arguments(runtime))
        chat.composer.set_completer(completions.complete)

    # Closing things, one at a time

    def escape(self) -> None:
        """Close what is open, else stop the answer, else go back to the composer."""
        chat = self._chat
        if chat.composer.close_completions():
            return
        if chat.query_one(FindBar).display:
            self.close_find()
            return
        if chat.transcript.has_focus and chat.transcript.end_selection():
            return
        if chat.asking.stop():
            return
        if not chat.composer.has_focus:
            chat.composer.focus()
            return
        if not chat.writing.stop_editing():
            chat.comparing.leave()

    # Going places

    async def history(self) -> None:
        """Choose a conversation to go on with."""
        from app.screens.history import HistoryScreen

        runtime = await self._chat.telex.runtime()
        await self._chat.writing.keep()
        self._chat.app.push_screen(
            HistoryScreen(
                runtime, under_way=self._conversations_under_way, deleted=self._chat.trash.deleted
            ),
            self._chat.carefully(self._history_left),
        )

    def _conversations_under_way(self) -> frozenset[int]:
        lives = self._chat.asking.answers.all()
        return frozenset(live.conversation_id for live in lives if live.conversation_id is not None)

    async def _history_left(self, opened: Opened | None) -> None:
        chat = self._chat
        if opened is not None:
            await chat.places.open(opened.conversation_id, at=opened.message_id)
        elif chat.conversation_id is not None and await chat.places.row() is None:
            await chat.places.new()  # it was deleted meanwhile
        else:
            await chat.facts.refresh()

    def enter_transcript(self) -> None:
        """Go into the transcript, to the message that was current or the newest."""
        self._chat.transcript.focus()

    # Routing

    async def strategy(self, name: str) -> None:
        """Take the strategy called ``name`` in this conversation, and for new ones."""
        await self._chat.places.choose(replace(self._chat.telex.route, strategy=Strategy(name)))

    async def pick_provider(self) -> None:
        """Name the provider to ask: the manual strategy."""
        from app.screens.pick_provider import PickProviderScreen

        chat = self._chat
        runtime = await chat.telex.runtime()
        request, _ = await chat.draft.request()
        outlook = await look_ahead(runtime.factory.router, request, chat.telex.route.options)
        picked = chat.carefully(self._provider_picked)
        chat.app.push_screen(PickProviderScreen(outlook), picked)

    async def _provider_picked(self, picked: tuple[str, str] | None) -> None:
        if picked is not None:
            await self._chat.places.choose(Route(Strategy.MANUAL, *picked))

    async def compare(self, words: str = "") -> None:
        """Ask several models at once, side by side.

        Args:
            words: whom, as ``provider`` or ``provider model``, by commas; empty lets choose.
        """
        from app.screens.compare_actions import compare

        await compare(self._chat, words)

    async def export(self, words: str) -> None:
        """Write the conversation to a file.

        Args:
            words: where to, ending in ``.md`` or ``.json``; empty names it by the title.
        """
        from app.screens.export_actions import export

        await export(self._chat, words)

    # Writing

    async def open_editor(self) -> None:
        """Go on writing in the person's own editor.

        Raises:
            TelexError: there is no editor, or it failed; the text is as it was.
        """
        from app.editor import edit_text

        chat = self._chat
        before, environment = chat.composer.text, chat.telex.environment
        text = await lend_terminal(chat.app, lambda: edit_text(before, environment))
        chat.composer.set_text(text)

    # Finding

    def open_find(self, needle: str = "") -> None:
        """Find words in the conversation.

        Args:
            needle: what to look for, may be typed later.
        """
        self._chat.query_one(FindBar).open(needle)

    def close_find(self) -> None:
        """Stop finding, and stay with what was found."""
        self._chat.query_one(FindBar).close()
        self._chat.transcript.end_find()
        self._chat.transcript.focus()

    def find(self, event: FindBar.Changed | FindBar.Step | FindBar.Closed) -> None:
        """Do what the find bar asks for."""
        transcript, bar = self._chat.transcript, self._chat.query_one(FindBar)
        if not bar.display and not isinstance(event, FindBar.Closed):
            return  # the person was faster: it is closed already
        match event:
            case FindBar.Changed(needle):
                bar.show(transcript.find(needle))
            case FindBar.Step(direction):
                bar.show(transcript.find_step(direction))
            case _:
                self.close_find()


def _arguments(runtime: Runtime) -> Mapping[ArgumentKind, Choices]:
    """Return what the arguments of slash commands can be, each looked up when it is asked for."""
    from app.completions import Choice
    from app.slash import ArgumentKind

    files = runtime.prompt_files
    return {
        ArgumentKind.STRATEGY: lambda: [Choice(strategy.value) for strategy in Strategy],
        ArgumentKind.PROVIDER: lambda: [
            Choice(config.name, config.model) for config in runtime.factory.config
        ],
        ArgumentKind.PERSONA: lambda: [
            Choice(each.name, each.summary) for each in files.personas()
        ],
        ArgumentKind.TEMPLATE: lambda: [
            Choice(each.name, each.summary) for each in files.templates()
        ],
        ArgumentKind.TAG: lambda: [
            Choice(tag, f"{count} times") for tag, count in runtime.reader.tags()
        ],
        ArgumentKind.RATING: lambda: [Choice("good"), Choice("bad")],
        ArgumentKind.FORMAT: lambda: [Choice("markdown"), Choice("json")],
    }
