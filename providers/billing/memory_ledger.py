"""The ledger of a process that keeps no books: limits hold while it runs, then all is forgotten."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from providers.billing.ledger import (
    AttemptOutcome,
    AttemptResult,
    AttemptStart,
    SpendLimit,
    Standing,
    check_limits,
)
from providers.billing.money import from_nanos, to_nanos
from providers.errors import ProviderError

_REMEMBERED = 1000
_DAYS_KEPT = 62  # no limit looks back further than to the first of the month

_Series = tuple[str | None, bool]
"""The provider, or None for all, and whether only hedges count: what a limit adds up."""


@dataclass(slots=True)
class _Sums:
    """Nano-dollars of one day. Whole numbers, so that what is released leaves exactly zero."""

    spent: int = 0
    reserved: int = 0


class InMemoryLedger:
    """A ledger for one process. Safe across threads; its size does not grow with its age.

    It keeps running sums per day, so that a call costs the same however many are under way.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next_id = 1
        self._open: dict[int, AttemptStart] = {}
        self._days: dict[date, defaultdict[_Series, _Sums]] = {}
        self._finished: deque[tuple[AttemptStart, AttemptResult]] = deque(maxlen=_REMEMBERED)
        self._outcomes: Counter[AttemptOutcome] = Counter()

    @property
    def finished(self) -> Sequence[tuple[AttemptStart, AttemptResult]]:
        """The last 1,000 settled calls, oldest first."""
        with self._lock:
            return tuple(self._finished)

    @property
    def outcomes(self) -> Mapping[AttemptOutcome, int]:
        """How many calls ended in which way since the ledger was made."""
        with self._lock:
            return dict(self._outcomes)

    async def start_attempt(self, start: AttemptStart) -> int:
        """See ``Ledger.start_attempt``."""
        amount = _nanos(start.worst_case)
        with self._lock:
            check_limits(start, [self._standing(limit) for limit in start.limits])
            attempt_id = self._next_id
            self._next_id += 1
            self._open[attempt_id] = start
            self._make_room_for(start.day)
            for sums in self._sums_of(start):
                sums.reserved += amount
            return attempt_id

    async def finish_attempt(self, attempt_id: int, result: AttemptResult) -> None:
        """See ``Ledger.finish_attempt``."""
        cost = _nanos(result.cost)
        if result.error is not None:
            result = replace(result, error=_without_frames(result.error))
        with self._lock:
            start = self._open.pop(attempt_id, None)
            if start is None:
                return
            amount = _nanos(start.worst_case)
            for sums in self._sums_of(start):
                sums.reserved -= amount
                sums.spent += cost
            self._finished.append((start, result))
            self._outcomes[result.outcome] += 1

    async def standing(self, limits: Sequence[SpendLimit]) -> Sequence[Standing]:
        """See ``Ledger.standing``."""
        with self._lock:
            return tuple(self._standing(limit) for limit in limits)

    def _standing(self, limit: SpendLimit) -> Standing:
        series = (limit.provider, limit.hedges_only)
        days = [sums for day, sums in self._days.items() if day >= limit.since and series in sums]
        return Standing(
            spent=from_nanos(sum(day[series].spent for day in days)),
            reserved=from_nanos(sum(day[series].reserved for day in days)),
        )

    def _sums_of(self, start: AttemptStart) -> Iterator[_Sums]:
        day = self._days.get(start.day)
        if day is None:
            return  # a call that outlived its day's place in the books
        for provider in (start.provider, None):
            yield day[provider, False]
            if start.hedge:
                yield day[provider, True]

    def _make_room_for(self, day: date) -> None:
        if day in self._days:
            return
        self._days[day] = defaultdict(_Sums)
        # By their number and not by their age: a clock that was years ahead for a moment must
        # not make today's spending disappear.
        while len(self._days) > _DAYS_KEPT:
            del self._days[min(self._days)]


def _nanos(amount: Decimal | None) -> int:
    return 0 if amount is None else to_nanos(amount)


def _without_frames(error: ProviderError | None) -> ProviderError | None:
    """Return a copy that can be kept: a traceback's frames hold the whole request alive."""
    if error is None:
        return None
    kept = type(error).__new__(type(error), *error.args)
    kept.__dict__.update(error.__dict__)
    return kept
