"""What the month will have cost by its end, if it goes on as lately."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

LOOK_BACK = 14
"""Days that say how it goes: two whole weeks, so that every weekday counts twice."""

_DAY = timedelta(days=1)


def forecast(month: Decimal, days: Mapping[date, Decimal], now: datetime) -> Decimal | None:
    """Return the expected spend of the whole month in US dollars, None while nothing is known.

    What is spent already, plus the mean of the last ``LOOK_BACK`` days for each day that is left.
    Days without a call count as nothing; those before the first known one do not count.

    Args:
        month: spent in this month so far.
        days: spent on each of the last ``LOOK_BACK`` days with any call; today may be among them.
        now: the moment, in the person's time zone.
    """
    first = min(days, default=None)
    if first is None:
        return None
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    begin = datetime.combine(first, midnight.time(), now.tzinfo)
    # On the first day a busy morning is not yet the rule: it counts as a whole day.
    elapsed = max(1.0, (now - begin) / _DAY)
    left = (_next_month(midnight) - now) / _DAY
    rate = sum(days.values(), Decimal(0)) / Decimal(str(elapsed))
    return month + rate * Decimal(str(left))


def last_day(now: datetime) -> date:
    """Return the last day of the month."""
    return (_next_month(now.replace(hour=0)) - _DAY).date()


def _next_month(day: datetime) -> datetime:
    return (day.replace(day=28) + 4 * _DAY).replace(day=1)
