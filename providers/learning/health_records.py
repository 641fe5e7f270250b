"""What is kept of a provider and its models, and how that looks at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from providers.learning.breaker import Breaker, BreakerState
from providers.learning.speed import SpeedMeter
from providers.learning.window import Outcome, Summary, Window, summarise

_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class ProviderHealth:
    """One provider, or one of its models, as of now.

    Rates and times are None while nothing was measured. They rest on the recent calls (see
    ``providers.learning.window``), times on those that answered.

    Args:
        state: of a provider, that of the model (of those called before) soonest to be had.
        cooldown: seconds until a call may pass again, 0 when one may now.
        success_rate, error_rate: share of the calls that answered and that failed, 0 to 1.
        mean_latency, p50_latency, p95_latency: seconds for a whole answer.
        mean_time_to_first_token: seconds; likewise the percentiles.
        tokens_per_second: output tokens over the seconds after the first one.
        requests: how many recent calls these numbers rest on.
        requests_per_minute: calls that ended within the last minute.
        active: calls in flight.
        last_error: the latest failure's words, or None after a success.
        errors: how often each kind of error occurred.
        last_check_ok: how the latest listing asked as a check went, None without one.
        last_check_age: seconds since then.
        last_check_latency: seconds it took.
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
    p95_time_to_first_token: float | None = None
    mean_latency: float | None = None
    mean_time_to_first_token: float | None = None
    tokens_per_second: float | None = None
    requests_per_minute: float = 0.0
    error_rate: float | None = None
    last_check_ok: bool | None = None
    last_check_age: float | None = None
    last_check_latency: float | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """How a listing asked as a check went. Times in seconds, ``at`` on the monitor's clock."""

    ok: bool
    at: float
    latency: float


@dataclass(slots=True, eq=False)
class CandidateRecord:
    """What is kept of one model."""

    breaker: Breaker = field(default_factory=Breaker)
    window: Window = field(default_factory=Window)
    meter: SpeedMeter = field(default_factory=SpeedMeter)
    active: int = 0
    last_error: str | None = None


@dataclass(slots=True, eq=False)
class ProviderRecord:
    """What is kept of one provider. The health monitor holds the lock."""

    breaker: Breaker = field(default_factory=Breaker)
    candidates: dict[str, CandidateRecord] = field(default_factory=dict)
    last_error: str | None = None
    check: Check | None = None
    _summaries: dict[str | None, tuple[tuple[int, ...], Summary]] = field(default_factory=dict)

    def health(self, model: str | None, now: float) -> ProviderHealth:
        """Return how one of the models looks at ``now``, or all of them together."""
        shown = self._shown(model)
        health = _health(self.standing(model, now), shown, self._summary(model, shown, now), now)
        return replace(
            health,
            last_error=self._last_error(model, now),
            last_check_ok=self.check.ok if self.check else None,
            last_check_age=now - self.check.at if self.check else None,
            last_check_latency=self.check.latency if self.check else None,
        )

    def latest(self, count: int, now: float) -> tuple[Outcome, ...]:
        """Return the last ``count`` calls of all models together, oldest first."""
        for candidate in self.candidates.values():
            candidate.window.expire(now)
        calls = [call for each in self.candidates.values() for call in each.window.latest(count)]
        calls.sort(key=lambda call: call[0])
        return tuple(outcome for _, outcome in calls[-count:])

    def admits(self, model: str, now: float) -> bool:
        """Whether both breakers let a call pass that does not insist."""
        candidate = self.candidates.get(model)
        passes = candidate is None or candidate.breaker.admits(now)
        return passes and self.breaker.admits(now)

    def standing(self, model: str | None, now: float) -> tuple[BreakerState, float]:
        """Return the state a call meets and the seconds it would have to wait."""
        own = (self.breaker.cooldown(now), self.breaker.state(now))
        # Of several models the one soonest to be had speaks for the provider.
        soonest = min(
            ((c.breaker.cooldown(now), c.breaker.state(now)) for c in self._shown(model)),
            key=lambda gate: (gate[0], gate[1] is not BreakerState.CLOSED),
            default=own,
        )
        cooldown = max(own[0], soonest[0])
        if cooldown > 0:
            return BreakerState.OPEN, cooldown
        closed = own[1] is soonest[1] is BreakerState.CLOSED
        return (BreakerState.CLOSED if closed else BreakerState.HALF_OPEN), 0.0

    def take_back_error(self, now: float) -> None:
        """Forget the last error, unless it is why calls do not pass."""
        if self.standing(None, now)[0] is BreakerState.CLOSED:
            self.last_error = None

    def _shown(self, model: str | None) -> list[CandidateRecord]:
        if model is None:
            return list(self.candidates.values())
        candidate = self.candidates.get(model)
        return [] if candidate is None else [candidate]

    def _last_error(self, model: str | None, now: float) -> str | None:
        candidate = self.candidates.get(model) if model is not None else None
        if model is None or self.breaker.state(now) is not BreakerState.CLOSED:
            return self.last_error
        return candidate.last_error if candidate is not None else None

    def _summary(self, model: str | None, shown: list[CandidateRecord], now: float) -> Summary:
        """Return the numbers of the recent calls, computed again only when those changed."""
        for candidate in shown:
            candidate.window.expire(now)
        versions = tuple(candidate.window.version for candidate in shown)
        known = self._summaries.get(model)
        if known is not None and known[0] == versions:
            return known[1]
        summary = summarise([o for candidate in shown for o in candidate.window.outcomes()])
        self._summaries[model] = (versions, summary)
        return summary


def together(providers: Sequence[ProviderRecord], now: float) -> ProviderHealth:
    """Return how all of ``providers`` look at ``now``, as if they were one."""
    shown = [record for provider in providers for record in provider.candidates.values()]
    for record in shown:
        record.window.expire(now)
    summary = summarise([o for record in shown for o in record.window.outcomes()])
    standings = [provider.standing(None, now) for provider in providers]
    soonest = min(standings, key=lambda s: s[1], default=(BreakerState.CLOSED, 0.0))
    return _health(soonest, shown, summary, now)


def _health(
    standing: tuple[BreakerState, float],
    shown: Sequence[CandidateRecord],
    summary: Summary,
    now: float,
) -> ProviderHealth:
    return ProviderHealth(
        state=standing[0],
        cooldown=standing[1],
        success_rate=summary.success_rate,
        p50_latency=summary.p50_latency,
        p95_latency=summary.p95_latency,
        p50_time_to_first_token=summary.p50_time_to_first_token,
        requests=summary.requests,
        active=sum(candidate.active for candidate in shown),
        errors=dict(summary.errors),
        p95_time_to_first_token=summary.p95_time_to_first_token,
        mean_latency=summary.mean_latency,
        mean_time_to_first_token=summary.mean_time_to_first_token,
        tokens_per_second=summary.tokens_per_second,
        requests_per_minute=float(sum(c.window.ended_since(now - _MINUTE) for c in shown)),
        error_rate=summary.error_rate,
    )
