"""What the keys of the chat do, apart from asking and from what concerns a single message."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from app.lending import lend_terminal
from app.outlook import look_ahead
from app.routing import Route
from app.screens.strategy_switch import StrategySwitch
from providers.config import Strategy
from widgets.find_bar import FindBar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.completions import Choices
    from app.runtime import Runtime
    from app.screens.crew import Crew
    from app.screens.history import Opened
    from app.slash import ArgumentKind

_PROMPTS = 200  # of the newest prompts, the arrow keys go through


class ChatActions:
    """Commands on the conversation as a whole.

    Args:
        crew: those who do the chat's work.
    """

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self.switch = StrategySwitch(crew)

    async def attach(self, runtime: Runtime) -> None:
        """Let the composer know earlier prompts and what can be completed."""
        from app.completions import Completions

        crew = self._crew
        prompts = await asyncio.to_thread(runtime.reader.recent_prompts, _PROMPTS)
        crew.desk.composer.set_history(prompts)
        completions = Completions(folder=crew.desk.telex.folder, arguments=_arguments(runtime))
        crew.desk.composer.set_completer(completions.complete)

    # Closing things, one at a time

    def escape(self) -> None:
        """Close what is open, else stop the answer, else go back to the composer."""
        crew = self._crew
        if crew.desk.composer.close_completions():
            return
        if crew.desk.query_one(FindBar).display:
            self.close_find()
            return
        if crew.desk.transcript.has_focus and crew.desk.transcript.end_selection():
            return
        if crew.asking.stop():
            return
        if not crew.desk.composer.has_focus:
            crew.desk.composer.focus()
            return
        if not crew.writing.stop_editing():
            crew.comparing.leave()

    # Going places

    async def history(self) -> None:
        """Choose a conversation to go on with."""
        from app.screens.history import HistoryScreen

        runtime = await self._crew.desk.telex.runtime()
        await self._crew.writing.keep()
        self._crew.desk.app.push_screen(
            HistoryScreen(
                runtime, under_way=self._conversations_under_way, deleted=self._crew.trash.deleted
            ),
            self._crew.desk.carefully(self._history_left),
        )

    def _conversations_under_way(self) -> frozenset[int]:
        lives = self._crew.asking.answers.all()
        return frozenset(live.conversation_id for live in lives if live.conversation_id is not None)

    async def _history_left(self, opened: Opened | None) -> None:
        crew = self._crew
        if opened is not None:
            await crew.places.open(opened.conversation_id, at=opened.message_id)
        elif crew.desk.conversation_id is not None and await crew.places.row() is None:
            await crew.places.new()  # it was deleted meanwhile
        else:
            await crew.facts.refresh()

    def enter_transcript(self) -> None:
        """Go into the transcript, to the message that was current or the newest."""
        self._crew.desk.transcript.focus()

    # Routing

    async def strategy(self, name: str) -> None:
        """Take the strategy called ``name`` in this conversation, and for new ones."""
        await self.switch.take(replace(self._crew.desk.telex.route, strategy=Strategy(name)))

    async def pick_provider(self) -> None:
        """Name the provider to ask: the manual strategy."""
        from app.screens.pick_provider import PickProviderScreen

        crew = self._crew
        runtime = await crew.desk.telex.runtime()
        request, _ = await crew.draft.request()
        outlook = await look_ahead(runtime.factory.router, request, crew.desk.telex.route.options)
        picked = crew.desk.carefully(self._provider_picked)
        crew.desk.app.push_screen(PickProviderScreen(outlook), picked)

    async def _provider_picked(self, picked: tuple[str, str] | None) -> None:
        if picked is not None:
            await self.switch.take(Route(Strategy.MANUAL, *picked))

    async def compare(self, words: str = "") -> None:
        """Ask several models at once, side by side.

        Args:
            words: whom, as ``provider`` or ``provider model``, by commas; empty lets choose.
        """
        from app.screens.compare_actions import compare

        await compare(self._crew, words)

    async def export(self, words: str) -> None:
        """Write the conversation to a file.

        Args:
            words: where to, ending in ``.md`` or ``.json``; empty names it by the title.
        """
        from app.screens.export_actions import export

        await export(self._crew, words)

    # Writing

    async def open_editor(self) -> None:
        """Go on writing in the person's own editor.

        Raises:
            TelexError: there is no editor, or it failed; the text is as it was.
        """
        from app.editor import edit_text

        crew = self._crew
        before, environment = crew.desk.composer.text, crew.desk.telex.environment
        text = await lend_terminal(crew.desk.app, lambda: edit_text(before, environment))
        crew.desk.composer.set_text(text)

    # Finding

    def open_find(self, needle: str = "") -> None:
        """Find words in the conversation.

        Args:
            needle: what to look for, may be typed later.
        """
        self._crew.desk.query_one(FindBar).open(needle)

    def close_find(self) -> None:
        """Stop finding, and stay with what was found."""
        self._crew.desk.query_one(FindBar).close()
        self._crew.desk.transcript.end_find()
        self._crew.desk.transcript.focus()

    def find(self, event: FindBar.Changed | FindBar.Step | FindBar.Closed) -> None:
        """Do what the find bar asks for."""
        transcript, bar = self._crew.desk.transcript, self._crew.desk.query_one(FindBar)
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
        ArgumentKind.SWITCH: lambda: [Choice("on"), Choice("off")],
    }
