from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.billing.money import format_usd, from_nanos, to_nanos
from storage.clock import from_text, to_text


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_nano_survives_the_round_trip(nanos: int) -> None:
    assert to_nanos(from_nanos(nanos)) == nanos


@given(st.decimals("-1000000", "1000000", allow_nan=False, places=9))
def test_nine_decimals_are_exact(amount: Decimal) -> None:
    assert from_nanos(to_nanos(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "nanos"), [("0.0000000005", 1), ("0.00000000049", 0), ("1.5", 1_500_000_000)]
)
def test_halves_round_up(amount: str, nanos: int) -> None:
    assert to_nanos(Decimal(amount)) == nanos


@pytest.mark.parametrize("amount", ["NaN", "Infinity"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        to_nanos(Decimal(amount))


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (None, "?"),
        ("0", "$0"),
        ("0E-9", "$0"),
        ("1.234", "$1.23"),
        ("0.01", "$0.01"),
        ("0.015", "$0.02"),
        ("1234.5", "$1,234.50"),
        ("0.00012345", "$0.000123"),
        ("0.000000001", "$0.000000001"),
        ("0.009999", "$0.01"),
        ("-2", "-$2.00"),
    ],
)
def test_money_for_the_eye(amount: str | None, shown: str) -> None:
    assert format_usd(None if amount is None else Decimal(amount)) == shown


@given(st.datetimes(timezones=st.timezones()))
def test_instants_survive_to_the_millisecond(instant: object) -> None:
    from datetime import UTC, datetime, timedelta

    assert isinstance(instant, datetime)
    try:
        text = to_text(instant)
    except OverflowError:
        return  # beyond the calendar in UTC
    assert text.endswith("Z")
    assert abs(from_text(text) - instant.astimezone(UTC)) < timedelta(milliseconds=1)


def test_an_instant_without_a_zone_is_refused() -> None:
    from datetime import datetime

    with pytest.raises(ValueError, match="time zone"):
        to_text(datetime(2026, 1, 1))
