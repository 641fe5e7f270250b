"""Calls counted by the database: per day, per kind of error, and by how long they took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from providers.billing.money import from_nanos
from storage.call_filter import UNKNOWN_ERROR, Took
from storage.spending import period

if TYPE_CHECKING:
    from sqlite_utils import Database

_PERIOD = "outcome != 'started' AND started_at >= :since AND started_at < :until"
_EDGES = (0, 250, 500, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 20_000, 60_000)
BUCKETS: Sequence[Took] = (*(Took(*each) for each in pairwise(_EDGES)), Took(_EDGES[-1], None))
"""Parts that times are counted in, the same for every provider so that they can be compared."""


@dataclass(frozen=True, slots=True)
class DaySpend:
    """One provider on one of the person's days.

    Args:
        requests: calls that ended, in whatever way.
        cost: US dollars known to be spent.
        unknown: calls whose cost is unknown.
    """

    day: date
    provider: str
    requests: int
    successes: int
    cost: Decimal
    unknown: int


@dataclass(frozen=True, slots=True)
class ErrorCount:
    """How often a provider failed in one way."""

    provider: str
    error_type: str
    count: int


@dataclass(frozen=True, slots=True)
class LatencyCount:
    """How many successful calls of a provider took as long as ``took`` says."""

    provider: str
    took: Took
    count: int


def per_day(db: Database, since: datetime, until: datetime | None) -> Sequence[DaySpend]:
    """Return every provider's days on which it was asked, oldest first."""
    rows = db.execute(
        "SELECT day, provider, count(*), sum(outcome = 'ok'), coalesce(sum(cost_nanos), 0),"  # noqa: S608  # ours
        f" sum(cost_nanos IS NULL) FROM attempts WHERE {_PERIOD}"
        " GROUP BY day, provider ORDER BY day, provider",
        period(since, until),
    )
    return tuple(
        DaySpend(date.fromisoformat(day), provider, requests, ok, from_nanos(nanos), unknown)
        for day, provider, requests, ok, nanos, unknown in rows
    )


def has_calls(db: Database) -> bool:
    """Return whether a provider was ever called."""
    return bool(db.execute("SELECT EXISTS (SELECT 1 FROM attempts)").fetchone()[0])


def errors(db: Database, since: datetime, until: datetime | None) -> Sequence[ErrorCount]:
    """Return how often each provider failed in which way, the most frequent first."""
    rows = db.execute(
        f"SELECT provider, coalesce(error_type, '{UNKNOWN_ERROR}') AS kind, count(*) AS times"  # noqa: S608  # ours
        f" FROM attempts WHERE {_PERIOD} AND outcome = 'failed'"
        " GROUP BY provider, kind ORDER BY provider, times DESC, kind",
        period(since, until),
    )
    return tuple(ErrorCount(*row) for row in rows)


def latencies(db: Database, since: datetime, until: datetime | None) -> Sequence[LatencyCount]:
    """Return how many successful calls of each provider fell into each of ``BUCKETS``.

    Empty buckets are not there.
    """
    cases = " ".join(
        f"WHEN latency_ms < {bucket.high} THEN {place}"
        for place, bucket in enumerate(BUCKETS)
        if bucket.high is not None
    )
    rows = db.execute(
        f"SELECT provider, CASE {cases} ELSE {len(BUCKETS) - 1} END AS bucket, count(*)"  # noqa: S608  # ours
        f" FROM attempts WHERE {_PERIOD} AND outcome = 'ok' AND latency_ms IS NOT NULL"
        " GROUP BY provider, bucket ORDER BY provider, bucket",
        period(since, until),
    )
    return tuple(LatencyCount(provider, BUCKETS[place], count) for provider, place, count in rows)
