"""Cleaning up after processes that died in the middle: their answers, calls and reservations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlite_utils import Database

from storage import exchanges
from storage.clock import to_text
from storage.holder import is_alive

_PATIENCE = timedelta(hours=1)  # with holders on another machine, who cannot be asked


def recover(db: Database, *, now: datetime) -> int:
    """Close what dead processes left open. Returns how many exchanges were interrupted.

    Whatever belongs to another telex that still runs is left alone.
    """
    settle_abandoned(db, provider=None, now=now)
    rows = db.execute(
        "SELECT id, holder, started_at < ? FROM exchanges WHERE state IN ('pending', 'streaming')",
        [to_text(now - _PATIENCE)],
    ).fetchall()
    left_behind = list(_of_the_dead(rows))
    for exchange_id in left_behind:
        db.execute(
            "UPDATE exchanges SET state = 'interrupted', finished_at = :now,"
            " error_type = 'interrupted', error_message = 'telex ended before the answer did'"
            " WHERE id = :id",
            {"id": exchange_id, "now": to_text(now)},
        )
        exchanges.derive_cost(db, exchange_id)
    return len(left_behind)


def settle_abandoned(db: Database, *, provider: str | None, now: datetime) -> None:
    """Release reservations of dead processes and those past their time.

    The call may well have been billed before its process died. Nobody will ever tell, so the
    predicted cost is kept, marked as an estimate.

    Args:
        db: the database, inside a transaction.
        provider: only this one's, or None for all.
        now: the current instant.
    """
    rows = db.execute(
        "SELECT attempt_id, holder, expires_at < :now FROM reservations"
        " WHERE :provider IS NULL OR provider = :provider",
        {"now": to_text(now), "provider": provider},
    ).fetchall()
    for attempt_id in _of_the_dead(rows):
        db.execute("DELETE FROM reservations WHERE attempt_id = ?", [attempt_id])
        db.execute(
            "UPDATE attempts SET outcome = 'abandoned', cost_nanos = predicted_cost_nanos,"
            " cost_estimated = predicted_cost_nanos IS NOT NULL"
            " WHERE id = ? AND outcome = 'started'",
            [attempt_id],
        )


def _of_the_dead(rows: Iterable[tuple[int, str, int]]) -> Iterator[int]:
    """Yield ids whose holder is dead, or cannot be asked and is overdue.

    A live holder keeps what it holds however long it takes.
    """
    for row_id, holder, overdue in rows:
        alive = is_alive(holder)
        if alive is False or (alive is None and overdue):
            yield row_id
