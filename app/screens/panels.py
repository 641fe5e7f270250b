"""What stands around the conversation: provider panel, cost meter, status line, banner."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from textual.timer import Timer

from app.keymap import key_of
from app.provider_views import provider_views
from app.screens.money import Money
from storage.errors import DatabaseError
from widgets.banner import Banner
from widgets.cost_meter import CostMeter
from widgets.provider_panel import AlertLine, ProviderPanel
from widgets.status_line import StatusLine, StatusView

if TYPE_CHECKING:
    from app.host import Host
    from app.live_answer import LiveAnswer
    from app.runtime import Runtime
    from storage.errors import ConfigFileError

_TICK = 0.25  # seconds between two paints of the running cost
_REREAD = 60.0  # seconds between two looks at the ledger: days end, and other telex spend too
_LOOK = 2.0  # seconds between two looks at what background checks have found
_NO_KEY = "No key yet: the built-in model answers, free · {} adds a key"
_RECOVERED = "telex ended in the middle of an answer; what there was of it is kept"


class PanelsPresenter:
    """Keeps everything around the transcript true.

    Args:
        app: whose route is in force.
        providers, meter, status, banner: the widgets.
        under_way: returns every answer that is under way, in whatever conversation.
    """

    def __init__(
        self,
        app: Host,
        *,
        providers: ProviderPanel,
        meter: CostMeter,
        status: StatusLine,
        banner: Banner,
        under_way: Callable[[], Sequence[LiveAnswer]],
    ) -> None:
        self._app = app
        self._providers = providers
        self._meter = meter
        self._status = status
        self._banner = banner
        self._under_way = under_way
        self._runtime: Runtime | None = None
        self._timer: Timer | None = None
        self._watched: LiveAnswer | None = None
        self._next: tuple[str, str] = ("", "")
        self._money = Money(app.now)
        self._notice = ""
        self._problem = ""
        self._alerts = 0

    async def attach(self, runtime: Runtime) -> None:
        """The ledger and the providers are there now."""
        self._runtime = runtime
        self._providers.set_interval(_LOOK, self._paint_providers)
        self._meter.set_interval(_REREAD, self._reread)
        if runtime.ledger.recovered:
            self._notice = _RECOVERED
        await self.refresh()

    async def refresh(self) -> None:
        """Paint everything anew, for example after a key was added."""
        runtime = self._runtime
        if runtime is None:
            return
        has_keys = await asyncio.to_thread(lambda: runtime.has_keys)
        self._banner.say(self._problem or self._notice or ("" if has_keys else self._no_key))
        await self.refresh_spend()

    async def refresh_spend(self) -> None:
        """Read what was spent from the ledger."""
        runtime = self._runtime
        if runtime is None:
            return
        try:
            await self._money.read(runtime)
        except DatabaseError as error:
            # What was spent cannot be told now; what is typed and shown must not go with it.
            self._banner.say(str(error))
            return
        self.paint()

    def _reread(self) -> None:
        # Textual's own type is too narrow for an async method.
        work = self.refresh_spend
        self._meter.run_worker(work, group="spend", exclusive=True)  # type: ignore[arg-type]

    def show_config_problem(self, problem: ConfigFileError | None) -> None:
        """Say that the configuration cannot be used as it is now, or can be again."""
        self._problem = "" if problem is None else f"{problem} · the settings before stay in force"
        self._banner.say(self._problem or self._notice)

    def show_next(self, provider: str, model: str) -> None:
        """Say who would answer what is written now."""
        self._next = (provider, model)
        self._paint_status()

    def show_alerts(self, alerts: Sequence[AlertLine]) -> None:
        """Say which alerts are on."""
        self._alerts = len(alerts)
        self._providers.show_alerts(alerts)
        self._paint_status()

    def say(self, text: str) -> None:
        """Say something above the composer."""
        self._banner.say(text)

    def watch(self, live: LiveAnswer | None) -> None:
        """Follow this answer, the one in view; None when it has none under way."""
        self._watched = live
        self.paint()

    def begun(self) -> None:
        """An answer is under way: let the meter run."""
        if self._notice:
            self._notice = ""
            self._banner.say(self._problem)
        if self._timer is None:
            self._timer = self._meter.set_interval(_TICK, self._tick)
        self.paint()

    def ended(self, live: LiveAnswer) -> None:
        """An answer is over: what it has cost is part of the session now."""
        if live.ids is not None:
            self.spent(live.cost)
        if not self._under_way() and self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.paint()

    def spent(self, cost: Decimal | None) -> None:
        """US dollars were spent in this session; None is an unknown price."""
        self._money.add(cost)
        self._tick()

    def paint(self) -> None:
        """Paint everything from what is known."""
        self._paint_providers()
        self._tick()

    def _tick(self) -> None:
        self._paint_meter()
        self._paint_status()

    def _paint_providers(self) -> None:
        runtime = self._runtime
        if runtime is not None:
            views = provider_views(runtime.factory, self._money.budgets, now=runtime.parts.clock())
            self._providers.show(views)

    def _paint_meter(self) -> None:
        live = self._watched
        running = _sum(each.cost for each in self._under_way())
        self._meter.show(
            replace(
                self._money.view(running),
                answer=None if live is None else live.cost_text,
                answer_live=live is not None and not live.over,
            )
        )

    def _paint_status(self) -> None:
        live = self._watched
        busy = live is not None and not live.over
        provider, model = (live.speaker if live and busy else None) or self._next
        self._status.show(
            StatusView(
                strategy=self._app.route.label,
                provider=provider,
                model=model,
                state=self._state_text(),
                today=self._money.today if self._runtime else "",
                warning=self._money.warning,
                hint=self._hint(busy),
                busy=busy,
            )
        )

    @property
    def _no_key(self) -> str:
        return _NO_KEY.format(key_of(self._app, "app.keys"))

    def _hint(self, busy: bool) -> str:
        app = self._app
        if busy:
            return f"{key_of(app, 'chat.stop')} stops"
        return f"{key_of(app, 'app.help')} keys · {key_of(app, 'app.palette')} all"

    def _state_text(self) -> str:
        if self._runtime is None:
            return "opening"
        live = self._watched
        state = "idle" if live is None else live.state_text
        others = sum(each is not live for each in self._under_way())
        if others:
            state = f"{state} · {others} more answering"
        if not self._alerts:
            return state
        # First, because a narrow line is cut at its end.
        return f"▲ {self._alerts} alert{'s' if self._alerts > 1 else ''} · {state}"


def _sum(costs: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum, None when one of them is unknown."""
    total = Decimal(0)
    for cost in costs:
        if cost is None:
            return None
        total += cost
    return total
