"""The providers at a glance: who is ready, who answers, who cools down."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from providers.alerts.rules import Severity
from widgets.one_line import cut
from widgets.provider_rows import provider_rows
from widgets.provider_view import ProviderView

_ALERT_COLOURS = {
    Severity.INFO: "$text-primary",
    Severity.WARNING: "$text-warning",
    Severity.CRITICAL: "$text-error",
}


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
    """A line for each alert that is on, and two to four for each provider, as there is room.

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
        blocks = [provider_rows(each, now, width, full=True) for each in self._providers]
        room = self.size.height - len(alerts)
        if sum(map(len, blocks)) > room:
            # Two lines of everybody beat all lines of some.
            blocks = [provider_rows(each, now, width, full=False) for each in self._providers]
        elif sum(map(len, blocks)) + len(blocks) - 1 <= room:
            blocks = [[*block, Content("")] for block in blocks]
        rows = [*alerts, *(row for block in blocks for row in block)]
        self._rows.update(Content("\n").join(rows))
