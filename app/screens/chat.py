"""The chat screen: lays the widgets out, and leads each message to who answers for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from app.answering import AnswerEnded, AnswerEvent
from app.screens.asking import Asking, Wanted
from app.screens.chat_actions import ChatActions
from app.screens.chat_keys import welcome_keys
from app.screens.chat_style import CHAT_CSS
from app.screens.comparing import Comparing
from app.screens.crew import Crew
from app.screens.draft import Draft
from app.screens.facts import ConversationFacts
from app.screens.hands import Hands
from app.screens.in_view import InView
from app.screens.keyed_desk import PANELS, KeyedDesk
from app.screens.message_actions import MessageActions
from app.screens.onboarding import FirstSteps
from app.screens.outlook import OutlookPresenter
from app.screens.panels import PanelsPresenter
from app.screens.places import Places
from app.screens.trash import Trash
from app.screens.writing import Writing
from widgets.attachment_line import AttachmentLine
from widgets.banner import Banner
from widgets.completion_list import CompletionList
from widgets.composer import Composer
from widgets.conversation_line import ConversationLine
from widgets.cost_meter import CostMeter
from widgets.find_bar import FindBar
from widgets.job_line import JobLine
from widgets.one_line import one_line
from widgets.outlook_line import OutlookLine
from widgets.provider_panel import ProviderPanel
from widgets.status_line import StatusLine
from widgets.strategy_strip import StrategyStrip
from widgets.transcript import Transcript
from widgets.welcome import Welcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.live_answer import LiveAnswer
    from app.runtime import Runtime
    from providers.routing.options import RouteOptions
    from storage.rows import ConversationRow
    from storage.settings import Settings


class ChatScreen(KeyedDesk):
    """One conversation, and everything that says how the next message travels."""

    AUTO_FOCUS = "Composer"
    DEFAULT_CSS = CHAT_CSS

    def __init__(self) -> None:
        super().__init__("-empty")
        view = InView(self)
        self.writing = Writing(self)
        self.places = Places(self, self.writing, view)
        self.asking = Asking(self, self.places, self.writing, view)
        self.comparing = Comparing(self, self.asking, self.places)
        self.draft = Draft(self, self.places, self.writing)
        self.facts = ConversationFacts(self, self.places)
        self.trash = Trash(self, self.places, self.asking)
        crew = Crew(
            self,
            self.places,
            self.writing,
            self.asking,
            self.comparing,
            self.draft,
            self.facts,
            self.trash,
        )
        self.actions = ChatActions(crew)
        self.messages = MessageActions(crew, self.actions)
        self.hands = Hands(crew, self.actions, self.messages)
        self.first_steps = FirstSteps(self, self.actions.switch.take)

    @property
    def busy(self) -> bool:
        """Whether an answer is under way in the conversation in view."""
        return self.asking.busy

    @property
    def composer(self) -> Composer:
        """Where the person writes."""
        return self._composer

    def compose(self) -> ComposeResult:
        """Lay the widgets out."""
        self._composer = Composer(id="composer")
        # Before there are widgets: a class that changes later styles them all again.
        self.set_class(PANELS not in self.telex.state.folded_panels, "-panels")
        with Horizontal(id="main"):
            with Vertical(id="conversation"):
                yield ConversationLine(id="facts")
                yield Welcome(welcome_keys(self.telex), id="welcome")
                yield Transcript(id="transcript")
                yield FindBar(id="find")
                yield Banner(id="banner")
                yield StrategyStrip(id="strip")
                yield JobLine(id="jobs")
                yield CompletionList(id="completions")
                yield AttachmentLine(id="attachments")
                yield self._composer
                yield OutlookLine(id="outlook")
            with Vertical(id="panels"):
                yield ProviderPanel(id="providers")
                yield CostMeter(id="meter")
        yield StatusLine(id="status")

    def on_mount(self) -> None:
        """Paint what is known before anything is open, then ask for the rest."""
        self.panels = PanelsPresenter(
            self.telex,
            providers=self.query_one(ProviderPanel),
            meter=self.query_one(CostMeter),
            status=self.query_one(StatusLine),
            banner=self.query_one(Banner),
            under_way=self.asking.answers.all,
        )
        self.outlook = OutlookPresenter(
            self.telex,
            line=self.query_one(OutlookLine),
            welcome=self.query_one(Welcome),
            panels=self.panels,
            draft=self.draft.request,
        )
        self.composer.attach(self.query_one(CompletionList))
        self.telex.jobs.observe(self._show_jobs)
        self.panels.paint()
        self._open_last()

    async def on_unmount(self) -> None:
        """Keep what is typed: the last pause may have been a while ago."""
        await self.writing.keep_all()

    @work(group="open", exclusive=True, exit_on_error=False)
    async def _open_last(self) -> None:
        runtime = await self.telex.runtime()
        try:
            # Each for itself: what cannot be read must not take the rest with it.
            await self.tried(self.panels.attach(runtime))
            await self.tried(self.places.restore(runtime))
            await self.tried(self.actions.attach(runtime))
        finally:
            self.opened.set()
            self.outlook.attach(runtime)

    def on_screen_resume(self) -> None:
        """Look what the screen before has changed."""
        self.first_steps.look()

    def action_stop(self) -> None:
        """Close what is open, else stop the answer and keep what there is of it."""
        if not self.first_steps.skip():
            super().action_stop()

    # Asking, and what comes of it

    @on(Composer.Submitted)
    def _ask(self, event: Composer.Submitted) -> None:
        self.first_steps.end()
        slashes = self.composer.text.startswith("//")
        typed = f"/{event.text}" if slashes else event.text
        wanted = Wanted(event.text, typed=typed, edit_of=self.writing.editing)
        if self.comparing.sides:
            self.comparing.ask(wanted)
        else:
            self.asking.ask(wanted)

    @on(AnswerEvent)
    async def _show_event(self, message: AnswerEvent) -> None:
        await self.tried(self.asking.event(message))

    @on(AnswerEnded)
    async def _end(self, message: AnswerEnded) -> None:
        await self.asking.ended(message)
        await self.panels.refresh_spend()
        await (await self.telex.runtime()).close_former()

    def answered(self, live: LiveAnswer) -> None:
        """An answer is over and in the ledger."""
        self.facts.answered(live)
        self.changed()

    def show_facts(self, row: ConversationRow | None) -> None:
        """Say what is known of the conversation in view; None has not begun."""
        self.facts.show(row)

    def compare_with(
        self, first: LiveAnswer, others: Sequence[RouteOptions], runtime: Runtime, *, in_view: bool
    ) -> None:
        """Ask others the same, and show all of them."""
        self.comparing.begun(first, others, runtime, in_view=in_view)

    def changed(self) -> None:
        """What would be sent, or how, is something else now."""
        # Wherever one looks, the strategy is never a surprise.
        self.composer.border_subtitle = Content(one_line(self.telex.route.label))
        if self.opened.is_set():
            self._look_anew()

    @work(group="changed", exclusive=True, exit_on_error=False)
    async def _look_anew(self) -> None:
        (await self.telex.runtime()).drafts.forget()
        self.outlook.look()

    async def adopt(self, former: Settings) -> None:
        """Other settings are in force than ``former``.

        Raises:
            DatabaseError: the ledger cannot be read or written.
        """
        await self.places.adopt(former)
        await self.panels.refresh()

    def _show_jobs(self) -> None:
        from app.job_text import line_view

        self.query_one(JobLine).show(line_view(self.telex.jobs))

    # What the widgets say

    @on(Composer.TextChanged)
    def _look(self) -> None:
        self.outlook.look()

    @on(Composer.DraftChanged)
    async def _keep_draft(self) -> None:
        await self.writing.keep()

    @on(Composer.CommandGiven)
    async def _command(self, event: Composer.CommandGiven) -> None:
        from app.screens.slash_actions import run_typed

        await self.tried(run_typed(self.hands, event.text))

    @on(Composer.EditorWanted)
    async def _editor(self) -> None:
        await self.tried(self.actions.open_editor())

    @on(Transcript.Wanted)
    async def _wanted(self, event: Transcript.Wanted) -> None:
        await self.tried(self.messages.run(event.command, event.key, event.number))

    @on(FindBar.Changed)
    @on(FindBar.Step)
    @on(FindBar.Closed)
    def _find(self, event: FindBar.Changed | FindBar.Step | FindBar.Closed) -> None:
        self.actions.find(event)

    @on(Transcript.FoundChanged)
    def _found(self, event: Transcript.FoundChanged) -> None:
        self.query_one(FindBar).show(event.found)

    def show_mode(self) -> None:
        """Say what sending does now, where it is not the usual."""
        words = " · ".join(filter(None, (self.comparing.mode, self.writing.mode)))
        self.composer.border_title = Content(one_line(words))
        self.changed()
