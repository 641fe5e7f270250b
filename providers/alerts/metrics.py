"""The metrics that conditions may name. This table is the documentation's source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from providers.alerts.numbers import WINDOW, Numbers
from providers.learning.window import percentile

_MICROS = 1_000_000
_NANOS = 1_000_000_000
_MINUTES = WINDOW / 60


class Unit(StrEnum):
    """What a metric is counted in."""

    COUNT = "calls"
    SHARE = "0 to 1"
    SECONDS = "seconds"
    DOLLARS = "US dollars"
    CALLS_PER_MINUTE = "calls a minute"
    TOKENS_PER_MINUTE = "tokens a minute"


@dataclass(frozen=True, slots=True)
class Metric:
    """One number that conditions may speak of.

    Args:
        unit: what it is counted in.
        words: what it is.
        read: takes it from the numbers; None while it is unknown.
        by_the_day: it changes at midnight, without a call.
    """

    unit: Unit
    words: str
    read: Callable[[Numbers], float | None]
    by_the_day: bool = False


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _dollars(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


METRICS: Mapping[str, Metric] = {
    "requests": Metric(Unit.COUNT, "calls that ended, in whatever way", lambda n: n.requests),
    "failures": Metric(Unit.COUNT, "calls that failed by the provider's fault", lambda n: n.failed),
    "cancelled": Metric(
        Unit.COUNT,
        "calls that say nothing about the provider: stopped, or refused for what was asked",
        lambda n: n.unjudged,
    ),
    "error_rate": Metric(
        Unit.SHARE,
        "failures among answers and failures",
        lambda n: _ratio(n.failed, n.judged),
    ),
    "success_rate": Metric(
        Unit.SHARE,
        "answers among answers and failures",
        lambda n: _ratio(n.answered, n.judged),
    ),
    "consecutive_failures": Metric(
        Unit.COUNT, "the newest failures, with no answer after them", lambda n: n.failures_in_a_row
    ),
    "avg_response_time": Metric(
        Unit.SECONDS,
        "mean time until an answer was whole",
        lambda n: _ratio(n.latency_micros / _MICROS, n.answered),
    ),
    "p50_response_time": Metric(
        Unit.SECONDS, "median of the same", lambda n: percentile(n.latencies, 50)
    ),
    "p95_response_time": Metric(
        Unit.SECONDS, "95th percentile of the same", lambda n: percentile(n.latencies, 95)
    ),
    "time_to_first_token": Metric(
        Unit.SECONDS,
        "mean time until an answer began",
        lambda n: _ratio(n.first_token_micros / _MICROS, n.first_tokens),
    ),
    "cost_per_request": Metric(
        Unit.DOLLARS,
        "mean cost of a call, of those whose cost is known",
        lambda n: _ratio(n.cost_nanos / _NANOS, n.priced),
    ),
    "unknown_costs": Metric(
        Unit.COUNT, "calls whose cost is unknown", lambda n: n.requests - n.priced
    ),
    "daily_cost": Metric(
        Unit.DOLLARS,
        "what the calls of the local day have cost",
        lambda n: n.daily_nanos / _NANOS,
        by_the_day=True,
    ),
    "daily_limit": Metric(
        Unit.DOLLARS,
        "the provider's entry in daily_cost_limits; for all together, daily_budget",
        lambda n: _dollars(n.daily_limit),
    ),
    "monthly_cost": Metric(
        Unit.DOLLARS,
        "what the calls of the local month have cost",
        lambda n: n.monthly_nanos / _NANOS,
        by_the_day=True,
    ),
    "monthly_limit": Metric(
        Unit.DOLLARS,
        "the provider's entry in monthly_cost_limits; for all together, monthly_budget",
        lambda n: _dollars(n.monthly_limit),
    ),
    "requests_per_minute": Metric(
        Unit.CALLS_PER_MINUTE, "calls that ended", lambda n: n.requests / _MINUTES
    ),
    "tokens_per_minute": Metric(
        Unit.TOKENS_PER_MINUTE, "tokens in and out of them", lambda n: n.tokens / _MINUTES
    ),
}
"""By name. Where nothing else is said a metric rests on the calls that ended in the last
``WINDOW`` seconds, of one provider or of all."""
