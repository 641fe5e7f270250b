"""What the calls of one provider, or of all, amount to now: kept up with each call."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from providers.alerts.calls import CallOutcome, CallRecord
from providers.billing.money import to_nanos

WINDOW = 300.0
"""Seconds that a call counts for, from its end on; costs count for their day and month."""

_MICROS = 1_000_000


class WithLimits(Protocol):
    """A configuration that sets cost limits, in US dollars."""

    @property
    def daily_cost_limits(self) -> Mapping[str, Decimal]:
        """Per provider and day."""

    @property
    def monthly_cost_limits(self) -> Mapping[str, Decimal]:
        """Per provider and month."""

    @property
    def daily_budget(self) -> Decimal | None:
        """Of all providers together in a day, None without one."""

    @property
    def monthly_budget(self) -> Decimal | None:
        """Of all providers together, None without one."""


@dataclass(frozen=True, slots=True)
class AlertLimits:
    """The cost limits that conditions may speak of, in US dollars.

    Args:
        daily: per provider.
        monthly: per provider.
        monthly_budget, daily_budget: of all providers together, None without one.
    """

    daily: Mapping[str, Decimal] = field(default_factory=dict)
    monthly: Mapping[str, Decimal] = field(default_factory=dict)
    monthly_budget: Decimal | None = None
    daily_budget: Decimal | None = None

    @classmethod
    def of(cls, config: WithLimits) -> AlertLimits:
        """Return the limits that ``config`` sets."""
        return cls(
            config.daily_cost_limits,
            config.monthly_cost_limits,
            config.monthly_budget,
            config.daily_budget,
        )


class Numbers:
    """Sums over the window, and costs by day and month.

    Sums are of whole microseconds and nano-dollars: exact, and so the same in whatever order
    calls come and go.

    Args:
        daily_limit, monthly_limit: US dollars, None where there is none.
    """

    def __init__(self, daily_limit: Decimal | None, monthly_limit: Decimal | None) -> None:
        self.daily_limit = daily_limit
        self.monthly_limit = monthly_limit
        self.calls: deque[CallRecord] = deque()
        self.requests = 0
        self.answered = 0
        self.failed = 0
        self.unjudged = 0
        self.tokens = 0
        self.latency_micros = 0
        self.first_tokens = 0
        self.first_token_micros = 0
        self.priced = 0
        self.cost_nanos = 0
        self.day = date.min
        self._by_day: dict[date, int] = {}
        self._by_month: dict[tuple[int, int], int] = {}

    def enter(self, call: CallRecord) -> None:
        """Count ``call`` from now on."""
        self.calls.append(call)
        self._add(call, 1)
        if call.cost is not None:
            nanos, month = to_nanos(call.cost), (call.day.year, call.day.month)
            self._by_day[call.day] = self._by_day.get(call.day, 0) + nanos
            self._by_month[month] = self._by_month.get(month, 0) + nanos

    def leave(self) -> None:
        """Count the oldest call no longer; what it cost stays."""
        self._add(self.calls.popleft(), -1)

    @property
    def judged(self) -> int:
        """How many calls say something about their provider."""
        return self.answered + self.failed

    @property
    def daily_nanos(self) -> int:
        """What ``day`` has cost so far."""
        return self._by_day.get(self.day, 0)

    @property
    def monthly_nanos(self) -> int:
        """What the month of ``day`` has cost so far."""
        return self._by_month.get((self.day.year, self.day.month), 0)

    @property
    def latencies(self) -> list[float]:
        """Seconds that answers took, shortest first."""
        return sorted(call.latency for call in self._answers)

    @property
    def failures_in_a_row(self) -> int:
        """How many of the newest calls failed, with no answer after them."""
        count = 0
        for call in reversed(self.calls):
            if call.outcome is CallOutcome.ANSWERED:
                break
            count += call.outcome is CallOutcome.FAILED
        return count

    @property
    def _answers(self) -> Iterator[CallRecord]:
        return (call for call in self.calls if call.outcome is CallOutcome.ANSWERED)

    def _add(self, call: CallRecord, sign: int) -> None:
        self.requests += sign
        self.tokens += sign * call.tokens
        self.unjudged += sign * (call.outcome is CallOutcome.UNJUDGED)
        self.failed += sign * (call.outcome is CallOutcome.FAILED)
        if call.outcome is CallOutcome.ANSWERED:
            self.answered += sign
            self.latency_micros += sign * round(call.latency * _MICROS)
            if call.time_to_first_token is not None:
                self.first_tokens += sign
                self.first_token_micros += sign * round(call.time_to_first_token * _MICROS)
        if call.cost is not None:
            self.priced += sign
            self.cost_nanos += sign * to_nanos(call.cost)
