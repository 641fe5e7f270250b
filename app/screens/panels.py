"""What stands around the conversation: provider panel, cost meter, status line, banner."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from textual.timer import Timer

from app.answering import AnswerEnded
from app.budgets import Budget, read_budgets
from app.chat import ChatEvent, ExchangeBegun
from app.meter import LiveMeter, variant_of
from app.periods import Periods
from app.provider_views import provider_views
from app.session_cost import SessionCost
from app.underway import Underway
from app.views import cost_text, spend_text
from providers.billing.money import format_usd
from providers.errors import AllProvidersFailed, TelexError
from providers.events import (
    AttemptCancelled,
    AttemptFailed,
    AttemptStarted,
    Completed,
    ReasoningDelta,
    TextDelta,
)
from storage.errors import DatabaseError
from widgets.banner import Banner
from widgets.cost_meter import CostMeter, MeterView
from widgets.provider_panel import ProviderPanel
from widgets.status_line import StatusLine, StatusView
from widgets.welcome import Welcome

if TYPE_CHECKING:
    from app.host import Host
    from app.runtime import Runtime
    from providers.messages import ChatRequest

_TICK = 0.25  # seconds between two paints of the running cost
_LOOK = 2.0  # seconds between two looks at what background checks have found
_NO_KEY = "No key yet: the built-in model answers, free · f9 adds a key"
_RECOVERED = "telex ended in the middle of an answer; what there was of it is kept"
_HINT = "f1 keys · ctrl+p all"
_BUSY_HINT = "esc stops"


class PanelsPresenter:
    """Keeps everything around the transcript true.

    Args:
        app: whose route is in force.
        providers, meter, status, banner, welcome: the widgets.
        draft: returns what would be sent if the composer were submitted now.
    """

    def __init__(
        self,
        app: Host,
        *,
        providers: ProviderPanel,
        meter: CostMeter,
        status: StatusLine,
        banner: Banner,
        welcome: Welcome,
        draft: Callable[[], Awaitable[ChatRequest]],
    ) -> None:
        self._app = app
        self._draft = draft
        self._providers = providers
        self._meter = meter
        self._status = status
        self._banner = banner
        self._welcome = welcome
        self._runtime: Runtime | None = None
        self._live: LiveMeter | None = None
        self._timer: Timer | None = None
        self._current: tuple[str, str] | None = None
        self._underway = Underway()
        self._next: tuple[str, str] = ("", "")
        self._state = "opening"
        self._session = SessionCost()
        self._today = self._month = "–"
        self._month_cost = Decimal(0)
        self._budgets: Sequence[Budget] = ()
        self._answer: str | None = None
        self._notice = ""

    async def attach(self, runtime: Runtime) -> None:
        """The ledger and the providers are there now."""
        self._runtime = runtime
        self._state = "idle"
        self._providers.set_interval(_LOOK, self._paint_providers)
        if runtime.ledger.recovered:
            self._notice = _RECOVERED
        await self.refresh()

    async def refresh(self) -> None:
        """Paint everything anew, for example after a key was added."""
        runtime = self._runtime
        if runtime is None:
            return
        has_keys = await asyncio.to_thread(lambda: runtime.has_keys)
        self._banner.say(self._notice or ("" if has_keys else _NO_KEY))
        await self.refresh_spend()

    async def refresh_spend(self) -> None:
        """Read today's and the month's spend from the ledger."""
        runtime = self._runtime
        if runtime is None:
            return
        periods = Periods.at(datetime.now().astimezone())
        try:
            today, month, self._budgets = await asyncio.gather(
                asyncio.to_thread(runtime.reader.spend, periods.today),
                asyncio.to_thread(runtime.reader.spend, periods.month),
                read_budgets(runtime.factory.config, runtime.parts),
            )
        except DatabaseError as error:
            # What was spent cannot be told now; what is typed and shown must not go with it.
            self._banner.say(str(error))
            return
        self._today, self._month = spend_text(today), spend_text(month)
        self._month_cost = month.cost
        self._paint_providers()
        self._paint_meter()
        await self.refresh_route()

    def show_route(self) -> None:
        """The strategy changed: say so at once, and find out who would answer."""
        self._paint_status()
        if self._runtime is not None:
            self._status.run_worker(self.refresh_route(), group="route", exclusive=True)

    async def refresh_route(self) -> None:
        """Ask the router who would answer what is written now. Calls nobody."""
        runtime = self._runtime
        if runtime is None:
            return
        try:
            request = await self._draft()
            ranking = await runtime.factory.router.rank(request, self._app.route.options)
        except DatabaseError as error:
            self._banner.say(str(error))
            return
        if ranking.order:
            first = ranking.order[0]
            self._next = (first.provider, first.model)
            self._welcome.show_answering(f"{first.provider} · {first.model} will answer")
        else:
            self._next = ("nobody", "")
            self._welcome.show_answering(ranking.reason)
        self._paint_status()

    def handle(self, event: ChatEvent) -> None:
        """Take one event of the running exchange."""
        match event:
            case ExchangeBegun():
                self._begin()
            case AttemptStarted():
                self._attempt(event)
            case AttemptCancelled():
                self._attempt_cancelled(event)
            case TextDelta(text) | ReasoningDelta(text):
                if self._live is not None:
                    self._live.add(text)
                self._state = "streaming"
            case AttemptFailed():
                if self._live is not None:
                    self._live.attempt_failed(event.position, event.cost)
                self._underway.end(event.position)
                self._follow_leader()
                self._state = f"{event.provider} failed"
                self._paint_providers()
                self._paint_status()
            case Completed():
                self._answer = cost_text(
                    event.total_cost, estimated=event.cost_estimated, provider=event.provider
                )
                self._session.add(event.total_cost)
            case _:
                pass

    def end(self, message: AnswerEnded) -> None:
        """The exchange is over and settled."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        live, self._live = self._live, None
        unfinished = message.stopped or isinstance(message.error, AllProvidersFailed)
        if unfinished and live is not None:
            self._session.add(live.cost)
            self._answer = cost_text(live.cost, estimated=True, provider=self._answering)
        self._state = "stopped" if message.stopped else "failed" if message.error else "idle"
        self._current = None
        self._underway.clear()
        self._paint_providers()
        self._paint_meter()
        self._paint_status()

    def answer_cost_text(self) -> str:
        """Return what the newest answer has cost."""
        return self._answer or "?"

    def complain(self, error: TelexError) -> None:
        """Show what went wrong and what to do."""
        self._app.complain(error)

    @property
    def _answering(self) -> str:
        return self._current[0] if self._current else ""

    def _begin(self) -> None:
        runtime = self._runtime
        if runtime is None:
            return
        if self._notice:
            self._notice = ""
            self._banner.say("")
        self._live = LiveMeter(runtime.parts.prices, time.monotonic)
        self._state = "thinking"
        self._timer = self._meter.set_interval(_TICK, self._tick)
        self._tick()

    def _attempt(self, event: AttemptStarted) -> None:
        runtime = self._runtime
        if runtime is None or self._live is None:
            return
        config = runtime.factory.config_of(event.provider)
        self._live.start(event, variant_of(config, event.model))
        self._underway.start(event)
        self._follow_leader()
        self._state = "thinking"
        self._paint_providers()
        self._tick()

    def _attempt_cancelled(self, event: AttemptCancelled) -> None:
        if self._live is not None:
            self._live.attempt_cancelled(event.position)
        self._underway.end(event.position)
        self._follow_leader()
        self._paint_providers()
        self._tick()

    def _follow_leader(self) -> None:
        leader = self._underway.leader
        if leader is not None:
            self._current = (leader.provider, leader.model)

    def _tick(self) -> None:
        self._paint_meter()
        self._paint_status()

    def _paint_providers(self) -> None:
        runtime = self._runtime
        if runtime is None:
            return
        self._providers.show(provider_views(runtime.factory, self._budgets, now=time.monotonic()))

    def _paint_meter(self) -> None:
        live = self._live
        answer, session = self._answer, self._session.text()
        if live is not None:
            answer = cost_text(live.cost, estimated=True, provider=self._answering)
            session = self._session.text(live.cost)
        budget = self._runtime.settings.monthly_budget if self._runtime else None
        self._meter.show(
            MeterView(
                answer=answer,
                answer_live=live is not None,
                session=session,
                today=self._today,
                month=self._month,
                budget=format_usd(budget) if budget else "",
                budget_used=float(self._month_cost / budget) if budget else None,
            )
        )

    def _paint_status(self) -> None:
        provider, model = self._current or self._next
        busy = self._live is not None
        self._status.show(
            StatusView(
                strategy=self._app.route.label,
                provider=provider,
                model=model,
                state=self._state_text(),
                today=self._today if self._runtime else "",
                hint=_BUSY_HINT if busy else _HINT,
                busy=busy,
            )
        )

    def _state_text(self) -> str:
        speed = self._live.tokens_per_second if self._live else None
        if self._state == "streaming" and speed is not None:
            return f"streaming {speed:.0f} tok/s"
        return self._state
