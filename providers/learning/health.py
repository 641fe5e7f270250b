"""Continuous health of each provider and model: recent outcomes, and when to leave it alone.

Two breakers stand before a call. The provider's opens on what concerns all its models: an outage,
a rejected key, an empty account. The candidate's, one for each model, opens on rate limits and
unknown names, because those are set per model.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic

from providers.errors import ModelNotFound, ProviderError, RateLimited
from providers.learning.breaker import FAILURES_TO_OPEN, Breaker, BreakerState, Ticket
from providers.learning.health_records import (
    CandidateRecord,
    Check,
    ProviderHealth,
    ProviderRecord,
    together,
)
from providers.learning.speed import Speed, decay
from providers.learning.window import Outcome, percentile

__all__ = [
    "FAILURES_TO_OPEN",
    "Admission",
    "BreakerState",
    "HealthMonitor",
    "Outcome",
    "ProviderHealth",
    "Speed",
    "percentile",
]

_OF_THE_MODEL = (RateLimited, ModelNotFound)
"""Failures that say nothing about the provider's other models."""
_UNMEASURED = Speed()


@dataclass(frozen=True, slots=True, eq=False)
class Admission:
    """One admitted call, to be given back to ``record`` or ``release`` once it has ended."""

    name: str
    model: str
    _provider: tuple[Breaker, Ticket] = field(repr=False)
    _candidate: tuple[Breaker, Ticket] = field(repr=False)


class HealthMonitor:
    """Watches every call's outcome and decides who may be called. Safe across threads.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._providers: dict[str, ProviderRecord] = {}
        self._open: set[Admission] = set()
        self._calls = 0.0
        self._calls_as_of = 0.0

    def health(self, name: str, model: str | None = None) -> ProviderHealth:
        """Return the health now of a provider, or of one of its models.

        Whoever was never called is healthy and unmeasured.
        """
        with self._lock:
            provider = self._providers.get(name)
            if provider is None:
                return ProviderHealth()
            return provider.health(model, self._clock())

    def latest(self, name: str, count: int) -> tuple[Outcome, ...]:
        """Return the last ``count`` recent calls of a provider, oldest first."""
        with self._lock:
            provider = self._providers.get(name)
            return () if provider is None else provider.latest(count, self._clock())

    def overall(self) -> ProviderHealth:
        """Return the health now of all providers together, as if they were models of one.

        Its state is that of the provider soonest to be had.
        """
        with self._lock:
            return together(list(self._providers.values()), self._clock())

    def speed(self, name: str, model: str) -> Speed:
        """Return what is believed of a candidate's speed now."""
        with self._lock:
            provider = self._providers.get(name)
            candidate = provider.candidates.get(model) if provider is not None else None
            return candidate.meter.speed(self._clock()) if candidate is not None else Speed()

    def outlook(self, name: str, model: str) -> tuple[Speed, bool]:
        """Return ``speed`` and ``may_call`` in one step, for rankings."""
        with self._lock:
            provider = self._providers.get(name)
            if provider is None:
                return _UNMEASURED, True
            now = self._clock()
            candidate = provider.candidates.get(model)
            speed = candidate.meter.speed(now) if candidate is not None else _UNMEASURED
            return speed, provider.admits(model, now)

    def total_calls(self) -> float:
        """Return the sum of ``Speed.calls`` over all candidates."""
        with self._lock:
            self._count_calls(0.0, self._clock())
            return self._calls

    def may_call(self, name: str, model: str) -> bool:
        """Whether a call would be admitted now."""
        with self._lock:
            provider = self._providers.get(name)
            if provider is None:
                return True
            return provider.admits(model, self._clock())

    def admit(self, name: str, model: str, *, insist: bool = False) -> Admission | None:
        """Count a call in, or refuse it with None. In half-open state one probe passes at a time.

        Every admitted call must be ended by ``record`` or ``release``; the second time changes
        nothing.

        Args:
            name: whose call.
            model: which of its models.
            insist: pass also while open, for a retry that has waited its own delay.
        """
        with self._lock:
            provider, candidate = self._records(name, model)
            if not insist and not provider.admits(model, self._clock()):
                return None
            admission = Admission(
                name,
                model,
                (provider.breaker, provider.breaker.enter()),
                (candidate.breaker, candidate.breaker.enter()),
            )
            candidate.active += 1
            self._open.add(admission)
            return admission

    def release(self, admission: Admission) -> None:
        """End an admitted call that says nothing about the provider (cancelled, refused)."""
        with self._lock:
            if self._close(admission):
                _leave(admission)

    def record(
        self, admission: Admission, outcome: Outcome, error: ProviderError | None = None
    ) -> None:
        """End an admitted call with its outcome; ``error`` says why it failed.

        An error that does not count against health enters no rate and no time. A model that
        is not found is left alone for a while all the same; any other is like ``release``.
        """
        with self._lock:
            if not self._close(admission):
                return
            now = self._clock()
            provider, candidate = self._records(admission.name, admission.model)
            if error is None and not outcome.ok:
                error = ProviderError(outcome.error_kind or "failed", provider=admission.name)
            if error is not None and admission._provider[0] is not provider.breaker:
                return  # it failed with a key that was changed since
            if error is None or error.counts_against_health:
                candidate.window.add(outcome, now)
                self._count_calls(candidate.meter.add(outcome, now), now)
            if error is None:
                for breaker, ticket in (admission._provider, admission._candidate):
                    breaker.succeed(ticket)
                candidate.last_error = None
                provider.take_back_error(now)
            elif error.counts_against_health or isinstance(error, ModelNotFound):
                _fail(admission, error, now)
                provider.last_error = candidate.last_error = error.message
            else:
                _leave(admission)

    def note_check(self, name: str, error: ProviderError | None, latency: float) -> None:
        """Note how a listing of the provider's models went, asked to see whether it is there.

        A failure counts for the provider's breaker and in no rate or time. A success only
        takes back the last error of a closed breaker: that a listing works does not say that
        answers do.

        Args:
            name: the provider.
            error: why it failed, None when it did not.
            latency: seconds it took.
        """
        with self._lock:
            now = self._clock()
            provider = self._providers.setdefault(name, ProviderRecord())
            provider.check = Check(error is None, now, latency)
            if error is None:
                provider.take_back_error(now)
                return
            provider.last_error = error.message
            if error.counts_against_health and not isinstance(error, _OF_THE_MODEL):
                provider.breaker.fail_check(error, now)

    def reset(self, name: str) -> None:
        """Close the provider's breakers and forget its failures, because its key was changed.

        Calls in flight still count as active, but they were made with the old key: their
        failures are not recorded, and what they bring back moves no breaker.
        """
        with self._lock:
            provider = self._providers.get(name)
            if provider is None:
                return
            now = self._clock()
            provider.breaker = Breaker()
            provider.last_error = None
            for candidate in provider.candidates.values():
                candidate.breaker = Breaker()
                candidate.last_error = None
                candidate.window.forget_failures()
                self._count_calls(-candidate.meter.forget_failures(now), now)

    def warm_up(self, name: str, model: str, history: Iterable[Outcome]) -> None:
        """Start with outcomes of earlier runs, so that rankings are informed.

        They move no breaker. Pass only what counts: answers, and failures whose error counts
        against health.
        """
        with self._lock:
            now = self._clock()
            candidate = self._records(name, model)[1]
            outcomes = tuple(history)
            candidate.window.extend(outcomes, now)
            for outcome in outcomes:
                self._count_calls(candidate.meter.add(outcome, now), now)

    def _records(self, name: str, model: str) -> tuple[ProviderRecord, CandidateRecord]:
        provider = self._providers.setdefault(name, ProviderRecord())
        return provider, provider.candidates.setdefault(model, CandidateRecord())

    def _close(self, admission: Admission) -> bool:
        if admission not in self._open:
            return False
        self._open.remove(admission)
        self._records(admission.name, admission.model)[1].active -= 1
        return True

    def _count_calls(self, weight: float, now: float) -> None:
        # All calls decay alike, so the sum over all candidates decays as one number.
        self._calls = max(0.0, self._calls * decay(now - self._calls_as_of) + weight)
        self._calls_as_of = now


def _leave(admission: Admission) -> None:
    for breaker, ticket in (admission._provider, admission._candidate):
        breaker.leave(ticket)


def _fail(admission: Admission, error: ProviderError, now: float) -> None:
    """Blame the one it concerns; to the other the call has said nothing."""
    blamed, spared = admission._provider, admission._candidate
    if isinstance(error, _OF_THE_MODEL):
        blamed, spared = spared, blamed
    blamed[0].fail(blamed[1], error, now)
    spared[0].leave(spared[1])
