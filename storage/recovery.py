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
    settle_abandoned(db, now=now)
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


def settle_abandoned(db: Database, *, now: datetime) -> bool:
    """Release reservations of dead processes and those past their time; say if there were any.

    The call may well have been billed before its process died. Nobody will ever tell, so the
    predicted cost is kept, marked as an estimate.

    Args:
        db: the database, inside a transaction.
        now: the current instant.
    """
    left_behind = abandoned(db, now=now)
    for attempt_id in left_behind:
        db.execute("DELETE FROM reservations WHERE attempt_id = ?", [attempt_id])
        db.execute(
            "UPDATE attempts SET outcome = 'abandoned', cost_nanos = predicted_cost_nanos,"
            " cost_estimated = predicted_cost_nanos IS NOT NULL"
            " WHERE id = ? AND outcome = 'started'",
            [attempt_id],
        )
    return bool(left_behind)


def abandoned(db: Database, *, now: datetime) -> list[int]:
    """Return the attempts whose reservations nobody is going to release."""
    attempt_ids: list[int] = []
    # By holder, of whom there are few: asking whether one lives costs system calls.
    for [holder] in db.execute("SELECT DISTINCT holder FROM reservations").fetchall():
        alive = is_alive(holder)
        if alive:
            continue
        rows = db.execute(
            "SELECT attempt_id FROM reservations WHERE holder = :holder"
            " AND (:dead OR expires_at < :now)",
            {"holder": holder, "dead": alive is False, "now": to_text(now)},
        )
        attempt_ids += [int(attempt_id) for [attempt_id] in rows]
    return attempt_ids


def _of_the_dead(rows: Iterable[tuple[int, str, int]]) -> Iterator[int]:
    """Yield ids whose holder is dead, or cannot be asked and is overdue.

    A live holder keeps what it holds however long it takes.
    """
    for row_id, holder, overdue in rows:
        alive = is_alive(holder)
        if alive is False or (alive is None and overdue):
            yield row_id
