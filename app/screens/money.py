"""The amounts around the conversation: read from the ledger, and kept up between two readings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from app.budgets import Budget, of_all
from app.forecast import last_day
from app.session_cost import SessionCost
from app.spending_now import SpendingNow, read_saved, read_spending
from app.views import spend_text
from providers.billing.money import format_usd
from widgets.cost_meter import BudgetView, MeterView
from widgets.gauge import WARNING_SHARE, gauge_mark

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from app.runtime import Runtime

_NOT_READ = "\N{EN DASH}"


class Money:
    """Knows the session's, the day's and the month's amounts.

    Args:
        now: the moment, in the person's time zone.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._session = SessionCost()
        self._spending: SpendingNow | None = None
        self._saved_before: tuple[int, Decimal | None] | None = None
        self._runtime: Runtime | None = None

    async def read(self, runtime: Runtime) -> None:
        """Read what the ledger knows.

        Raises:
            DatabaseError: it cannot be read; what was known stays.
        """
        now = self._now()
        if self._saved_before is None or self._saved_before[0] != now.month:
            # All calls of a month are many: what this run saves is added by the router.
            before, here = await read_saved(runtime, now), _saved_here(runtime)
            self._saved_before = now.month, None if before is None else before - (here or 0)
        self._spending = await read_spending(runtime, now)
        self._runtime = runtime

    def add(self, cost: Decimal | None) -> None:
        """US dollars were spent in this session; None is an unknown price."""
        self._session.add(cost)

    @property
    def today(self) -> str:
        """What today has cost, in words."""
        return _NOT_READ if self._spending is None else spend_text(self._spending.today)

    @property
    def budgets(self) -> Sequence[Budget]:
        """How much of each limit is used."""
        return () if self._spending is None else self._spending.budgets

    @property
    def warning(self) -> str:
        """The limit that is nearly used up, in a few words; "" where none is."""
        budget = max(self.budgets, key=lambda each: each.fill, default=None)
        if budget is None or budget.fill < WARNING_SHARE:
            return ""
        whose = f"{budget.provider} " if budget.provider else ""
        return f"{gauge_mark(budget.fill)}{whose}{budget.words}"

    def view(self, running: Decimal | None) -> MeterView:
        """Return what the meter shows, without the answer.

        Args:
            running: US dollars of the answers that are still growing, None when unknown.
        """
        view = MeterView(session=self._session.text(running), today=self.today)
        spending = self._spending
        if spending is None:
            return view
        saved = self._saved()
        now = self._now()
        return replace(
            view,
            month=spend_text(spending.month),
            day_budget=_view(of_all(spending.budgets, daily=True)),
            month_budget=_view(of_all(spending.budgets, daily=False)),
            expected=format_usd(_rounded(spending.expected)) if spending.expected else "",
            month_end=f"{last_day(now):%d %b}",
            saved=format_usd(_rounded(saved)) if saved else "",
        )

    def _saved(self) -> Decimal | None:
        before = self._saved_before[1] if self._saved_before else None
        here = None if self._runtime is None else _saved_here(self._runtime)
        return None if before is None and here is None else (before or 0) + (here or Decimal(0))


def _saved_here(runtime: Runtime) -> Decimal | None:
    return runtime.parts.savings.report().saved_best


def _view(budget: Budget | None) -> BudgetView | None:
    return None if budget is None else BudgetView(budget.fill, budget.words)


def _rounded(dollars: Decimal) -> Decimal:
    """Return an expectation with no more digits than it can have."""
    return Decimal(f"{dollars:.2g}") if abs(dollars) < 1 else dollars.quantize(Decimal("0.01"))
