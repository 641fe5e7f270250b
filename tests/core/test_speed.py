"""Means that forget."""

from __future__ import annotations

import pytest

from providers.learning.speed import HALF_LIFE, Speed, SpeedMeter
from providers.learning.window import Outcome


def answer(latency: float, first: float | None = None, tokens: int = 0, age: float = 0) -> Outcome:
    return Outcome(
        ok=True, latency=latency, time_to_first_token=first, output_tokens=tokens, age=age
    )


FAILED = Outcome(ok=False, latency=0.1, error_kind="unavailable")


def test_unmeasured_is_unknown_and_trusted_a_little() -> None:
    speed = SpeedMeter().speed(0.0)
    assert speed == Speed()
    assert (speed.time_to_first_token, speed.seconds_per_token, speed.weight) == (None, None, 0)
    assert speed.success == pytest.approx(2 / 2.2)


def test_it_measures_first_token_and_rate_apart() -> None:
    meter = SpeedMeter()
    meter.add(answer(3.0, first=1.0, tokens=100), 10.0)
    meter.add(answer(2.0, first=2.0, tokens=0), 10.0)
    meter.add(answer(5.0), 10.0)
    speed = meter.speed(10.0)
    assert speed.time_to_first_token == pytest.approx(1.5)
    assert speed.seconds_per_token == pytest.approx(0.02)
    assert (speed.weight, speed.calls) == (3, 3)
    assert speed.latency == pytest.approx(10 / 3)


def test_a_call_counts_half_after_its_half_life() -> None:
    meter = SpeedMeter()
    meter.add(answer(1.0, first=1.0), 0.0)
    meter.add(answer(4.0, first=4.0), HALF_LIFE)
    speed = meter.speed(HALF_LIFE)
    assert speed.weight == pytest.approx(1.5)
    assert speed.time_to_first_token == pytest.approx((0.5 * 1 + 4) / 1.5)


def test_an_age_is_as_good_as_having_been_there() -> None:
    lived, told = SpeedMeter(), SpeedMeter()
    lived.add(answer(1.0, first=1.0), 0.0)
    lived.add(FAILED, 500.0)
    told.add(answer(1.0, first=1.0, age=500.0), 500.0)
    told.add(FAILED, 500.0)
    one, other = lived.speed(700.0), told.speed(700.0)
    assert one.weight == pytest.approx(other.weight)
    assert one.calls == pytest.approx(other.calls)
    assert one.success == pytest.approx(other.success)


def test_failures_lower_success_and_are_forgiven_with_time() -> None:
    meter = SpeedMeter()
    for _ in range(5):
        meter.add(FAILED, 0.0)
    assert meter.speed(0.0).success == pytest.approx(2 / 7.2)
    assert meter.speed(0.0).weight == 0
    assert meter.speed(8 * HALF_LIFE).success > 0.85


def test_what_is_weeks_old_is_unmeasured_rather_than_rounding_error() -> None:
    meter = SpeedMeter()
    meter.add(answer(1.0, first=1.0), 0.0)
    yesterday = meter.speed(86_400.0)
    assert yesterday.time_to_first_token == pytest.approx(1.0)
    assert yesterday.weight < 1e-20
    assert meter.speed(86_400.0 * 30).time_to_first_token is None
