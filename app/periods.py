"""Where the person's day and month begin, and how far back one looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Before everything that telex can have kept."""
SPANS = (7, 30, 90, 365, None)
"""Days one can look back, today included; None is all there is."""


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


def local_now() -> datetime:
    """Return the instant in the person's time zone."""
    return datetime.now().astimezone()


class Grain(StrEnum):
    """How long a stretch of time is that is looked at as one."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Days from ``first`` to ``last``, both part of it."""

    first: date
    last: date


def span_start(now: datetime, days: int | None) -> datetime:
    """Return the instant a span begins: midnight ``days - 1`` days ago, or the beginning.

    Args:
        now: with the person's time zone.
        days: one of ``SPANS``, or any other number.
    """
    if days is None:
        return BEGINNING
    return Periods.at(now).today - timedelta(days=days - 1)


def span_words(days: int | None) -> str:
    """Return a span in words."""
    return "all the time" if days is None else f"last {days} days"


def grain_for(days: int | None) -> Grain:
    """Return the grain that suits a span."""
    if days is None or days > 180:
        return Grain.MONTH
    return Grain.WEEK if days > 31 else Grain.DAY


def stretch_of(day: date, grain: Grain) -> Stretch:
    """Return the stretch that holds ``day``; weeks begin on Monday."""
    match grain:
        case Grain.DAY:
            return Stretch(day, day)
        case Grain.WEEK:
            monday = day - timedelta(days=day.weekday())
            return Stretch(monday, monday + timedelta(days=6))
        case Grain.MONTH:
            first = day.replace(day=1)
            following = (first + timedelta(days=31)).replace(day=1)
            return Stretch(first, following - timedelta(days=1))


def stretches(first: date, last: date, grain: Grain) -> list[Stretch]:
    """Return every stretch from the one that holds ``first`` to the one that holds ``last``."""
    found = [stretch_of(first, grain)]
    while found[-1].last < last:
        found.append(stretch_of(found[-1].last + timedelta(days=1), grain))
    return found
