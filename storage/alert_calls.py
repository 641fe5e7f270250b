"""The calls that alerts are judged by, from the attempts of all telex processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from providers.alerts.calls import CallOutcome, CallRecord, outcome_of
from providers.billing.ledger import AttemptOutcome
from providers.billing.money import from_nanos
from providers.quality.judging import JUDGING
from storage.clock import from_text, to_seconds, to_text

if TYPE_CHECKING:
    from sqlite_utils import Database

_LONGEST_CALL = timedelta(hours=1)  # no call lasts so long, see storage.attempts
_ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class FinishedCalls:
    """What a look at the ledger found.

    Args:
        calls: by the attempt's id, those that ended.
        settled: every attempt up to this id has ended; the next look may begin behind it.
    """

    calls: Mapping[int, CallRecord]
    settled: int


def finished_calls(
    db: Database, *, since: datetime | None = None, behind: int = 0
) -> FinishedCalls:
    """Return the calls that have ended.

    Args:
        db: the database.
        since: only those that ended then or later; None is all.
        behind: only attempts with a greater id, see ``FinishedCalls.settled``.
    """
    begun = "" if since is None else to_text(since - _LONGEST_CALL)
    earliest = None if since is None else since.timestamp()
    calls: dict[int, CallRecord] = {}
    settled = _settled(db, behind)  # first, so that whatever it covers is among the rows
    for row in db.query(
        "SELECT id, provider, outcome, error_type, day, started_at, latency_ms,"
        " time_to_first_token_ms, input_tokens, output_tokens, cost_nanos FROM attempts"
        " WHERE id > :behind AND started_at >= :begun AND outcome != 'started' ORDER BY id",
        {"behind": behind, "begun": begun},
    ):
        call = _call(row)
        if earliest is None or call.ended >= earliest:
            calls[row["id"]] = call
    return FinishedCalls(calls, settled)


def _settled(db: Database, behind: int) -> int:
    """Return the id up to which every attempt has ended; one under way has a reservation."""
    [found] = db.execute(
        "SELECT coalesce((SELECT min(attempt_id) - 1 FROM reservations WHERE attempt_id > :behind),"
        " (SELECT max(id) FROM attempts), 0)",
        {"behind": behind},
    ).fetchone()
    return max(int(found), behind)


def _call(row: Mapping[str, Any]) -> CallRecord:
    cost = row["cost_nanos"]
    began = round(from_text(row["started_at"]).timestamp() * 1000)
    return CallRecord(
        # From whole milliseconds, so that every process finds the same instant.
        ended=(began + (row["latency_ms"] or 0)) / 1000,
        provider=row["provider"].removesuffix(JUDGING),
        outcome=_outcome(row),
        day=date.fromisoformat(row["day"]),
        latency=(row["latency_ms"] or 0) / 1000,
        time_to_first_token=to_seconds(row["time_to_first_token_ms"]),
        cost=None if cost is None else from_nanos(cost),
        tokens=(row["input_tokens"] or 0) + (row["output_tokens"] or 0),
    )


def _outcome(row: Mapping[str, Any]) -> CallOutcome:
    """Return what the call says; when its process died, nobody knows how it ended."""
    if row["outcome"] == _ABANDONED:
        return CallOutcome.UNJUDGED
    return outcome_of(AttemptOutcome(row["outcome"]), row["error_type"])
