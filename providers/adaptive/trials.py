"""How much may be tried: a share of the requests, and a budget for the day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from providers.adaptive.wishes import Adaptive
from providers.routing.choice import Favourite

MOST_SAVED = 3.0
"""Tries that can be saved up: what was not used for long must not be used all at once."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial(Favourite):
    """Somebody who goes first to be known better, although another is believed more useful.

    Args:
        extra: US dollars it is expected to cost more than that other; None when unknown.
    """

    extra: Decimal | None


@dataclass(slots=True)
class Allowance:
    """Counts requests and tries. Every request earns ``explore_share`` of a try.

    So of any first n requests at most ``explore_share`` times n are tries. Not thread-safe by
    itself: the book holds the lock.
    """

    requests: int = 0
    tried: int = 0
    saved: float = 0.0
    day: date | None = None
    spent: Decimal = Decimal(0)

    def allows(self, extra: Decimal | None, wishes: Adaptive, today: date) -> bool:
        """Whether the next request may be a try that costs ``extra`` more."""
        if self.saved + wishes.explore_share < 1.0 - _ROUNDING:
            return False
        budget = wishes.explore_budget
        if budget is None:
            return True
        return extra is not None and self.spent_on(today) + extra <= budget

    def count(self, trial: Trial | None, wishes: Adaptive, today: date) -> bool:
        """Count a request; False, and nothing counted, when it may not be the try it is."""
        if trial is not None and not self.allows(trial.extra, wishes, today):
            return False
        self.restore([trial is not None], wishes)
        if trial is not None:
            self.spent = self.spent_on(today) + (trial.extra or 0)
            self.day = today
        return True

    def restore(self, tried: Iterable[bool], wishes: Adaptive) -> None:
        """Count the requests of earlier runs, oldest first: which of them were tries."""
        for each in tried:
            self.requests += 1
            self.saved = min(MOST_SAVED, self.saved + wishes.explore_share)
            if each:
                self.tried += 1
                self.saved = max(0.0, self.saved - 1.0)

    def note_spent(self, dollars: Decimal, today: date) -> None:
        """Take in that at least so much was spent on tries today, by whatever telex."""
        self.spent = max(self.spent_on(today), dollars)
        self.day = today

    def spent_on(self, today: date) -> Decimal:
        """Return the US dollars that tries cost on a day, 0 on a new one."""
        return self.spent if self.day == today else Decimal(0)
