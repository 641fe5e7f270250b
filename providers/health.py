"""Continuous health of each provider: recent outcomes, and when to leave it alone.

A circuit breaker per provider: closed (calls pass), open (cooling down until a moment), half-open
(one probe decides). Several failures in a row open it, a rate limit or a rejected key at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import quantiles
from time import monotonic

from providers.errors import (
    AuthFailed,
    ProviderError,
    QuotaExhausted,
    RateLimited,
)

WINDOW = 50
"""How many recent calls of a provider count."""
FAILURES_TO_OPEN = 3
_FIRST_COOLDOWN = 5.0
_LONGEST_COOLDOWN = 300.0
_RATE_LIMIT_COOLDOWN = 15.0
_RETRY_AFTER_CAP = 900.0
_REJECTED_COOLDOWN = 60.0


class BreakerState(StrEnum):
    """Whether calls pass."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One finished call. Times in seconds, None where there was none."""

    ok: bool
    latency: float
    time_to_first_token: float | None = None
    error_kind: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderHealth:
    """One provider as of now. Rates and times are None while nothing was measured.

    Args:
        cooldown: seconds until a call may pass again, 0 when one may now.
        success_rate: share of the recent calls that answered, 0 to 1.
        p50_latency, p95_latency: seconds for a whole answer, of those that answered.
        p50_time_to_first_token: seconds, of those that answered.
        requests: how many recent calls these numbers rest on.
        active: calls in flight.
        last_error: the latest failure's words, or None after a success.
    """

    state: BreakerState = BreakerState.CLOSED
    cooldown: float = 0.0
    success_rate: float | None = None
    p50_latency: float | None = None
    p95_latency: float | None = None
    p50_time_to_first_token: float | None = None
    requests: int = 0
    active: int = 0
    last_error: str | None = None
    errors: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Record:
    outcomes: deque[Outcome] = field(default_factory=lambda: deque(maxlen=WINDOW))
    failures_in_a_row: int = 0
    open_until: float | None = None
    probing: bool = False
    active: int = 0
    last_error: str | None = None


class HealthMonitor:
    """Watches every call's outcome and decides who may be called.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._records: dict[str, _Record] = {}

    def health(self, name: str) -> ProviderHealth:
        """Return the provider's health now; an unknown name is healthy and unmeasured."""
        record = self._records.get(name)
        if record is None:
            return ProviderHealth()
        good = [outcome for outcome in record.outcomes if outcome.ok]
        firsts = [o.time_to_first_token for o in good if o.time_to_first_token is not None]
        latencies = [outcome.latency for outcome in good]
        counted = len(record.outcomes)
        errors: dict[str, int] = {}
        for outcome in record.outcomes:
            if outcome.error_kind is not None:
                errors[outcome.error_kind] = errors.get(outcome.error_kind, 0) + 1
        return ProviderHealth(
            state=self._state(record),
            cooldown=self._cooldown(record),
            success_rate=len(good) / counted if counted else None,
            p50_latency=percentile(latencies, 50),
            p95_latency=percentile(latencies, 95),
            p50_time_to_first_token=percentile(firsts, 50),
            requests=counted,
            active=record.active,
            last_error=record.last_error,
            errors=errors,
        )

    def may_call(self, name: str) -> bool:
        """Whether a call would be admitted now."""
        record = self._records.get(name)
        return record is None or self._admits(record)

    def admit(self, name: str, *, insist: bool = False) -> bool:
        """Count a call in, or refuse it. In half-open state one probe passes at a time.

        Every admitted call must be ended by ``record`` or ``release``.

        Args:
            name: whose call.
            insist: pass also while open, for a retry that has waited its own delay.
        """
        record = self._records.setdefault(name, _Record())
        if not insist and not self._admits(record):
            return False
        if record.open_until is not None:
            record.probing = True
        record.active += 1
        return True

    def release(self, name: str) -> None:
        """End an admitted call that says nothing about the provider (cancelled, refused)."""
        record = self._records[name]
        record.active -= 1
        record.probing = False

    def record(self, name: str, outcome: Outcome, error: ProviderError | None = None) -> None:
        """End an admitted call with its outcome; ``error`` says why it failed."""
        record = self._records[name]
        record.active -= 1
        record.probing = False
        record.outcomes.append(outcome)
        if error is None:
            record.failures_in_a_row = 0
            record.open_until = None
            record.last_error = None
            return
        record.last_error = error.message
        record.failures_in_a_row += 1
        cooldown = self._cooldown_after(record, error)
        if cooldown > 0:
            # The latest deadline wins: a short cooldown must not cut a long Retry-After.
            until = self._clock() + cooldown
            record.open_until = max(until, record.open_until or 0.0)

    def reset(self, name: str) -> None:
        """Forget the breaker's state, for example because the person changed the key."""
        record = self._records.get(name)
        if record is not None:
            record.open_until = None
            record.failures_in_a_row = 0
            record.last_error = None

    def warm_up(self, name: str, history: Iterable[Outcome]) -> None:
        """Start with outcomes of earlier runs, oldest first, so that rankings are informed."""
        self._records.setdefault(name, _Record()).outcomes.extend(history)

    def _state(self, record: _Record) -> BreakerState:
        if record.open_until is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self._cooldown(record) > 0 else BreakerState.HALF_OPEN

    def _cooldown(self, record: _Record) -> float:
        if record.open_until is None:
            return 0.0
        return max(0.0, record.open_until - self._clock())

    def _admits(self, record: _Record) -> bool:
        state = self._state(record)
        if state is BreakerState.OPEN:
            return False
        return state is BreakerState.CLOSED or not record.probing

    def _cooldown_after(self, record: _Record, error: ProviderError) -> float:
        if isinstance(error, RateLimited):
            return min(error.retry_after or _RATE_LIMIT_COOLDOWN, _RETRY_AFTER_CAP)
        if isinstance(error, AuthFailed | QuotaExhausted):
            return _REJECTED_COOLDOWN
        if record.failures_in_a_row < FAILURES_TO_OPEN:
            # Outside half-open state a failed probe is the only single failure that reopens.
            return _FIRST_COOLDOWN if record.open_until is not None else 0.0
        growth = 2.0 ** (record.failures_in_a_row - FAILURES_TO_OPEN)
        asked = min(error.retry_after or 0.0, _RETRY_AFTER_CAP)
        return max(asked, min(_FIRST_COOLDOWN * growth, _LONGEST_COOLDOWN))


def percentile(values: list[float], percent: int) -> float | None:
    """Return the inclusive percentile of ``values``, or None of an empty list."""
    if not values:
        return None
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]
