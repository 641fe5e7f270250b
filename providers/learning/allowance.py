"""What is left of each provider's rate limits, so that nobody is asked who would have to refuse.

Limits are token buckets that refill evenly (as Anthropic documents, and as OpenAI's and Groq's
``reset`` behaves): what is left grows from the last reading to all of it at its reset. Calls that
began since then are taken off, until their own headers count them in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from providers.quota import Meter, Quota

STRAINED = 0.1
"""With less than this share left, others go first: the rest is for those who have no other."""
_MOST_PENDING = 10_000
_BELIEVED = 60.0  # seconds
_SHORTEST = 0.1  # seconds: what is under way may end any moment

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Room:
    """Whether one more call fits.

    Args:
        wait: seconds until it does, 0 when it does now, None when it never will.
        words: why not, for the person; empty when it fits.
        strained: it fits, but little is left.
    """

    wait: float | None = 0.0
    words: str = ""
    strained: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Pending:
    """One call that began: to be given back to ``AllowanceBook``."""

    key: Key
    tokens: int


@dataclass(slots=True)
class _Account:
    read_at: float = 0.0
    quota: Quota = field(default_factory=Quota)
    pending: set[Pending] = field(default_factory=set)

    @property
    def pending_tokens(self) -> int:
        return sum(call.tokens for call in self.pending)


_FREE = Room()


class AllowanceBook:
    """Keeps the latest readings. Safe across threads.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._accounts: dict[Key, _Account] = {}

    def room(self, key: Key, tokens: int) -> Room:
        """Return whether one more call would be let in.

        Args:
            key: provider and model.
            tokens: what would be sent, at least.
        """
        if key not in self._accounts:
            return _FREE
        with self._lock:
            account = self._accounts[key]
            age = self._clock() - account.read_at
            rooms = [
                _room(account.quota.requests, age, 1, len(account.pending), "requests"),
                _room(account.quota.tokens, age, tokens, account.pending_tokens, "tokens"),
            ]
        never = next((room for room in rooms if room.wait is None), None)
        if never is not None:
            return never
        # The one that takes longest; of those that fit, the one that is strained.
        return max(rooms, key=lambda room: (room.wait or 0.0, room.strained))

    def began(self, key: Key, tokens: int) -> Pending:
        """Take off what a call will use. End it with ``read`` or ``ended``.

        Args:
            key: provider and model.
            tokens: what is sent.
        """
        call = Pending(key, tokens)
        # Most providers never say anything: then there is nothing to take it off from.
        if key in self._accounts:
            with self._lock:
                pending = self._accounts[key].pending
                if len(pending) < _MOST_PENDING:
                    pending.add(call)
        return call

    def read(self, call: Pending, quota: Quota) -> None:
        """Take over what the answer to a call said; the call is counted in there."""
        with self._lock:
            account = self._accounts.setdefault(call.key, _Account())
            account.pending.discard(call)
            account.quota, account.read_at = quota, self._clock()

    def ended(self, call: Pending) -> None:
        """Forget a call that said nothing of limits. The second time changes nothing."""
        account = self._accounts.get(call.key)
        if account is not None:
            with self._lock:
                account.pending.discard(call)

    def quota(self, key: Key) -> Quota | None:
        """Return what is left now, None where nothing was ever said."""
        with self._lock:
            account = self._accounts.get(key)
            if account is None or account.quota == Quota():
                return None
            age = self._clock() - account.read_at
            return Quota(
                _aged(account.quota.requests, age, len(account.pending)),
                _aged(account.quota.tokens, age, account.pending_tokens),
            )


def _room(meter: Meter | None, age: float, needed: int, pending: int, what: str) -> Room:
    if meter is None or (meter.limit is None and age >= meter.reset):
        return _FREE
    if not pending and age >= max(meter.reset, _BELIEVED):
        # All is there again, and perhaps more: limits change, and only another answer can tell.
        return _FREE
    if meter.limit is not None and needed > meter.limit:
        words = f"allows {meter.limit:,} {what} at a time, this is {needed:,}"
        return Room(wait=None, words=words)
    left = _left(meter, age) - pending
    if left >= needed:
        strained = meter.limit is not None and left - needed < STRAINED * meter.limit
        return Room(strained=strained)
    wait = max(_until(meter, needed + pending) - age, _SHORTEST)
    told = f"of {meter.limit:,} " if meter.limit is not None else ""
    return Room(
        wait=wait, words=f"has {max(int(left), 0):,} {told}{what} left, more in {wait:.0f} s"
    )


def _left(meter: Meter, age: float) -> float:
    if age >= meter.reset:
        return float(meter.remaining if meter.limit is None else meter.limit)
    if meter.limit is None:
        return meter.remaining
    return meter.remaining + (meter.limit - meter.remaining) * age / meter.reset


def _until(meter: Meter, needed: int) -> float:
    """Return the seconds from the reading until so much is there."""
    if meter.limit is None or meter.limit <= meter.remaining:
        return meter.reset
    share = (needed - meter.remaining) / (meter.limit - meter.remaining)
    return meter.reset * min(share, 1.0)


def _aged(meter: Meter | None, age: float, pending: int) -> Meter | None:
    if meter is None:
        return None
    left = max(int(_left(meter, age)) - pending, 0)
    return Meter(meter.limit, left, max(meter.reset - age, 0.0))
