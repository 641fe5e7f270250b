"""The person's days and months on a line of instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Calendar:
    """Instants are seconds since the epoch.

    Args:
        zone: the person's time zone; None is this system's.
    """

    zone: tzinfo | None = None

    def day_of(self, instant: float) -> date:
        """Return the local day that ``instant`` is on."""
        return datetime.fromtimestamp(instant, self.zone).date()

    def begin_of(self, day: date) -> float:
        """Return the instant at which ``day`` begins."""
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp()

    def next_midnight(self, instant: float) -> float:
        """Return when the day after that of ``instant`` begins."""
        found = self.begin_of(self.day_of(instant) + timedelta(days=1))
        # Where clocks are set back over midnight a day may begin twice.
        return found if found > instant else instant + _HOUR
