"""The calls and answers behind a number, one by one, each with the way to where it was given."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from providers.billing.money import from_nanos
from providers.learning.outcomes import AnswerOutcome
from storage import outcomes as outcome_rows
from storage.call_filter import CallFilter, CallState, where
from storage.clock import from_text, to_seconds, to_text
from storage.database import snapshot
from storage.rows import ExchangeState

if TYPE_CHECKING:
    from sqlite_utils import Database

# What is in the trash has no place to go to; it was paid for all the same.
_PLACE = """
    e.id, e.conversation_id, e.answer_message_id, c.title,
    c.trashed_at IS NOT NULL OR EXISTS (
        SELECT 1 FROM trashed_messages t WHERE t.message_id = e.answer_message_id)
"""
_CALLS = f"""
    SELECT a.started_at, a.provider, a.request_model, a.cost_nanos, a.latency_ms, a.outcome,
        a.error_type, a.time_to_first_token_ms, {_PLACE}
    FROM attempts a LEFT JOIN exchanges e ON e.id = a.exchange_id
    LEFT JOIN conversations c ON c.id = e.conversation_id
    WHERE {{where}} ORDER BY a.started_at DESC, a.id DESC
"""  # noqa: S608  # ours
_ANSWERS = f"""
    SELECT e.started_at, e.provider, e.model, e.cost_nanos, e.latency_ms, e.state, e.error_type,
        e.time_to_first_token_ms, {_PLACE}, e.saved_nanos, r.score
    FROM exchanges e JOIN conversations c ON c.id = e.conversation_id
    LEFT JOIN ratings r ON r.exchange_id = e.id
    WHERE {{where}} ORDER BY e.started_at DESC, e.id DESC
"""  # noqa: S608  # ours
_RATED = f"""
    SELECT coalesce(e.started_at, r.created_at), r.provider, r.model, e.cost_nanos, e.latency_ms,
        coalesce(e.state, 'complete'), e.error_type, e.time_to_first_token_ms, {_PLACE}, NULL,
        r.score
    FROM ratings r LEFT JOIN exchanges e ON e.id = r.exchange_id
    LEFT JOIN conversations c ON c.id = e.conversation_id
    WHERE r.created_at >= :since AND (:provider IS NULL OR r.provider = :provider)
        AND (:model IS NULL OR r.model = :model)
    ORDER BY 1 DESC, r.id DESC
"""  # noqa: S608  # ours
# Of answers that were deleted for good the numbers are left.
_DELETED = """
    SELECT k.started_at, k.provider, '', k.cost_nanos, k.response_ms, k.outcome, NULL,
        k.time_to_first_token_ms, NULL, NULL, NULL, NULL, NULL, NULL, k.rating
    FROM experiment_results k JOIN experiments x ON x.id = k.assignment_id
    WHERE x.experiment = :experiment AND k.arm = :arm
"""


class AnswerKind(StrEnum):
    """What answers are counted for."""

    REPLAYED = "replayed"
    """They were given before, and nobody was asked."""
    RATED = "rated"
    JUDGED = "judged"
    """It is known whether they were kept."""
    ARM = "arm"
    """They took part in an experiment."""


@dataclass(frozen=True, slots=True)
class AnswerFilter:
    """Answers, however many calls each took.

    Args:
        kind: what they are counted for.
        since: from when on; of ratings, when they were given. Nothing to an experiment.
        provider, model: whose they are, None whoever's.
        experiment, arm: what they took part in, and as what.
    """

    kind: AnswerKind
    since: datetime
    provider: str | None = None
    model: str | None = None
    experiment: str = ""
    arm: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One call, or one answer.

    Args:
        seconds: how long it took, None while it is not known.
        outcome: how a call ended, how far an answer has come, or what became of it.
        exchange_id, conversation_id, message_id: where it was given; None where that is gone.
        title: of its conversation.
        trashed: it is in the trash.
        saved: US dollars that an answer given again had cost the first time.
        rating: 0 to 1.
    """

    started_at: datetime
    provider: str
    model: str
    cost: Decimal | None
    seconds: float | None
    outcome: CallState | ExchangeState | AnswerOutcome
    error_type: str | None
    first_token: float | None
    exchange_id: int | None
    conversation_id: int | None
    message_id: int | None
    title: str | None
    trashed: bool
    saved: Decimal | None = None
    rating: float | None = None


def calls(db: Database, wanted: CallFilter) -> Sequence[Listed]:
    """Return every call that ``wanted`` speaks of, newest first."""
    condition, values = where(wanted)
    rows = db.execute(_CALLS.format(where=condition), values)
    return tuple(_listed(row, CallState(row[5])) for row in rows)


def answers(db: Database, wanted: AnswerFilter, now: datetime) -> Sequence[Listed]:
    """Return every answer that ``wanted`` speaks of, newest first.

    Args:
        db: the database.
        wanted: which.
        now: the current instant, to tell what became of the newest.
    """
    match wanted.kind:
        case AnswerKind.REPLAYED:
            values = {"since": to_text(wanted.since)}
            rows = db.execute(_ANSWERS.format(where="e.cached AND e.started_at >= :since"), values)
            return tuple(_listed(row, ExchangeState(row[5])) for row in rows)
        case AnswerKind.RATED:
            whose = {"provider": wanted.provider, "model": wanted.model}
            rows = db.execute(_RATED, {"since": to_text(wanted.since), **whose})
            return tuple(_listed(row, ExchangeState(row[5])) for row in rows)
        case AnswerKind.JUDGED:
            return _judged(db, wanted, now)
        case AnswerKind.ARM:
            return _of_arm(db, wanted, now)


def _judged(db: Database, wanted: AnswerFilter, now: datetime) -> Sequence[Listed]:
    with snapshot(db):
        found = {
            row.exchange_id: row.outcome
            for row in outcome_rows.outcomes(db, wanted.since, now)
            if is_judged(row) and _is_of(row, wanted)
        }
        return _with_outcomes(db, found)


def _of_arm(db: Database, wanted: AnswerFilter, now: datetime) -> Sequence[Listed]:
    with snapshot(db):
        gone = db.execute(_DELETED, {"experiment": wanted.experiment, "arm": wanted.arm})
        deleted = [_listed(row, AnswerOutcome(row[5])) for row in gone]
        told = outcome_rows.outcomes(db, None, now, experiment=wanted.experiment)
        found = {row.exchange_id: row.outcome for row in told if row.arm == wanted.arm}
        here = _with_outcomes(db, found)
    return tuple(sorted((*here, *deleted), key=lambda each: each.started_at, reverse=True))


def is_judged(row: outcome_rows.OutcomeRow) -> bool:
    """Whether an answer says something of its model: it is known to be kept, or not to be."""
    return row.outcome.kept is not None and not row.cached


def _is_of(row: outcome_rows.OutcomeRow, wanted: AnswerFilter) -> bool:
    provider, model = wanted.provider, wanted.model
    return provider in (None, row.provider) and model in (None, row.model)


def _with_outcomes(db: Database, found: Mapping[int, AnswerOutcome]) -> Sequence[Listed]:
    condition = "e.id IN (SELECT value FROM json_each(:ids))"
    rows = db.execute(_ANSWERS.format(where=condition), {"ids": json.dumps(list(found))})
    listed = (_listed(row, ExchangeState(row[5])) for row in rows)
    return tuple(replace(each, outcome=found[each.exchange_id or 0]) for each in listed)


def _listed(row: tuple[Any, ...], outcome: CallState | ExchangeState | AnswerOutcome) -> Listed:
    started, provider, model, cost, took, _, error, first, *place = row
    exchange, conversation, message, title, trashed, *rest = place
    saved, rating = rest or (None, None)
    return Listed(
        started_at=from_text(started),
        provider=provider,
        model=model,
        cost=_dollars(cost),
        seconds=to_seconds(took),
        outcome=outcome,
        error_type=error,
        first_token=to_seconds(first),
        exchange_id=exchange,
        conversation_id=conversation,
        message_id=message,
        title=title,
        trashed=bool(trashed),
        saved=_dollars(saved),
        rating=rating,
    )


def _dollars(nanos: int | None) -> Decimal | None:
    return None if nanos is None else from_nanos(nanos)
