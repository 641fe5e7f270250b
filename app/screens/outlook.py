"""What is known of the draft before it is sent: who would answer, at what price, and who else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from app.experiments import unit_in_view
from app.keymap import key_of
from app.outlook import Outlook, look_ahead, look_ahead_each
from app.prediction_text import expected_cost
from providers.config import Strategy
from providers.errors import TelexError
from providers.routing.options import RouteOptions
from widgets.outlook_line import OtherChoice, OutlookLine, OutlookView
from widgets.welcome import Welcome

if TYPE_CHECKING:
    from app.host import Host
    from app.runtime import Runtime
    from app.screens.panels import PanelsPresenter
    from providers.messages import ChatRequest

_STRATEGIES = (
    (Strategy.COST, "chat.cost", "cheapest"),
    (Strategy.LATENCY, "chat.latency", "fastest"),
    (Strategy.QUALITY, "chat.quality", "best"),
)

_ARM = "an arm of the experiment"


class OutlookPresenter:
    """Asks the router about the draft. Calls nobody.

    Args:
        app: whose route is in force.
        line, welcome: where it is said; ``panels`` say it in the status line.
        draft: returns what would be sent if the composer were submitted now, and whether anything
            is written in it.
    """

    def __init__(
        self,
        app: Host,
        *,
        line: OutlookLine,
        welcome: Welcome,
        panels: PanelsPresenter,
        draft: Callable[[], Awaitable[tuple[ChatRequest, bool]]],
    ) -> None:
        self._app = app
        self._line = line
        self._welcome = welcome
        self._panels = panels
        self._draft = draft
        self._runtime: Runtime | None = None

    def attach(self, runtime: Runtime) -> None:
        """The router is there now."""
        self._runtime = runtime
        self.look()

    def look(self) -> None:
        """The draft, the route or the providers have changed: look again, in the background."""
        self._panels.paint()
        if self._runtime is not None:
            # Textual's own type is too narrow for an async method.
            work = self.refresh
            self._line.run_worker(work, group="outlook", exclusive=True)  # type: ignore[arg-type]

    async def refresh(self) -> None:
        """Look now, and say what there is to say."""
        runtime = self._runtime
        if runtime is None:
            return
        try:
            request, written = await self._draft()
            router, here = runtime.factory.router, self._app.state.conversation_id
            options = await unit_in_view(runtime, self._app.route.options, here)
            if not written:
                self._line.show(OutlookView())
                self._say(await look_ahead(router, request, options))
                return
            asked = [options, *(RouteOptions(strategy=each) for each, _, _ in _STRATEGIES)]
            tokens, (mine, *others) = await look_ahead_each(router, request, asked)
        except TelexError as error:
            self._panels.say(str(error))
            return
        self._say(mine)
        keys = [key_of(self._app, name) for _, name, _ in _STRATEGIES]
        self._line.show(_view(tokens, mine, others, keys))

    def _say(self, mine: Outlook) -> None:
        first = mine.first
        if first is None:
            self._panels.show_next("nobody", "")
            self._welcome.show_answering(mine.reason)
            return
        if mine.draws_an_arm:
            self._panels.show_next(_ARM, "")
            self._welcome.show_answering(f"{_ARM} will answer")
            return
        self._panels.show_next(first.provider, first.model)
        self._welcome.show_answering(f"{first.provider} · {first.model} will answer")


def _view(
    tokens: int, mine: Outlook, others: Sequence[Outlook], keys: Sequence[str]
) -> OutlookView:
    sent = f"~{tokens:,} tok"
    first = mine.first
    if first is None:
        return OutlookView(sent, "?", mine.reason, "nobody")
    if mine.draws_an_arm:
        return OutlookView(sent, "?", _ARM, "an arm")
    here = (first.provider, first.model)
    choices = [
        OtherChoice(key, words, there.provider, expected_cost(there))
        for (strategy, _, words), outlook, key in zip(_STRATEGIES, others, keys, strict=True)
        if (there := outlook.first) is not None
        and strategy is not mine.strategy
        and (there.provider, there.model) != here
    ]
    return OutlookView(
        sent,
        expected_cost(first),
        f"{first.provider} · {first.model}",
        first.provider,
        tuple(choices),
        agreed=not choices,
    )
