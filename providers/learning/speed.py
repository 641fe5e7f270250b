"""How fast a candidate is now: means that forget, updated and read in constant time."""

from __future__ import annotations

from dataclasses import dataclass

from providers.learning.window import Outcome

HALF_LIFE = 900.0
"""Seconds after which a call counts half: providers change within the hour."""
_PRIOR_ANSWERED = 2.0
_PRIOR_FAILED = 0.2
_LEAST_WEIGHT = 1e-200  # below it a ratio of two decayed sums is no longer exact


@dataclass(frozen=True, slots=True)
class Speed:
    """What is believed of a candidate's speed now; None is unmeasured.

    Args:
        time_to_first_token: seconds, decayed mean over the answers.
        seconds_per_token: seconds per output token after the first token, all recent answers'
            seconds over all their tokens, so that short answers weigh little.
        weight: effective number of recent answered calls (see ``HALF_LIFE``), 0 unmeasured.
        calls: the same counting failures too.
        success: expected share of calls that answer, the mean of a Beta distribution that
            starts at Beta(2, 0.2) (Gelman et al., Bayesian Data Analysis, 3rd ed., section
            2.4), so an unmeasured candidate is given 0.91.
        latency: seconds for a whole answer, decayed mean over the answers.
    """

    time_to_first_token: float | None = None
    seconds_per_token: float | None = None
    weight: float = 0.0
    calls: float = 0.0
    success: float = _PRIOR_ANSWERED / (_PRIOR_ANSWERED + _PRIOR_FAILED)
    latency: float | None = None


class SpeedMeter:
    """Decayed sums over one candidate's calls.

    Not thread-safe by itself: the health monitor holds the lock. ``now`` is monotonic seconds.
    """

    __slots__ = (
        "_answered",
        "_as_of",
        "_failed",
        "_firsts",
        "_generating",
        "_latencies",
        "_timed",
        "_tokens",
    )

    def __init__(self) -> None:
        self._as_of = 0.0
        self._answered = 0.0
        self._failed = 0.0
        self._latencies = 0.0
        self._firsts = 0.0
        self._timed = 0.0  # answers whose first token was timed
        self._generating = 0.0  # seconds after the first token
        self._tokens = 0.0

    def add(self, outcome: Outcome, now: float) -> float:
        """Add a call and return its weight, less than 1 when it has an age."""
        self._decay(now)
        weight = decay(outcome.age)
        if not outcome.ok:
            self._failed += weight
            return weight
        self._answered += weight
        self._latencies += weight * outcome.latency
        first = outcome.time_to_first_token
        if first is not None:
            self._timed += weight
            self._firsts += weight * first
            if outcome.output_tokens > 0:
                self._generating += weight * max(0.0, outcome.latency - first)
                self._tokens += weight * outcome.output_tokens
        return weight

    def forget_failures(self, now: float) -> float:
        """Keep only the calls that answered; return the weight that is gone."""
        self._decay(now)
        gone, self._failed = self._failed, 0.0
        return gone

    def speed(self, now: float) -> Speed:
        """Return what is believed now."""
        # Read for every candidate of every request: the sums are left as they are, since what
        # is a ratio of two of them does not age.
        factor = decay(now - self._as_of)
        answered, failed = factor * self._answered, factor * self._failed
        sure = _PRIOR_ANSWERED + answered
        if answered + failed < _LEAST_WEIGHT:
            return Speed()
        return Speed(
            _ratio(self._firsts, self._timed),
            _ratio(self._generating, self._tokens),
            answered,
            answered + failed,
            sure / (sure + _PRIOR_FAILED + failed),
            _ratio(self._latencies, self._answered),
        )

    def _decay(self, now: float) -> None:
        factor = decay(now - self._as_of)
        self._as_of = now
        self._answered *= factor
        self._failed *= factor
        self._latencies *= factor
        self._firsts *= factor
        self._timed *= factor
        self._generating *= factor
        self._tokens *= factor


def decay(seconds: float) -> float:
    """Return the weight of a call that ended ``seconds`` ago, 1 for now."""
    return float(0.5 ** (max(0.0, seconds) / HALF_LIFE))


def _ratio(total: float, weight: float) -> float | None:
    return total / weight if weight > _LEAST_WEIGHT else None
