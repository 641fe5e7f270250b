"""Experiments: which conversation takes part as what, and what its answers became.

An experiment outlives its conversations: before answers are deleted for good, their numbers go
into a table of their own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from providers.billing.money import from_nanos
from providers.experiments.experiment import Arm, Experiment
from providers.experiments.observation import Answer
from providers.learning.outcomes import AnswerOutcome
from storage.clock import from_text, to_seconds
from storage.database import snapshot
from storage.outcomes import OutcomeRow, outcomes

_ASSIGN = """
    INSERT INTO experiments (experiment, conversation_id, arm, assigned_at)
    VALUES (:experiment, :conversation, :arm, :now)
    ON CONFLICT (experiment, conversation_id) DO UPDATE SET arm = excluded.arm,
        assigned_at = excluded.assigned_at
"""
# Who took part before assignments were kept has none.
_ADOPT = """
    INSERT INTO experiments (experiment, conversation_id, arm, assigned_at)
    SELECT experiment, conversation_id, arm, min(started_at) FROM exchanges
    WHERE experiment IS NOT NULL AND arm IS NOT NULL
        AND id IN (SELECT value FROM json_each(:ids))
    GROUP BY experiment, conversation_id
    ON CONFLICT (experiment, conversation_id) DO NOTHING
"""
_KEEP = """
    INSERT INTO experiment_results (assignment_id, arm, provider, outcome, response_ms,
        time_to_first_token_ms, cost_nanos, quality, rating, cached, started_at)
    SELECT a.id, e.arm, e.provider, :outcome, :response, e.time_to_first_token_ms, e.cost_nanos,
        e.quality, r.score, e.cached, e.started_at
    FROM exchanges e
    JOIN experiments a ON a.experiment = e.experiment AND a.conversation_id = e.conversation_id
    LEFT JOIN ratings r ON r.exchange_id = e.id
    WHERE e.id = :id
"""
_KEPT = """
    SELECT 'assignment ' || a.id, k.arm, k.provider, k.outcome, k.response_ms,
        k.time_to_first_token_ms, k.cost_nanos, k.quality, k.rating, k.cached, k.started_at,
        a.conversation_id
    FROM experiment_results k JOIN experiments a ON a.id = k.assignment_id
    WHERE a.experiment = ?
"""
_NAMES = """
    SELECT name FROM (
        SELECT experiment AS name, max(id) AS newest FROM experiments GROUP BY experiment
        UNION ALL
        SELECT experiment, 0 FROM exchanges WHERE experiment IS NOT NULL GROUP BY experiment
    ) GROUP BY name ORDER BY max(newest) DESC, name
"""


@dataclass(frozen=True, slots=True)
class _Dated:
    started_at: datetime
    answer: Answer


def arm_of(db: Database, experiment: Experiment, conversation_id: int) -> Arm | None:
    """Return the arm a conversation has; None while it has none, or one that is gone."""
    row = db.execute(
        "SELECT arm FROM experiments WHERE experiment = ? AND conversation_id = ?",
        [experiment.name, conversation_id],
    ).fetchone()
    if row is None:
        return None
    return next((arm for arm in experiment.arms if arm.name == row[0]), None)


def assign(db: Database, experiment: Experiment, conversation_id: int, *, now: str) -> Arm:
    """Return the arm of a conversation, which it keeps while the configuration has that arm."""
    arm = arm_of(db, experiment, conversation_id)
    if arm is None:
        arm = experiment.draw(str(conversation_id))
        db.execute(
            _ASSIGN,
            {
                "experiment": experiment.name,
                "conversation": conversation_id,
                "arm": arm.name,
                "now": now,
            },
        )
    return arm


def keep(db: Database, exchange_ids: Sequence[int], *, now: datetime) -> None:
    """Keep the numbers of answers that are about to be deleted for good.

    Args:
        db: the database.
        exchange_ids: the answers.
        now: the current instant, to tell what became of the newest. What was not left as it is
            for long enough until then never will be.
    """
    ids = json.dumps(exchange_ids)
    conversations = db.execute(
        "SELECT DISTINCT conversation_id FROM exchanges WHERE experiment IS NOT NULL"
        " AND id IN (SELECT value FROM json_each(?))",
        [ids],
    ).fetchall()
    db.execute(_ADOPT, {"ids": ids})
    going = set(exchange_ids)
    for [conversation_id] in conversations:
        for row in outcomes(db, None, now, conversation_id=conversation_id):
            if row.exchange_id in going and row.experiment is not None and row.arm is not None:
                waited = row.response_time
                values = {
                    "id": row.exchange_id,
                    "outcome": row.outcome,
                    "response": None if waited is None else round(1000 * waited),
                }
                db.execute(_KEEP, values)


def answers(db: Database, experiment: str, now: datetime) -> Sequence[Answer]:
    """Return the answers of an experiment, oldest first, deleted ones included.

    Args:
        db: the database.
        experiment: its name.
        now: the current instant, to tell what became of the newest.
    """
    with snapshot(db):  # else an answer deleted in between would count twice, or not at all
        kept = [_kept(row) for row in db.execute(_KEPT, [experiment])]
        rows = outcomes(db, None, now, experiment=experiment)
    here = [_Dated(row.started_at, _answer(row)) for row in rows if row.arm is not None]
    return tuple(each.answer for each in sorted(kept + here, key=lambda each: each.started_at))


def names(db: Database) -> Sequence[str]:
    """Return the names of all experiments that anything took part in, the newest first."""
    return tuple(name for [name] in db.execute(_NAMES))


def _kept(row: tuple[Any, ...]) -> _Dated:
    unit, arm, provider, outcome, response, first_token, cost, *rest = row
    quality, rating, cached, started_at, conversation_id = rest
    answer = Answer(
        # What is left of a conversation counts with what was deleted of it.
        unit=unit if conversation_id is None else str(conversation_id),
        arm=arm,
        provider=provider,
        outcome=AnswerOutcome(outcome),
        response_time=to_seconds(response),
        time_to_first_token=to_seconds(first_token),
        cost=None if cost is None else from_nanos(cost),
        quality=quality,
        rating=rating,
        cached=bool(cached),
    )
    return _Dated(from_text(started_at), answer)


def _answer(row: OutcomeRow) -> Answer:
    assert row.arm is not None  # the caller looked
    return Answer(
        unit=str(row.conversation_id),
        arm=row.arm,
        provider=row.provider,
        outcome=row.outcome,
        response_time=row.response_time,
        time_to_first_token=row.time_to_first_token,
        cost=row.cost,
        quality=row.quality,
        rating=row.rating,
        cached=row.cached,
    )
