"""The calls a candidate has lately finished, and the numbers to show of them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from statistics import fmean, quantiles

WINDOW = 200
"""How many recent calls of a candidate count at most."""
WINDOW_SECONDS = 3600.0
"""How old a call may be to count."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One finished call. Times in seconds, None where there was none.

    Args:
        ok: it answered.
        latency: from the start of the call to its end.
        time_to_first_token: from the start to the first delta.
        error_kind: the ``kind`` of the error it failed with.
        output_tokens: tokens generated, 0 when unknown.
        age: how long ago it ended, for calls of earlier runs.
    """

    ok: bool
    latency: float
    time_to_first_token: float | None = None
    error_kind: str | None = None
    output_tokens: int = 0
    age: float = 0.0


@dataclass(frozen=True, slots=True)
class Summary:
    """What a number of calls amount to; see ``providers.learning.health.ProviderHealth``."""

    requests: int = 0
    success_rate: float | None = None
    error_rate: float | None = None
    mean_latency: float | None = None
    p50_latency: float | None = None
    p95_latency: float | None = None
    mean_time_to_first_token: float | None = None
    p50_time_to_first_token: float | None = None
    p95_time_to_first_token: float | None = None
    tokens_per_second: float | None = None
    errors: dict[str, int] = field(default_factory=dict)


class Window:
    """The last ``WINDOW`` calls of the last ``WINDOW_SECONDS``, oldest first.

    Not thread-safe by itself: the health monitor holds the lock. ``now`` is monotonic seconds.
    """

    __slots__ = ("_calls", "version")

    def __init__(self) -> None:
        self._calls: deque[tuple[float, Outcome]] = deque(maxlen=WINDOW)
        self.version = 0
        """Changes whenever the calls do, so that summaries can be kept until then."""

    def add(self, outcome: Outcome, now: float) -> None:
        """Add a call that ended ``outcome.age`` seconds ago."""
        self.extend((outcome,), now)

    def extend(self, history: Iterable[Outcome], now: float) -> None:
        """Add calls in any order."""
        newest = self._calls[-1][0] if self._calls else float("-inf")
        more = [(now - outcome.age, outcome) for outcome in history]
        self.version += 1
        if all(ended >= newest for ended, _ in more):
            self._calls.extend(sorted(more, key=_ended))
        else:  # history that came after the present
            self._calls = deque(sorted([*self._calls, *more], key=_ended), maxlen=WINDOW)

    def expire(self, now: float) -> None:
        """Forget what is too old."""
        while self._calls and self._calls[0][0] < now - WINDOW_SECONDS:
            self._calls.popleft()
            self.version += 1

    def forget_failures(self) -> None:
        """Keep only the calls that answered."""
        self._calls = deque((call for call in self._calls if call[1].ok), maxlen=WINDOW)
        self.version += 1

    def outcomes(self) -> list[Outcome]:
        """Return the calls, oldest first."""
        return [outcome for _, outcome in self._calls]

    def latest(self, count: int) -> list[tuple[float, Outcome]]:
        """Return the last ``count`` calls with when they ended, oldest first."""
        return list(self._calls)[-count:]

    def ended_since(self, moment: float) -> int:
        """Return how many calls ended after ``moment``."""
        return sum(1 for _ in takewhile(lambda call: call[0] > moment, reversed(self._calls)))


def _ended(call: tuple[float, Outcome]) -> float:
    return call[0]


def summarise(outcomes: Sequence[Outcome]) -> Summary:
    """Return the numbers of ``outcomes``. Times rest on the calls that answered only."""
    if not outcomes:
        return Summary()
    good = [outcome for outcome in outcomes if outcome.ok]
    latencies = sorted(outcome.latency for outcome in good)
    firsts = sorted(o.time_to_first_token for o in good if o.time_to_first_token is not None)
    success_rate = len(good) / len(outcomes)
    return Summary(
        requests=len(outcomes),
        success_rate=success_rate,
        error_rate=1.0 - success_rate,
        mean_latency=fmean(latencies) if latencies else None,
        p50_latency=percentile(latencies, 50),
        p95_latency=percentile(latencies, 95),
        mean_time_to_first_token=fmean(firsts) if firsts else None,
        p50_time_to_first_token=percentile(firsts, 50),
        p95_time_to_first_token=percentile(firsts, 95),
        tokens_per_second=_tokens_per_second(good),
        errors=dict(Counter(o.error_kind for o in outcomes if o.error_kind is not None)),
    )


def _tokens_per_second(good: Sequence[Outcome]) -> float | None:
    """Return tokens over the seconds they took after the first, all answers together."""
    tokens, seconds = 0, 0.0
    for outcome in good:
        if outcome.time_to_first_token is not None and outcome.output_tokens > 0:
            tokens += outcome.output_tokens
            seconds += max(0.0, outcome.latency - outcome.time_to_first_token)
    return tokens / seconds if seconds > 0 else None


def percentile(values: Sequence[float], percent: int) -> float | None:
    """Return the inclusive percentile of ``values`` (1 to 99), or None of none."""
    if not values:
        return None
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]
