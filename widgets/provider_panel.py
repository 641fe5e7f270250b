"""The providers at a glance: who is ready, who answers, who cools down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from providers.alerts.rules import Severity
from widgets.one_line import cut, fit
from widgets.views import seconds_text

_UNKNOWN = "\N{EN DASH}"


class ProviderState(StrEnum):
    """What can be expected of a provider."""

    READY = "ready"
    ACTIVE = "active"
    COOLING = "cooling"
    FAILING = "failing"
    NO_KEY = "no key"
    UNCHECKED = "unchecked"


# A glyph and a colour each: the glyph says it where there is no colour.
_MARKS = {
    ProviderState.READY: ("●", "$text-success"),
    ProviderState.ACTIVE: ("▶", "$text-primary"),
    ProviderState.COOLING: ("◔", "$text-warning"),
    ProviderState.FAILING: ("✗", "$text-error"),
    ProviderState.NO_KEY: ("○", "$foreground 45%"),
    ProviderState.UNCHECKED: ("◌", "$foreground 45%"),
}
_ALERT_COLOURS = {
    Severity.INFO: "$text-primary",
    Severity.WARNING: "$text-warning",
    Severity.CRITICAL: "$text-error",
}
_TROUBLE = {ProviderState.COOLING, ProviderState.FAILING, ProviderState.NO_KEY}


@dataclass(frozen=True, slots=True)
class ProviderView:
    """One provider.

    Args:
        p50_seconds: the median response time, None while it is unknown.
        success_rate: 0 to 1, None while it is unknown.
        requests: how many those numbers rest on.
        cooldown_until: when it may be asked again, on the clock the panel was given.
        detail: the trouble in a few words, shown in place of the model.
        waiting: how many calls stand in its queue.
        budget: how much of its limit is used, in a few words.
    """

    name: str
    model: str
    state: ProviderState
    p50_seconds: float | None = None
    success_rate: float | None = None
    requests: int = 0
    cooldown_until: float | None = None
    detail: str = ""
    waiting: int = 0
    budget: str = ""

    def cooldown(self, now: float) -> float:
        """Return the seconds until it may be asked again, 0 when it may."""
        if self.state is not ProviderState.COOLING or self.cooldown_until is None:
            return 0.0
        return max(0.0, self.cooldown_until - now)


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert that is on.

    Args:
        text: which one, and whom it is about.
        severity: how loud it is.
    """

    text: str
    severity: Severity


class ProviderPanel(VerticalScroll, can_focus=False):
    """A line for each alert that is on, and two for each provider.

    A countdown ticks only while one cools down.

    Args:
        now: the clock of ``ProviderView.cooldown_until``, in seconds.
    """

    DEFAULT_CSS = """
    ProviderPanel {
        width: 1fr;
        height: auto;
        padding: 0 1;
        background: $background;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-color: $foreground 15%;
        & > Static { width: 100%; text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    def __init__(
        self,
        providers: Sequence[ProviderView] = (),
        *,
        now: Callable[[], float] = time.monotonic,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._providers = tuple(providers)
        self._alerts: tuple[AlertLine, ...] = ()
        self._now = now
        self._rows = Static(markup=False)
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Compose the rows."""
        yield self._rows

    def on_mount(self) -> None:
        """Paint what it was made with."""
        self._paint()
        self.show(self._providers)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the rows out for the new width."""
        del event
        self._paint()

    def show(self, providers: Sequence[ProviderView]) -> None:
        """Show ``providers`` from now on."""
        shown, self._providers = self._providers, tuple(providers)
        if shown != self._providers:
            self._paint()
        if self._cooling and self._timer is None:
            self._timer = self.set_interval(1.0, self._tick)

    def show_alerts(self, alerts: Sequence[AlertLine]) -> None:
        """Show ``alerts`` above the providers from now on."""
        self._alerts = tuple(alerts)
        self._paint()

    @property
    def _cooling(self) -> bool:
        now = self._now()
        return any(provider.cooldown(now) > 0 for provider in self._providers)

    def _tick(self) -> None:
        self._paint()
        if not self._cooling and self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _paint(self) -> None:
        now, width = self._now(), max(12, self.scrollable_content_region.width)
        alerts = [
            Content.styled(cut(f"▲ {alert.text}", width), _ALERT_COLOURS[alert.severity])
            for alert in self._alerts
        ]
        rows = [row for provider in self._providers for row in _rows(provider, now, width)]
        rows = [*alerts, *rows]
        self._rows.update(Content("\n").join(rows))


def _rows(provider: ProviderView, now: float, width: int) -> Iterator[Content]:
    glyph, colour = _MARKS[provider.state]
    weight = "bold" if provider.state is ProviderState.ACTIVE else ""
    figures = _figures(provider, now)
    name = fit(provider.name, width - cell_len(figures) - 3)
    trouble = provider.state in _TROUBLE and provider.detail
    note = _note(provider)
    detail = fit(provider.detail if trouble else provider.model, width - cell_len(note) - 3)
    faded = "$foreground 50%"
    yield Content.assemble(
        (f"{glyph} ", colour), (name, weight), " ", (figures, colour if trouble else faded)
    )
    yield Content.assemble("  ", (detail, colour if trouble else faded), " ", (note, faded))


def _note(provider: ProviderView) -> str:
    """Return what is most worth knowing beside the model: a queue, else a limit, else use."""
    if provider.waiting:
        return f"{provider.waiting:,} waiting"
    if provider.budget:
        return provider.budget
    return f"{provider.requests:,} req" if provider.requests else ""


def _figures(provider: ProviderView, now: float) -> str:
    match provider.state:
        case ProviderState.COOLING:
            left = provider.cooldown(now)
            return f"cooling {left:.0f} s" if left >= 0.5 else "retry due"
        case ProviderState.FAILING:
            return "failing"
        case ProviderState.NO_KEY:
            return "no key"
        case ProviderState.UNCHECKED if provider.p50_seconds is None:
            return "not checked"
    seconds, rate = provider.p50_seconds, provider.success_rate
    latency = seconds_text(seconds)
    return f"{latency} {_UNKNOWN if rate is None else _percent(rate):>4}"


def _percent(rate: float) -> str:
    # 99.6 % is not 100 %: rounding must not hide a failure.
    return f"{100 if rate >= 1 else min(99, round(100 * rate))}%"
