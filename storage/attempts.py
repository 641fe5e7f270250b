"""Reserving and settling money.

Each is one transaction, so that two processes cannot both spend the last cent of a limit.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlite_utils import Database

from providers.ledger import AttemptResult, AttemptStart, check_daily_limit
from providers.money import from_nanos, to_nanos
from providers.sanitise import sanitise, sanitise_line
from storage import exchanges, recovery
from storage.clock import to_milliseconds, to_text
from storage.conversations import inserted

_LIFETIME = timedelta(hours=1)  # no call lasts so long; for holders that cannot be asked


def start(db: Database, attempt: AttemptStart, *, holder: str, now: datetime) -> int:
    """Reserve an attempt's worst case and return its id.

    Raises:
        BudgetExceeded: the daily limit does not allow it; nothing is recorded.
    """
    day = attempt.day.isoformat()
    if attempt.daily_limit is not None:
        recovery.settle_abandoned(db, provider=attempt.provider, now=now)
        check_daily_limit(
            attempt,
            spent=from_nanos(_spent_nanos(db, attempt.provider, day)),
            reserved=from_nanos(_reserved_nanos(db, attempt.provider, day)),
        )
    predicted, worst = attempt.predicted_cost, attempt.worst_case
    attempt_id = inserted(
        db,
        "INSERT INTO attempts (exchange_id, position, provider, request_model, outcome, day,"
        " started_at, predicted_cost_nanos) VALUES (:exchange_id, :position, :provider, :model,"
        " 'started', :day, :now, :predicted)",
        {
            "exchange_id": attempt.exchange_id,
            "position": attempt.position,
            "provider": attempt.provider,
            "model": attempt.model,
            "day": day,
            "now": to_text(now),
            "predicted": None if predicted is None else to_nanos(predicted),
        },
    )
    inserted(
        db,
        "INSERT INTO reservations (attempt_id, provider, day, amount_nanos, created_at,"
        " expires_at, holder) VALUES (:attempt_id, :provider, :day, :amount, :now, :expires,"
        " :holder)",
        {
            "attempt_id": attempt_id,
            "provider": attempt.provider,
            "day": day,
            "amount": 0 if worst is None else to_nanos(worst),
            "now": to_text(now),
            "expires": to_text(now + _LIFETIME),
            "holder": holder,
        },
    )
    return attempt_id


def finish(db: Database, attempt_id: int, result: AttemptResult) -> None:
    """Record how an attempt ended and release its reservation. The first word counts.

    A process taken for dead may still report: its numbers then replace the guess.
    """
    error, usage = result.error, result.usage
    row = db.execute(
        """
        UPDATE attempts SET
            outcome = :outcome, error_type = :error_type, http_status = :http_status,
            error_message = :error_message, retry_after_s = :retry_after,
            response_model = :response_model, finish_reason = :finish_reason,
            latency_ms = :latency_ms, time_to_first_token_ms = :ttft_ms,
            input_tokens = :input, output_tokens = :output, cached_tokens = :cached,
            cache_write_tokens = :cache_write, reasoning_tokens = :reasoning,
            usage_estimated = :usage_estimated, cost_nanos = :cost,
            cost_estimated = :cost_estimated, partial_text = :partial_text,
            partial_reasoning = :partial_reasoning
        WHERE id = :id AND outcome IN ('started', 'abandoned') RETURNING exchange_id
        """,
        {
            "id": attempt_id,
            "outcome": result.outcome,
            "error_type": None if error is None else error.kind,
            "http_status": None if error is None else error.status,
            "error_message": None if error is None else sanitise(error.message),
            "retry_after": None if error is None else error.retry_after,
            "response_model": _line(result.response_model),
            "finish_reason": _line(result.finish_reason),
            "latency_ms": to_milliseconds(result.latency),
            "ttft_ms": to_milliseconds(result.time_to_first_token),
            "input": None if usage is None else usage.input_tokens,
            "output": None if usage is None else usage.output_tokens,
            "cached": None if usage is None else usage.cached_tokens,
            "cache_write": None if usage is None else usage.cache_write_tokens,
            "reasoning": None if usage is None else usage.reasoning_tokens,
            "usage_estimated": usage is not None and usage.estimated,
            "cost": None if result.cost is None else to_nanos(result.cost),
            "cost_estimated": result.cost_estimated,
            "partial_text": sanitise(result.partial_text),
            "partial_reasoning": sanitise(result.partial_reasoning),
        },
    ).fetchone()
    db.execute("DELETE FROM reservations WHERE attempt_id = ?", [attempt_id])
    if row is not None and row[0] is not None:
        exchanges.derive_cost(db, int(row[0]))


def spent_nanos_on(db: Database, provider: str, day: date) -> int:
    """Return the known cost of ``provider`` on a local day, in nano-dollars."""
    return _spent_nanos(db, provider, day.isoformat())


def _spent_nanos(db: Database, provider: str, day: str) -> int:
    [nanos] = db.execute(
        "SELECT coalesce(sum(cost_nanos), 0) FROM attempts WHERE provider = ? AND day = ?",
        [provider, day],
    ).fetchone()
    return int(nanos)


def _reserved_nanos(db: Database, provider: str, day: str) -> int:
    [nanos] = db.execute(
        "SELECT coalesce(sum(amount_nanos), 0) FROM reservations WHERE provider = ? AND day = ?",
        [provider, day],
    ).fetchone()
    return int(nanos)


def _line(text: str | None) -> str | None:
    return None if text is None else sanitise_line(text)
