"""What the person is told of alerts: in passing, beside the chat, and on the alerts screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from app.alert_record import AlertDuty
from app.alerts import AlertDesk
from app.alerts_text import firing_lines, news
from app.screens.chat import ChatScreen
from providers.alerts.numbers import AlertLimits
from providers.alerts.rules import Severity, active_rules
from providers.sanitise import sanitise_line
from widgets.provider_panel import AlertLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App

    from app.runtime import Runtime
    from providers.alerts.events import AlertEvent, AlertFired
    from storage.errors import DatabaseError

_TOASTS: dict[Severity, Literal["information", "warning", "error"]] = {
    Severity.INFO: "information",
    Severity.WARNING: "warning",
    Severity.CRITICAL: "error",
}
_TOAST_SECONDS = 15.0


class AlertNews:
    """Follows the alerts of one run of the app.

    Args:
        app: where they are shown.
        runtime: whose calls are watched.
        complain: told when the ledger cannot be used.
    """

    def __init__(
        self, app: App[None], runtime: Runtime, *, complain: Callable[[DatabaseError], None]
    ) -> None:
        self._app = app
        settings = runtime.settings
        self._desk = AlertDesk(
            runtime.ledger,
            runtime.reader,
            runtime.parts.calls,
            AlertDuty(active_rules(settings.alerts), AlertLimits.of(settings)),
            tell=self._tell,
            complain=complain,
        )

    @property
    def firing(self) -> tuple[AlertFired, ...]:
        """The alerts that are on, oldest first."""
        return self._desk.firing

    async def run(self) -> None:
        """Watch until cancelled."""
        await self._desk.run()

    def _tell(self, events: Sequence[AlertEvent]) -> None:
        for rule, fired, words in news(events):
            self._app.notify(
                sanitise_line(words),
                severity=_TOASTS[rule.severity] if fired else "information",
                timeout=_TOAST_SECONDS,
                markup=False,
            )
        from app.screens.alerts import AlertsScreen  # alerts are rare

        lines = [AlertLine(words, rule.severity) for rule, words in firing_lines(self.firing)]
        for screen in self._app.screen_stack:
            match screen:
                case ChatScreen():
                    screen.panels.show_alerts(lines)
                case AlertsScreen():
                    screen.reload()
