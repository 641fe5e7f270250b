"""The stats screen: spend per provider and per day, requests, success, latency."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Static

from app.account import Account, read_account
from app.account_text import account_lines
from app.budgets import Budget, read_budgets
from app.experiment_text import difference_lines, summary
from app.experiments import read_results
from app.periods import Periods
from app.views import cost_text, spend_text
from providers.sanitise import sanitise_line
from storage.spending import GroupBy, Spend, UsageStats
from widgets.bars import Bar, HorizontalBars, VerticalBars
from widgets.views import seconds_text

if TYPE_CHECKING:
    from app.runtime import Runtime
    from providers.experiments.results import ExperimentResults

_PERIODS = (7, 30, 90)
_COLUMNS = ("provider · model", "requests", "success", "first token", "p50", "p95", "spend")


@dataclass(frozen=True, slots=True)
class _Numbers:
    today: Spend
    month: Spend
    total: Spend
    providers: Sequence[UsageStats]
    models: Sequence[UsageStats]
    days: Sequence[UsageStats]
    account: Account
    experiment: ExperimentResults | None


class StatsScreen(Screen[None]):
    """What was spent, on whom, and how they did.

    Args:
        runtime: whose ledger is read.
    """

    DEFAULT_CSS = """
    StatsScreen {
        layout: vertical;
        #stats-body { padding: 1 2; }
        #stats-totals { height: auto; margin-bottom: 1; }
        #stats-routing { height: auto; margin-bottom: 1; }
        #stats-experiment { height: auto; display: none; }
        &.-experiment #stats-experiment { display: block; }
        #stats-experiment-title { display: none; }
        &.-experiment #stats-experiment-title { display: block; }
        .stats-title { height: 1; color: $foreground 60%; margin-top: 1; text-style: bold; }
        DataTable { height: auto; background: $background; }
        #stats-days { height: 8; }
        #stats-hint { height: 1; padding: 0 2; color: $foreground 50%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "app.pop_screen", "Back"),
        Binding("p", "period", "Period"),
        Binding("r", "reload", "Reload"),
    ]

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self._runtime = runtime
        self._days = 30

    def compose(self) -> ComposeResult:
        """Lay out totals, spend and the table."""
        with VerticalScroll(id="stats-body"):
            yield Static(id="stats-totals", markup=False)
            yield Static(id="stats-routing", markup=False)
            yield Static(
                "experiment", id="stats-experiment-title", classes="stats-title", markup=False
            )
            yield Static(id="stats-experiment", markup=False)
            yield Static("spend per provider", classes="stats-title", markup=False)
            yield HorizontalBars(id="stats-providers")
            yield Static(
                "spend per day", id="stats-days-title", classes="stats-title", markup=False
            )
            yield VerticalBars(id="stats-days")
            yield Static("who answered, and how", classes="stats-title", markup=False)
            yield DataTable(id="stats-table", cursor_type="row", show_cursor=False)
        yield Static("p period · r reload · esc back", id="stats-hint", markup=False)

    def on_mount(self) -> None:
        """Name the columns and read the numbers."""
        table = self.query_one("#stats-table", DataTable)
        for name in _COLUMNS:
            table.add_column(Text(name, justify="left" if name == _COLUMNS[0] else "right"))
        self._load()

    def action_period(self) -> None:
        """Look further back, or at a week again."""
        self._days = _PERIODS[(_PERIODS.index(self._days) + 1) % len(_PERIODS)]
        self._load()

    def action_reload(self) -> None:
        """Read the numbers again."""
        self._load()

    @work(group="stats", exclusive=True)
    async def _load(self) -> None:
        numbers = await asyncio.to_thread(self._read)
        runtime = self._runtime
        budgets = await read_budgets(runtime.factory.config, runtime.parts)
        self.query_one("#stats-totals", Static).update(self._totals(numbers))
        routing = self.query_one("#stats-routing", Static)
        routing.update(_routing(numbers.account, budgets))
        self._show_experiment(numbers.experiment)
        self.query_one("#stats-providers", HorizontalBars).show(
            [Bar(row.key, row.cost, _cost(row)) for row in numbers.providers]
        )
        since = datetime.now().astimezone() - timedelta(days=self._days - 1)
        self.query_one("#stats-days-title", Static).update(f"spend per day since {since:%d %B}")
        self.query_one("#stats-days", VerticalBars).show(self._day_bars(numbers.days))
        self._fill_table(numbers.models)

    def _read(self) -> _Numbers:
        reader = self._runtime.reader
        periods = Periods.at(datetime.now().astimezone())
        since = periods.today - timedelta(days=self._days - 1)
        return _Numbers(
            today=reader.spend(periods.today),
            month=reader.spend(periods.month),
            total=reader.spend(since),
            providers=reader.stats(GroupBy.PROVIDER, since),
            models=reader.stats(GroupBy.MODEL, since),
            days=reader.stats(GroupBy.DAY, since),
            account=read_account(self._runtime, since),
            experiment=read_results(self._runtime),
        )

    def _totals(self, numbers: _Numbers) -> Content:
        parts = [
            ("today ", spend_text(numbers.today)),
            ("this month ", spend_text(numbers.month)),
            (f"last {self._days} days ", spend_text(numbers.total)),
            ("requests ", f"{sum(row.requests for row in numbers.models):,}"),
        ]
        return Content("    ").join(
            Content.assemble((label, "$foreground 60%"), (value, "bold")) for label, value in parts
        )

    def _show_experiment(self, results: ExperimentResults | None) -> None:
        self.set_class(results is not None, "-experiment")
        if results is not None:
            lines = [summary(results), *(words for _, words in difference_lines(results))]
            self.query_one("#stats-experiment", Static).update(Content("\n".join(lines)))

    def _day_bars(self, days: Sequence[UsageStats]) -> list[Bar]:
        """Return a bar for each day of the period, also for those without a request."""
        known = {row.key: row for row in days}
        today = datetime.now().astimezone().date()
        return [
            _day_bar(day, known.get(day.isoformat()))
            for day in (today - timedelta(days=back) for back in reversed(range(self._days)))
        ]

    def _fill_table(self, models: Sequence[UsageStats]) -> None:
        table = self.query_one("#stats-table", DataTable)
        table.clear()
        for row in models:
            cells = (
                row.key.replace("/", " · ", 1),
                f"{row.requests:,}",
                "–" if row.success_rate is None else f"{row.success_rate:.0%}",
                seconds_text(row.ttft_p50),
                seconds_text(row.latency_p50),
                seconds_text(row.latency_p95),
                _cost(row),
            )
            # Text, because a plain string would be read as markup.
            name, *numbers = (sanitise_line(cell) for cell in cells)
            table.add_row(Text(name), *(Text(number, justify="right") for number in numbers))


def _routing(account: Account, budgets: Sequence[Budget]) -> Content:
    """Return what routing was worth, a line for each kind of number."""
    return Content("\n").join(
        Content.assemble((f"{label:<12}", "$foreground 60%"), sanitise_line(words))
        for label, words in account_lines(account, budgets)
    )


def _day_bar(day: date, row: UsageStats | None) -> Bar:
    label = f"{day:%d}"
    return Bar(label, 0.0, "") if row is None else Bar(label, row.cost, _cost(row))


def _cost(row: UsageStats) -> str:
    known = cost_text(row.cost, provider=row.key.split("/", 1)[0])
    return f"{known} + ?" if row.unknown_costs else known
