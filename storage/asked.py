"""What was asked and who was chosen for it, for who learns the kinds of question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlite_utils import Database

from providers.billing.money import from_nanos
from providers.classify import TaskKind
from storage.clock import from_text, to_text

LONGEST_QUESTION = 300
"""Characters: to look into hundreds of longer ones would be felt at a start."""
_ASKED = """
    SELECT e.id, e.strategy, e.explored, e.task, e.started_at, e.finished_at, a.content = '',
        CASE WHEN length(q.content) <= :longest THEN q.content END,
        (SELECT max(input_tokens) FROM attempts WHERE exchange_id = e.id)
    FROM exchanges e JOIN messages q ON q.id = e.user_message_id
        JOIN messages a ON a.id = e.answer_message_id
    WHERE e.provider IS NOT NULL AND e.model IS NOT NULL
    ORDER BY e.id DESC LIMIT :limit
"""
_TRIES = """
    SELECT coalesce(sum(predicted_cost_nanos), 0) FROM exchanges
    WHERE explored AND NOT cached AND started_at >= ?
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question that somebody was chosen for.

    Args:
        strategy: the strategy's name.
        explored: a try.
        task: the kind of task, None where nobody looked.
        started_at: when it was asked.
        seconds: until it was over, None while it is not.
        wordless: no word of an answer came.
        question: its text; None where it is longer than ``LONGEST_QUESTION``.
        input_tokens: of the whole request; None where nobody was asked.
    """

    exchange_id: int
    strategy: str
    explored: bool
    task: TaskKind | None
    started_at: datetime
    seconds: float | None
    wordless: bool
    question: str | None
    input_tokens: int | None


def asked(db: Database, limit: int) -> Sequence[Asked]:
    """Return the newest questions that somebody was chosen for, oldest first."""
    found = db.execute(_ASKED, {"longest": LONGEST_QUESTION, "limit": limit}).fetchall()
    rows = []
    for row in reversed(found):
        number, strategy, explored, task, started, finished, wordless, question, tokens = row
        began = from_text(started)
        rows.append(
            Asked(
                number,
                strategy,
                bool(explored),
                None if task is None else TaskKind(task),
                began,
                None if finished is None else (from_text(finished) - began).total_seconds(),
                bool(wordless),
                question,
                tokens,
            )
        )
    return rows


def tries_cost(db: Database, since: datetime) -> Decimal:
    """Return the US dollars that tries since an instant were expected to cost, in full."""
    [nanos] = db.execute(_TRIES, [to_text(since)]).fetchone()
    return from_nanos(nanos)
