"""Which calls are looked at: the same words for a number and for the list behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from storage.spending import period

UNKNOWN_ERROR = "unknown"
"""What a failure is called whose kind was never recorded."""


class CallState(StrEnum):
    """How far a call has come, as the ledger says it."""

    STARTED = "started"
    OK = "ok"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"
    """Its process died."""


ENDED = frozenset(CallState) - {CallState.STARTED}
"""Every way a call can have ended."""


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds from ``low`` to before ``high``; None is without an end."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Calls to providers: attempts, as the ledger has them.

    Args:
        since, until: when they began; ``until`` is not part of it, None has no end.
        provider, model: whom they asked, None whomever.
        days: the first and the last day, by the person's calendar when they were made.
        outcomes: how they ended; None takes those under way too.
        error_type: what went wrong, such as ``rate_limit``.
        took: how long they took.
        hedge: only backups of other calls.
        counted: only those whose tokens are known.
    """

    since: datetime
    until: datetime | None = None
    provider: str | None = None
    model: str | None = None
    days: tuple[date, date] | None = None
    outcomes: frozenset[CallState] | None = ENDED
    error_type: str | None = None
    took: Took | None = None
    hedge: bool = False
    counted: bool = False


def where(wanted: CallFilter) -> tuple[str, dict[str, object]]:
    """Return a condition on ``attempts a``, and its parameters."""
    terms = ["a.started_at >= :since", "a.started_at < :until"]
    values: dict[str, object] = dict(period(wanted.since, wanted.until))
    if wanted.outcomes is not None:
        # Words of ours, never the person's: a list cannot be a parameter.
        words = ", ".join(f"'{outcome.value}'" for outcome in sorted(wanted.outcomes))
        terms.append(f"a.outcome IN ({words})")
    if wanted.provider is not None:
        terms.append("a.provider = :provider")
        values["provider"] = wanted.provider
    if wanted.model is not None:
        terms.append("a.request_model = :model")
        values["model"] = wanted.model
    if wanted.days is not None:
        terms.append("a.day BETWEEN :first AND :last")
        first, last = wanted.days
        values |= {"first": first.isoformat(), "last": last.isoformat()}
    if wanted.error_type is not None:
        terms.append(f"coalesce(a.error_type, '{UNKNOWN_ERROR}') = :error")
        values["error"] = wanted.error_type
    if wanted.took is not None:
        terms.append("a.latency_ms >= :low")
        values["low"] = wanted.took.low
        if wanted.took.high is not None:
            terms.append("a.latency_ms < :high")
            values["high"] = wanted.took.high
    if wanted.hedge:
        terms.append("a.hedge = 1")
    if wanted.counted:
        terms.append("a.input_tokens IS NOT NULL")
    return " AND ".join(terms), values
