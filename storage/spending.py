"""What was spent and how the providers did, from the attempts."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from providers.billing.money import from_nanos
from storage.clock import from_text, to_seconds, to_text

if TYPE_CHECKING:
    from sqlite_utils import Database  # not needed to paint what was spent

Row = Mapping[str, Any]
_END_OF_TIME = "9999"


class GroupBy(StrEnum):
    """What ``stats`` groups by; a day is the person's local day."""

    PROVIDER = "provider"
    MODEL = "model"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Spend:
    """What a period cost.

    Args:
        cost: US dollars known to be spent.
        unknown: finished attempts whose cost is unknown and so not part of ``cost``.
        attempts: all attempts of the period.
    """

    cost: Decimal
    unknown: int
    attempts: int


@dataclass(frozen=True, slots=True)
class UsageStats:
    """Numbers of one provider, model or day.

    Args:
        key: the provider, ``provider/model``, or the day as ``2026-11-22``.
        requests: attempts that ended, in whatever way.
        cancelled: those the person stopped, or whose process died; neither success nor failure.
        latency_p50, latency_p95: seconds of successful attempts, None without one.
        ttft_p50, ttft_p95: seconds to the first token of successful attempts.
        cost: US dollars known to be spent.
        unknown_costs: attempts whose cost is unknown.
    """

    key: str
    requests: int
    successes: int
    failures: int
    cancelled: int
    latency_p50: float | None
    latency_p95: float | None
    ttft_p50: float | None
    ttft_p95: float | None
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost: Decimal
    unknown_costs: int

    @property
    def success_rate(self) -> float | None:
        """Successes among those that succeeded or failed, None without one."""
        judged = self.successes + self.failures
        return self.successes / judged if judged else None


@dataclass(frozen=True, slots=True)
class AttemptSample:
    """One finished attempt, to learn from. Durations in seconds, costs in US dollars.

    Whatever is unknown, or was not predicted, is None. ``model`` is the one that was asked for.
    """

    ok: bool
    error_type: str | None
    latency: float
    time_to_first_token: float | None
    output_tokens: int | None
    started_at: datetime
    model: str
    input_tokens: int | None
    cost: Decimal | None
    predicted_cost: Decimal | None
    predicted_latency: float | None
    usage_estimated: bool = False


def spend(db: Database, since: datetime, until: datetime | None) -> Spend:
    """Return what attempts that started from ``since`` to before ``until`` cost."""
    nanos, unknown, attempts = db.execute(
        "SELECT coalesce(sum(cost_nanos), 0), coalesce(sum(cost_nanos IS NULL"
        " AND outcome != 'started'), 0), count(*)"
        " FROM attempts WHERE started_at >= :since AND started_at < :until",
        period(since, until),
    ).fetchone()
    return Spend(cost=from_nanos(nanos), unknown=unknown, attempts=attempts)


def stats(
    db: Database, by: GroupBy, since: datetime, until: datetime | None
) -> Sequence[UsageStats]:
    """Return numbers by ``by``, ordered by key, over attempts that ended."""
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in db.query(
        "SELECT provider, request_model, day, outcome, latency_ms, time_to_first_token_ms,"
        " input_tokens, output_tokens, cached_tokens, cost_nanos FROM attempts"
        " WHERE outcome != 'started' AND started_at >= :since AND started_at < :until",
        period(since, until),
    ):
        groups[_group_key(by, row)].append(row)
    return tuple(_stats(key, rows) for key, rows in sorted(groups.items()))


def provider_history(
    db: Database, provider: str, model: str | None, limit: int
) -> Sequence[AttemptSample]:
    """Return the most recent attempts that succeeded or failed, oldest first."""
    one_model = "" if model is None else " AND request_model = :model"
    rows = db.query(
        "SELECT outcome, error_type, latency_ms, time_to_first_token_ms, output_tokens,"  # noqa: S608
        " started_at, request_model, input_tokens, usage_estimated, cost_nanos,"
        " predicted_cost_nanos, predicted_latency_ms FROM attempts WHERE provider = :provider"
        f" AND outcome IN ('ok', 'failed'){one_model} ORDER BY id DESC LIMIT :limit",
        {"provider": provider, "model": model, "limit": limit},
    )
    samples = [
        AttemptSample(
            ok=row["outcome"] == "ok",
            error_type=row["error_type"],
            latency=row["latency_ms"] / 1000,
            time_to_first_token=to_seconds(row["time_to_first_token_ms"]),
            output_tokens=row["output_tokens"],
            started_at=from_text(row["started_at"]),
            usage_estimated=bool(row["usage_estimated"]),
            model=row["request_model"],
            input_tokens=row["input_tokens"],
            cost=_dollars(row["cost_nanos"]),
            predicted_cost=_dollars(row["predicted_cost_nanos"]),
            predicted_latency=to_seconds(row["predicted_latency_ms"]),
        )
        for row in rows
    ]
    return tuple(reversed(samples))


def percentile(values: Iterable[float], percent: float) -> float | None:
    """Return the nearest-rank percentile: a value that really occurred, None without any.

    https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method
    """
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def period(since: datetime, until: datetime | None) -> dict[str, object]:
    """Return the parameters of a query from ``since`` to before ``until`` (None: no end)."""
    return {"since": to_text(since), "until": _END_OF_TIME if until is None else to_text(until)}


def _group_key(by: GroupBy, row: Row) -> str:
    if by is GroupBy.MODEL:
        return f"{row['provider']}/{row['request_model']}"
    return str(row[by.value])


def _stats(key: str, rows: Sequence[Row]) -> UsageStats:
    answered = [row for row in rows if row["outcome"] == "ok"]
    failures = sum(row["outcome"] == "failed" for row in rows)
    latencies = _seconds(answered, "latency_ms")
    first_tokens = _seconds(answered, "time_to_first_token_ms")
    return UsageStats(
        key=key,
        requests=len(rows),
        successes=len(answered),
        failures=failures,
        cancelled=len(rows) - len(answered) - failures,
        latency_p50=percentile(latencies, 50),
        latency_p95=percentile(latencies, 95),
        ttft_p50=percentile(first_tokens, 50),
        ttft_p95=percentile(first_tokens, 95),
        input_tokens=_total(rows, "input_tokens"),
        output_tokens=_total(rows, "output_tokens"),
        cached_tokens=_total(rows, "cached_tokens"),
        cost=from_nanos(_total(rows, "cost_nanos")),
        unknown_costs=sum(row["cost_nanos"] is None for row in rows),
    )


def _dollars(nanos: int | None) -> Decimal | None:
    return None if nanos is None else from_nanos(nanos)


def _seconds(rows: Iterable[Row], column: str) -> list[float]:
    return [row[column] / 1000 for row in rows if row[column] is not None]


def _total(rows: Iterable[Row], column: str) -> int:
    return sum(row[column] or 0 for row in rows)
