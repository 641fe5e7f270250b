"""A circuit breaker: when to leave alone whoever keeps failing.

Closed, calls pass. Open, they do not until a deadline. Half-open, after it, one probe at a time
passes and its outcome decides (the pattern of M. Nygard, Release It!, 2nd ed., chapter 5).

Calls overlap, so what a call brings back may be older than what the breaker knows. Each call
holds a ticket that says how much was known when it started: a success from before the last bad
news closes nothing, and a failure from before it makes no cooldown longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from providers.errors import (
    AuthFailed,
    ModelNotFound,
    ProviderError,
    QuotaExhausted,
    RateLimited,
)

FAILURES_TO_OPEN = 3
FIRST_COOLDOWN = 5.0
LONGEST_COOLDOWN = 300.0
RETRY_AFTER_CAP = 900.0
MODEL_NOT_FOUND_COOLDOWN = 600.0
_RATE_LIMIT_COOLDOWN = 15.0
_REJECTED_COOLDOWN = 60.0
_MOST_DOUBLINGS = 10  # beyond the longest cooldown already; keeps the power finite


class BreakerState(StrEnum):
    """Whether calls pass."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True, eq=False)
class Ticket:
    """One call's passage through one breaker. Its identity matters, not its value."""

    news: int


class Breaker:
    """One breaker. It knows no clock: ``now`` is monotonic seconds.

    Not thread-safe by itself, because a call passes two breakers in one step: whoever owns
    them holds the lock (see ``providers.learning.health``).
    """

    __slots__ = ("_failures", "_news", "_open_until", "_openings", "_probe")

    def __init__(self) -> None:
        self._open_until: float | None = None
        self._failures = 0
        self._openings = 0  # since the last success; each doubles the cooldown
        self._news = 0  # how often the deadline was set
        self._probe: Ticket | None = None

    def state(self, now: float) -> BreakerState:
        """Return whether calls pass now."""
        if self._open_until is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self.cooldown(now) > 0 else BreakerState.HALF_OPEN

    def cooldown(self, now: float) -> float:
        """Return the seconds until a call may pass again, 0 when that is not the obstacle."""
        return 0.0 if self._open_until is None else max(0.0, self._open_until - now)

    def admits(self, now: float) -> bool:
        """Whether a call that does not insist would pass now."""
        if self._open_until is None:
            return True
        return self.cooldown(now) == 0 and self._probe is None

    def enter(self) -> Ticket:
        """Let a call pass. Unless the breaker is closed it takes the probe's place if free.

        A call that insists on passing an open breaker takes it too: it is the probe then, and
        nobody else needs to be one before it has ended.
        """
        ticket = Ticket(self._news)
        if self._open_until is not None and self._probe is None:
            self._probe = ticket
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """End a call that says nothing. Only the probe frees the probe's place."""
        if self._probe is ticket:
            self._probe = None

    def succeed(self, ticket: Ticket) -> None:
        """End a call that answered; closes the breaker if it started after the last bad news."""
        self.leave(ticket)
        if ticket.news == self._news:
            self._open_until = None
            self._failures = 0
            self._openings = 0

    def fail(self, ticket: Ticket, error: ProviderError, now: float) -> None:
        """End a call that failed with ``error``, and open or stay open if that calls for it."""
        self.leave(ticket)
        if ticket.news == self._news:
            self._count(error, now)
        else:
            self._extend(_asked(error), now)

    def fail_check(self, error: ProviderError, now: float) -> None:
        """Count a failure seen beside the calls.

        While open it is no news, and while a probe is under way the probe decides; otherwise
        frequent checks would keep every probe from ever closing the breaker.
        """
        if self.state(now) is BreakerState.OPEN or self._probe is not None:
            self._extend(_asked(error), now)
        else:
            self._count(error, now)

    def _count(self, error: ProviderError, now: float) -> None:
        was_closed = self._open_until is None
        self._failures += 1
        enough = self._failures >= FAILURES_TO_OPEN or not was_closed
        if enough or _opens_at_once(error):
            cooldown = _cooldown(error, self._openings, patient=not enough)
            self._openings += 1
            self._extend(cooldown, now)

    def _extend(self, cooldown: float, now: float) -> None:
        # The latest deadline wins: a short cooldown must not cut a long Retry-After.
        if cooldown > 0:
            until = now + cooldown
            self._open_until = until if self._open_until is None else max(until, self._open_until)
            self._news += 1


def _asked(error: ProviderError) -> float:
    """Return the seconds the provider itself asked for, capped; 0 when it did not."""
    return min(error.retry_after or 0.0, RETRY_AFTER_CAP)


def _opens_at_once(error: ProviderError) -> bool:
    certain = isinstance(error, RateLimited | AuthFailed | QuotaExhausted | ModelNotFound)
    return certain or _asked(error) > 0


def _cooldown(error: ProviderError, openings: int, *, patient: bool) -> float:
    """Return seconds to leave it alone.

    Args:
        error: what happened.
        openings: how often it was opened already without an answer in between.
        patient: too few failures for a cooldown of our own, so only what was asked for counts.
    """
    asked = _asked(error)
    if isinstance(error, ModelNotFound):
        return MODEL_NOT_FOUND_COOLDOWN
    if isinstance(error, RateLimited) and asked > 0:
        return asked  # the limiter knows better than any guess
    if isinstance(error, RateLimited):
        first = _RATE_LIMIT_COOLDOWN
    elif isinstance(error, AuthFailed | QuotaExhausted):
        first = _REJECTED_COOLDOWN
    elif patient:
        return asked
    else:
        first = FIRST_COOLDOWN
    grown: float = first * 2.0 ** min(openings, _MOST_DOUBLINGS)
    return max(asked, min(grown, LONGEST_COOLDOWN))
