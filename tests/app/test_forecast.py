"""What the month will have cost by its end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forecast import LOOK_BACK, forecast, last_day

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_nothing_is_forecast_of_nothing() -> None:
    assert forecast(Decimal(0), {}, NOON) is None


def test_an_even_spender_goes_on() -> None:
    days = {NOON.date() - timedelta(days=back): Decimal(2) for back in range(1, LOOK_BACK)}
    # 13 days of $2 over the 13.5 days since, for the 10.5 days that are left.
    expected = Decimal(38) + Decimal(26) / Decimal("13.5") * Decimal("10.5")
    assert forecast(Decimal(38), days, NOON) == pytest.approx(expected)


def test_a_first_morning_is_a_whole_day() -> None:
    days = {NOON.date(): Decimal(1)}
    assert forecast(Decimal(1), days, NOON) == Decimal(1) + Decimal("10.5")


def test_days_without_a_call_count_once_there_was_one() -> None:
    days = {NOON.date() - timedelta(days=9): Decimal(19)}
    assert forecast(Decimal(19), days, NOON) == Decimal(19) + Decimal(2) * Decimal("10.5")


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (datetime(2026, 2, 28, 23, 59, tzinfo=UTC), date(2026, 2, 28)),
        (datetime(2028, 2, 1, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2026, 12, 31, 3, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 1, 31, tzinfo=UTC), date(2026, 1, 31)),
    ],
)
def test_the_last_day(now: datetime, last: date) -> None:
    assert last_day(now) == last


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.lists(st.decimals(0, 100, places=4), min_size=1, max_size=LOOK_BACK),
)
def test_it_is_never_less_than_what_is_spent(now: datetime, spent: list[Decimal]) -> None:
    days = {now.date() - timedelta(days=back): amount for back, amount in enumerate(spent)}
    month = sum((v for day, v in days.items() if day.month == now.month), Decimal(0))
    told = forecast(month, days, now)
    assert told is not None
    assert told >= month
    assert told <= month + 31 * max(spent) * len(spent)
