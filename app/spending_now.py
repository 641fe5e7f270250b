"""What was spent, saved and is left, as it stands now."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from app.budgets import Budget, read_budgets
from app.forecast import LOOK_BACK, forecast
from app.periods import Periods
from storage.spending import Spend

if TYPE_CHECKING:
    from app.runtime import Runtime


@dataclass(frozen=True, slots=True)
class SpendingNow:
    """Money in US dollars.

    Args:
        today, month: spent in the local day and month.
        budgets: how much of each limit is used.
        expected: of the whole month, None while nothing is known.
    """

    today: Spend
    month: Spend
    budgets: Sequence[Budget]
    expected: Decimal | None


async def read_spending(runtime: Runtime, now: datetime) -> SpendingNow:
    """Return what was spent as of ``now``, which carries the person's time zone.

    Raises:
        DatabaseError: the ledger cannot be read.
    """
    periods = Periods.at(now)
    reader = runtime.reader

    def read() -> tuple[Spend, Spend, dict[date, Decimal]]:
        since = periods.today - timedelta(days=LOOK_BACK - 1)
        days: dict[date, Decimal] = {}
        for row in reader.days(since):
            days[row.day] = days.get(row.day, Decimal(0)) + row.cost
        return (
            reader.spend(periods.today),
            reader.spend(periods.month),
            days,
        )

    (today, month, days), budgets = await asyncio.gather(
        asyncio.to_thread(read), read_budgets(runtime.factory.config, runtime.parts)
    )
    return SpendingNow(today, month, budgets, forecast(month.cost, days, now))


async def read_saved(runtime: Runtime, now: datetime) -> Decimal | None:
    """Return what routing saved this month against always asking the best, None when unknown.

    Raises:
        DatabaseError: the ledger cannot be read.
    """
    from app.account import read_account

    month = Periods.at(now).month
    account = await asyncio.to_thread(read_account, runtime, month)
    return account.savings.saved_best
