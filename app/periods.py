"""Where the person's day and month begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Periods:
    """Starts of the periods that spend is shown for, in the person's time zone."""

    today: datetime
    month: datetime

    @classmethod
    def at(cls, now: datetime) -> Periods:
        """Return the periods that hold ``now``, which must carry its time zone."""
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(today=today, month=today.replace(day=1))
