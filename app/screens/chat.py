"""The chat screen: transcript, composer, panels; maps events to widgets and keys to commands."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.worker import Worker

from app.answering import AnswerEnded, AnswerEvent, relay
from app.chat import Question
from app.outlook import look_ahead
from app.routing import Route
from app.screens.answer import AnswerPresenter
from app.screens.chat_keys import CHAT_KEYS, WELCOME_KEYS
from app.screens.panels import PanelsPresenter
from app.views import message_view
from providers.config import Strategy
from providers.errors import TelexError
from widgets.banner import Banner
from widgets.composer import Composer
from widgets.cost_meter import CostMeter
from widgets.provider_panel import ProviderPanel
from widgets.status_line import StatusLine
from widgets.transcript import Transcript
from widgets.welcome import Welcome

if TYPE_CHECKING:
    from app.host import Host
    from app.runtime import Runtime
    from providers.messages import ChatRequest

_PANELS = "panels"


class ChatScreen(Screen[None]):
    """One conversation, and everything that says how the next message travels."""

    AUTO_FOCUS = "Composer"
    DEFAULT_CSS = """
    ChatScreen {
        layout: vertical;
        #main { height: 1fr; }
        #conversation { width: 1fr; }
        #transcript { height: 1fr; }
        #welcome { height: 1fr; display: none; }
        &.-empty #welcome { display: block; }
        &.-empty #transcript { display: none; }
        #panels {
            width: 34;
            display: none;
            border-left: solid $foreground 15%;
        }
        #panels ProviderPanel { height: 1fr; }
        #panels CostMeter { border-top: solid $foreground 15%; }
    }
    ChatScreen.-wide.-panels #panels { display: block; }
    ChatScreen.-narrow.-panels-over #panels { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = CHAT_KEYS

    def __init__(self) -> None:
        super().__init__(classes="-empty")
        self.conversation_id: int | None = None
        self._answering: Worker[None] | None = None
        # A question typed during start-up belongs to the conversation that is being opened.
        self._opened = asyncio.Event()

    @property
    def telex(self) -> Host:
        """The app, as far as a screen may know it."""
        return cast("Host", self.app)

    @property
    def busy(self) -> bool:
        """Whether an answer is under way."""
        return self._answering is not None

    @property
    def opened(self) -> bool:
        """Whether the last conversation is shown and questions can be asked."""
        return self._opened.is_set()

    def compose(self) -> ComposeResult:
        """Lay the widgets out."""
        # Before there are widgets: a class that changes later styles them all again.
        self.set_class(_PANELS not in self.telex.state.folded_panels, "-panels")
        with Horizontal(id="main"):
            with Vertical(id="conversation"):
                yield Welcome(WELCOME_KEYS, id="welcome")
                yield Transcript(id="transcript")
                yield Banner(id="banner")
                yield Composer(id="composer")
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
            welcome=self.query_one(Welcome),
            draft=self.draft_request,
        )
        self.answer = AnswerPresenter(self.query_one(Transcript), self.panels)
        self.panels.show_route()
        self._open_last()

    # What was said before

    @work(group="open", exclusive=True, exit_on_error=False)
    async def _open_last(self) -> None:
        try:
            await self._restore(await self.telex.runtime())
        finally:
            self._opened.set()

    async def _restore(self, runtime: Runtime) -> None:
        await self.panels.attach(runtime)
        last = self.telex.state.conversation_id
        if last is not None and runtime.reader.conversation(last) is not None:
            await self._show(last)
        elif self.telex.state.draft:
            self.query_one(Composer).set_text(self.telex.state.draft)

    async def open_conversation(self, conversation_id: int) -> None:
        """Show a conversation and go on with it."""
        await self._show(conversation_id)
        self.telex.remember(conversation_id=conversation_id)

    async def _show(self, conversation_id: int) -> None:
        runtime = await self.telex.runtime()
        rows = await asyncio.to_thread(runtime.reader.load_messages, conversation_id)
        row = await asyncio.to_thread(runtime.reader.conversation, conversation_id)
        self.conversation_id = conversation_id
        self.query_one(Transcript).show([message_view(message) for message in rows])
        self.set_class(not rows, "-empty")
        composer = self.query_one(Composer)
        if row is not None and row.draft and not composer.text:
            composer.set_text(row.draft)
        composer.focus()

    # Asking

    @on(Composer.Submitted)
    def _ask(self, event: Composer.Submitted) -> None:
        if self._answering is not None:
            self.notify("An answer is under way. Esc stops it.", markup=False)
            return
        self.answer.asking(event.text)
        self._answering = self._answer_in_background(event.text)

    @work(group="answer", exit_on_error=False)
    async def _answer_in_background(self, text: str) -> None:
        runtime = await self.telex.runtime()
        await self._opened.wait()
        await relay(runtime.chat, self._question(text, runtime), self.post_message)

    def _question(self, text: str, runtime: Runtime) -> Question:
        return Question(
            text,
            conversation_id=self.conversation_id,
            options=self.telex.route.options,
            system=runtime.settings.system_prompt,
        )

    async def draft_request(self) -> ChatRequest:
        """Return what would be sent if the composer were submitted now."""
        runtime = await self.telex.runtime()
        text = self.query_one(Composer).text
        return await runtime.chat.preview(self._question(text, runtime))

    @on(AnswerEvent)
    def _show_event(self, message: AnswerEvent) -> None:
        begun = self.answer.handle(message.event)
        if begun is not None:
            # Only now is the question in the ledger, and may leave the composer.
            self.remove_class("-empty")
            self.query_one(Composer).clear()
            if self.conversation_id != begun.conversation_id:
                self.conversation_id = begun.conversation_id
                self.telex.remember(conversation_id=begun.conversation_id, draft=None)

    @on(AnswerEnded)
    async def _end(self, message: AnswerEnded) -> None:
        self._answering = None
        self.answer.end(message)
        await self.panels.refresh_spend()

    @on(Composer.DraftChanged)
    async def _keep_draft(self, event: Composer.DraftChanged) -> None:
        if self.telex.route.reads_the_question:
            self.panels.show_route()
        if self.conversation_id is None:
            self.telex.remember(draft=event.text or None)
            return
        runtime = await self.telex.runtime()
        try:
            await runtime.ledger.save_draft(self.conversation_id, event.text)
        except TelexError as error:
            self.telex.complain(error)

    # Commands

    def action_stop(self) -> None:
        """Stop the answer and keep what there is of it; else go back to the composer."""
        if self._answering is not None:
            self._answering.cancel()
        else:
            self.query_one(Composer).focus()

    def action_new(self) -> None:
        """Begin a new conversation. The present one stays in the history."""
        if self._answering is not None:
            self.notify("An answer is under way. Esc stops it.", markup=False)
            return
        self.conversation_id = None
        self.telex.remember(conversation_id=None)
        self.query_one(Transcript).clear()
        self.add_class("-empty")
        self.query_one(Composer).focus()

    async def action_history(self) -> None:
        """Choose a conversation to go on with."""
        from app.screens.history import HistoryScreen

        if self._answering is not None:
            self.notify("An answer is under way. Esc stops it.", markup=False)
            return
        runtime = await self.telex.runtime()
        self.app.push_screen(HistoryScreen(runtime), self._history_chosen)

    async def _history_chosen(self, conversation_id: int | None) -> None:
        if conversation_id is not None:
            await self.open_conversation(conversation_id)

    def action_cycle_strategy(self) -> None:
        """Take the next strategy."""
        self.telex.cycle_strategy()
        self.panels.show_route()

    def action_strategy(self, name: str) -> None:
        """Take the strategy called ``name``."""
        self.telex.choose(replace(self.telex.route, strategy=Strategy(name)))
        self.panels.show_route()

    async def action_pick_provider(self) -> None:
        """Name the provider to ask: the manual strategy."""
        from app.screens.pick_provider import PickProviderScreen

        runtime = await self.telex.runtime()
        try:
            request = await self.draft_request()
            outlook = await look_ahead(runtime.factory.router, request, self.telex.route.options)
        except TelexError as error:
            self.telex.complain(error)
            return
        self.app.push_screen(PickProviderScreen(outlook), self._provider_picked)

    def _provider_picked(self, picked: tuple[str, str] | None) -> None:
        if picked is not None:
            self.telex.choose(Route(Strategy.MANUAL, *picked))
            self.panels.show_route()

    def action_panels(self) -> None:
        """Show or fold the panels; on a narrow screen they come over the transcript."""
        if self.has_class("-narrow"):
            self.toggle_class("-panels-over")
            return
        self.toggle_class("-panels")
        folded = () if self.has_class("-panels") else (_PANELS,)
        self.telex.remember(folded_panels=folded)

    def action_reasoning(self) -> None:
        """Unfold or fold the newest reasoning in view."""
        self.query_one(Transcript).toggle_reasoning()

    def action_page(self, direction: int) -> None:
        """Scroll the transcript, wherever the cursor is."""
        transcript = self.query_one(Transcript)
        if direction < 0:
            transcript.action_page_up()
        else:
            transcript.action_page_down()
