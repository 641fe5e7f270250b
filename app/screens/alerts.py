"""The alerts screen: the rules and their state, what fired when, and a rule tried on the past."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Static

from app.alert_record import try_on_record
from app.alerts_text import duration_text, firing_lines, scope_text, value_text, when_text
from app.keymap import with_keys
from providers.alerts.numbers import AlertLimits
from providers.alerts.rules import AlertRule, Severity, all_rules
from providers.sanitise import sanitise, sanitise_line
from storage.errors import DatabaseError
from widgets.one_line import cut

if TYPE_CHECKING:
    from app.runtime import Runtime
    from providers.alerts.events import AlertFired
    from providers.alerts.replay import Alert
    from storage.alert_log import AlertEntry

_DAYS = (7, 30, 90)
_SECONDS_A_DAY = 86_400.0
_RULES = ("rule", "condition", "for", "severity", "state")
_LOG = ("fired", "lasted", "rule", "who", "value")
_TRIED = ("would have fired", "lasted", "who", "worst")
_OTHERS = 45  # cells of a rule's row beside its condition
_COLOURS = {Severity.INFO: "cyan", Severity.WARNING: "yellow", Severity.CRITICAL: "red"}
_HINT = (
    "{alerts.try} try the rule on the past · {alerts.log} log · {alerts.reload} reload"
    " · {alerts.back} back"
)


class AlertsScreen(Screen[None]):
    """What is watched, what is on, and what was.

    Args:
        runtime: whose rules and ledger.
        firing: returns the alerts that are on.
    """

    AUTO_FOCUS = "#alerts-rules"
    DEFAULT_CSS = """
    AlertsScreen {
        layout: vertical;
        padding: 1 1 0 1;
        #alerts-now { height: auto; max-height: 4; }
        .alerts-title { height: 1; color: $foreground 60%; margin-top: 1; text-style: bold; }
        DataTable { background: $background; }
        #alerts-rules { height: auto; max-height: 9; }
        #alerts-rule { height: auto; max-height: 3; color: $foreground 60%; }
        #alerts-log, #alerts-tried { height: 1fr; }
        #alerts-tried { display: none; }
        #alerts-hint { height: 1; color: $foreground 50%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "app.pop_screen", "Back", id="alerts.back"),
        Binding("t", "try", "Try the rule on the past", id="alerts.try"),
        Binding("l", "log", "Log of what was on", id="alerts.log"),
        Binding("r", "reload", "Read again", id="alerts.reload"),
    ]

    def __init__(self, runtime: Runtime, firing: Callable[[], Sequence[AlertFired]]) -> None:
        super().__init__()
        self._runtime = runtime
        self._firing = firing
        self._rules = all_rules(runtime.settings.alerts)
        self._days: int | None = None

    def compose(self) -> ComposeResult:
        """Lay out what is on, the rules and the log."""
        yield Static(id="alerts-now", markup=False)
        yield Static("rules", classes="alerts-title", markup=False)
        yield DataTable(id="alerts-rules", cursor_type="row")
        yield Static(id="alerts-rule", markup=False)
        yield Static("log", id="alerts-log-title", classes="alerts-title", markup=False)
        # A table each: columns that change keep widths of those before them.
        yield DataTable(id="alerts-log", cursor_type="row", show_cursor=False)
        yield DataTable(id="alerts-tried", cursor_type="row", show_cursor=False)
        yield Static(
            with_keys(self, _HINT),
            id="alerts-hint",
            markup=False,
        )

    def on_mount(self) -> None:
        """Name the columns and show what is known."""
        for selector, columns in (
            ("#alerts-rules", _RULES),
            ("#alerts-log", _LOG),
            ("#alerts-tried", _TRIED),
        ):
            self.query_one(selector, DataTable).add_columns(*columns)
        self.reload()

    def on_resize(self) -> None:
        """Cut the conditions to the new width."""
        self._fill_rules()

    def reload(self) -> None:
        """Show what is true now."""
        lines = [(words, _COLOURS[rule.severity]) for rule, words in firing_lines(self._firing())]
        now = self.query_one("#alerts-now", Static)
        now.update(
            Content("\n").join(Content.styled(f"▲ {sanitise_line(w)}", c) for w, c in lines)
            if lines
            else Content("no alert is on")
        )
        self._fill_rules()
        self._fill_lower()

    def action_reload(self) -> None:
        """Read everything again."""
        self.reload()

    def action_try(self) -> None:
        """Try the selected rule on the last week, month, quarter, and again from the start."""
        following = 0 if self._days is None else (_DAYS.index(self._days) + 1) % len(_DAYS)
        self._days = _DAYS[following]
        self._fill_lower()

    def action_log(self) -> None:
        """Show what has fired."""
        self._days = None
        self._fill_lower()

    @on(DataTable.RowHighlighted, "#alerts-rules")
    def _select(self) -> None:
        rule = self._selected
        words = f"{rule.name}: {rule.condition} for {duration_text(rule.duration)}"
        self.query_one("#alerts-rule", Static).update(sanitise_line(words))
        if self._days is not None:
            self._fill_lower()

    @property
    def _selected(self) -> AlertRule:
        row = self.query_one("#alerts-rules", DataTable).cursor_row
        return self._rules[max(0, min(row, len(self._rules) - 1))]

    def _fill_rules(self) -> None:
        table = self.query_one("#alerts-rules", DataTable)
        row = table.cursor_row
        table.clear()
        on_now = {alert.rule.name for alert in self._firing()}
        widest = max(len(rule.name) for rule in self._rules)
        room = max(16, self.size.width - _OTHERS - min(widest, 24) + 17)
        for rule in self._rules:
            state = "firing" if rule.name in on_now else "ok" if rule.enabled else "off"
            colour = _COLOURS[rule.severity]
            table.add_row(
                Text(cut(rule.name, 24)),
                Text(cut(rule.condition, room)),
                Text(duration_text(rule.duration)),
                Text(rule.severity.value, style=colour),
                Text(state, style=f"bold {colour}" if state == "firing" else ""),
            )
        table.move_cursor(row=row)

    @work(group="alerts-log", exclusive=True, exit_on_error=False)
    async def _fill_lower(self) -> None:
        rule, days = self._selected, self._days
        title = self.query_one("#alerts-log-title", Static)
        try:
            if days is None:
                entries = await asyncio.to_thread(self._runtime.reader.alert_log)
                title.update("log" if entries else "log: nothing has fired yet")
                self._show("#alerts-log", "#alerts-tried", [_logged(entry) for entry in entries])
                return
            title.update(f"{sanitise_line(rule.name)} over the last {days} days …")
            alerts = await asyncio.to_thread(self._try, rule, days)
        except DatabaseError as error:
            title.update(sanitise(str(error)))
            return
        times = f"{len(alerts)} times" if len(alerts) != 1 else "once"
        said = f"would have fired {times}" if alerts else "would not have fired"
        title.update(f"{sanitise_line(rule.name)} {said} in the last {days} days")
        self._show("#alerts-tried", "#alerts-log", [_tried(alert) for alert in reversed(alerts)])

    def _try(self, rule: AlertRule, days: int) -> list[Alert]:
        now = datetime.now(UTC).timestamp()
        limits = AlertLimits.of(self._runtime.settings)
        since = now - days * _SECONDS_A_DAY
        return try_on_record(self._runtime.reader, rule, limits, since=since, until=now)

    def _show(self, shown: str, hidden: str, rows: Sequence[Sequence[str]]) -> None:
        self.query_one(hidden, DataTable).display = False
        table = self.query_one(shown, DataTable)
        table.display = True
        table.clear()
        for row in rows:
            # Text, because a plain string would be read as markup.
            table.add_row(*(Text(sanitise_line(cell)) for cell in row))


def _logged(entry: AlertEntry) -> tuple[str, ...]:
    cleared = entry.cleared_at
    lasted = None if cleared is None else (cleared - entry.fired_at).total_seconds()
    return (
        when_text(entry.fired_at),
        _lasted(lasted),
        entry.rule,
        scope_text(entry.provider),
        entry.value,
    )


def _tried(alert: Alert) -> tuple[str, ...]:
    lasted = None if alert.cleared_at is None else alert.cleared_at - alert.fired_at
    worst = f"{alert.peak.metric} {value_text(alert.peak)}"
    return (when_text(alert.fired_at), _lasted(lasted), scope_text(alert.provider), worst)


def _lasted(seconds: float | None) -> str:
    return "still on" if seconds is None else duration_text(round(seconds))
