"""Reserving and settling money.

Each is one transaction, so that two processes cannot both spend the last cent of a limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlite_utils import Database

from providers.billing.ledger import AttemptResult, AttemptStart, SpendLimit, Standing, check_limits
from providers.billing.money import to_nanos
from providers.errors import BudgetExceeded, BudgetHeld
from providers.sanitise import sanitise, sanitise_line
from storage import budget, exchanges, recovery, standings
from storage.clock import to_milliseconds, to_text
from storage.conversations import inserted
from storage.database import immediate

_LIFETIME = timedelta(hours=1)  # no call lasts so long; for holders that cannot be asked


def start(
    db: Database, attempt: AttemptStart, *, holder: str, now: datetime
) -> int | BudgetExceeded:
    """Reserve an attempt's worst case and return its id.

    A refusal is returned instead of raised, so that what was settled on the way is committed;
    nothing is recorded of the attempt then.
    """
    refusal = _refusal(db, attempt, now=now)
    if refusal is not None:
        return refusal
    day, began = attempt.day.isoformat(), to_text(now)
    attempt_id = inserted(
        db,
        "INSERT INTO attempts (exchange_id, position, provider, request_model, outcome, day,"
        " started_at, predicted_cost_nanos, predicted_latency_ms, hedge) VALUES (:exchange_id,"
        " :position, :provider, :model, 'started', :day, :now, :predicted, :latency, :hedge)",
        {
            "exchange_id": attempt.exchange_id,
            "position": attempt.position,
            "provider": attempt.provider,
            "model": attempt.model,
            "day": day,
            "now": began,
            "predicted": _nanos(attempt.predicted_cost),
            "latency": to_milliseconds(attempt.predicted_latency),
            "hedge": attempt.hedge,
        },
    )
    db.execute(
        "INSERT INTO reservations (attempt_id, provider, day, hedge, amount_nanos, created_at,"
        " expires_at, holder) VALUES (:attempt_id, :provider, :day, :hedge, :amount, :now,"
        " :expires, :holder)",
        {
            "attempt_id": attempt_id,
            "provider": attempt.provider,
            "day": day,
            "hedge": attempt.hedge,
            "amount": _nanos(attempt.worst_case) or 0,
            "now": began,
            "expires": to_text(now + _LIFETIME),
            "holder": holder,
        },
    )
    return attempt_id


def _refusal(db: Database, attempt: AttemptStart, *, now: datetime) -> BudgetExceeded | None:
    found = [_over_limits(db, attempt), budget.refusal(db, attempt)]
    refusals = [refusal for refusal in found if refusal is not None]
    if not refusals:
        return None
    # Where one is for good, waiting for another would not help.
    refusal = min(refusals, key=lambda each: isinstance(each, BudgetHeld))
    if isinstance(refusal, BudgetHeld) and recovery.settle_abandoned(db, now=now):
        return _refusal(db, attempt, now=now)  # nobody waits for the dead
    return refusal


def _over_limits(db: Database, attempt: AttemptStart) -> BudgetExceeded | None:
    try:
        check_limits(attempt, standings.standing(db, attempt.limits))
    except BudgetExceeded as exceeded:
        return exceeded
    return None


def standing(db: Database, limits: Sequence[SpendLimit], *, now: datetime) -> Sequence[Standing]:
    """Return the standing of each limit, in order, free of what dead processes reserved.

    Args:
        db: the database, outside a transaction: most of the time nothing is written.
        limits: what to look up.
        now: the current instant.
    """
    found = standings.standing(db, limits)
    if any(each.reserved for each in found) and recovery.abandoned(db, now=now):
        with immediate(db):
            recovery.settle_abandoned(db, now=now)
        found = standings.standing(db, limits)
    return found


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
            "cost": _nanos(result.cost),
            "cost_estimated": result.cost_estimated,
            "partial_text": sanitise(result.partial_text),
            "partial_reasoning": sanitise(result.partial_reasoning),
        },
    ).fetchone()
    db.execute("DELETE FROM reservations WHERE attempt_id = ?", [attempt_id])
    if row is not None and row[0] is not None:
        exchanges.derive_cost(db, int(row[0]))


def _nanos(amount: Decimal | None) -> int | None:
    return None if amount is None else to_nanos(amount)


def _line(text: str | None) -> str | None:
    return None if text is None else sanitise_line(text)
