"""Writes along the path of one message, from the question to its last word."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlite_utils import Database

from providers.billing.money import to_nanos
from providers.errors import AllProvidersFailed, ProviderError, TelexError
from providers.events import CandidateView, Completed, RouteChosen
from providers.quality.assessment import Assessment
from providers.sanitise import sanitise, sanitise_line
from storage import conversations, tree
from storage.clock import to_milliseconds
from storage.conversations import inserted
from storage.errors import NotFound
from storage.rows import ExchangeIds, ExchangeState

# Whose words there are: after a fallback not those of who was chosen.
_WHOSE_WORDS = """
    SELECT coalesce(w.provider, e.provider), coalesce(w.request_model, e.model) FROM exchanges e
    LEFT JOIN (
        SELECT provider, request_model FROM attempts
        WHERE exchange_id = :id AND partial_text != '' ORDER BY id DESC LIMIT 1
    ) AS w WHERE e.id = :id
"""
_DERIVE_COST = """
    UPDATE exchanges SET (cost_nanos, cost_estimated) = (
        SELECT CASE WHEN count(*) = count(cost_nanos) THEN coalesce(sum(cost_nanos), 0) END,
               coalesce(max(cost_estimated), 0)
        FROM attempts WHERE exchange_id = :id
    ) WHERE id = :id
"""


def add_question(
    db: Database, conversation_id: int, *, text: str, parent_id: int | None, now: str
) -> int:
    """Add the person's message, to the byte, and return its id."""
    searchable = text.encode(errors="replace").decode()
    exact = None if searchable == text else text.encode(errors="surrogatepass")
    return inserted(
        db,
        "INSERT INTO messages (conversation_id, parent_id, role, content, content_exact,"
        " created_at) VALUES (:conversation_id, :parent_id, 'user', :content, :exact, :now)",
        {
            "conversation_id": conversation_id,
            "parent_id": parent_id,
            "content": searchable,
            "exact": exact,
            "now": now,
        },
    )


def begin(
    db: Database,
    conversation_id: int,
    user_message_id: int,
    *,
    strategy: str,
    holder: str,
    now: str,
) -> ExchangeIds:
    """Add a pending answer to a question, and the exchange that joins them.

    The path to the new answer is the conversation's current one from now on.
    """
    answer_message_id = inserted(
        db,
        "INSERT INTO messages (conversation_id, parent_id, role, created_at)"
        " VALUES (:conversation_id, :parent_id, 'assistant', :now)",
        {"conversation_id": conversation_id, "parent_id": user_message_id, "now": now},
    )
    exchange_id = inserted(
        db,
        "INSERT INTO exchanges (conversation_id, user_message_id, answer_message_id, strategy,"
        " state, holder, started_at) VALUES (:conversation_id, :user_message_id,"
        " :answer_message_id, :strategy, 'pending', :holder, :now)",
        {
            "conversation_id": conversation_id,
            "user_message_id": user_message_id,
            "answer_message_id": answer_message_id,
            "strategy": strategy,
            "holder": holder,
            "now": now,
        },
    )
    conversations.touch(db, conversation_id, now=now)
    tree.set_current(db, conversation_id, answer_message_id)
    return ExchangeIds(exchange_id, conversation_id, user_message_id, answer_message_id)


def record_route(db: Database, exchange_id: int, route: RouteChosen) -> None:
    """Keep who was chosen, why, and who else was considered."""
    chosen = (route.provider, route.model)
    predicted = next(
        (c.predicted_cost for c in route.candidates if (c.provider, c.model) == chosen), None
    )
    db.execute(
        "UPDATE exchanges SET provider = :provider, model = :model, strategy = :strategy,"
        " reason = :reason, candidates = :candidates, predicted_cost_nanos = :predicted,"
        " task = :task, experiment = :experiment, arm = :arm, explored = :explored"
        " WHERE id = :id",
        {
            "id": exchange_id,
            "provider": route.provider,
            "model": sanitise_line(route.model),
            "strategy": route.strategy,
            "reason": sanitise_line(route.reason),
            "candidates": _candidates_json(route.candidates),
            "predicted": None if predicted is None else to_nanos(predicted),
            "task": route.task,
            "experiment": route.experiment,
            "arm": route.arm,
            "explored": route.explored,
        },
    )


def _candidates_json(candidates: Sequence[CandidateView]) -> str:
    return json.dumps(
        [
            {
                "provider": c.provider,
                "model": sanitise_line(c.model),
                "usable": c.usable,
                "reason": sanitise_line(c.reason),
                "predicted_cost_nanos": None
                if c.predicted_cost is None
                else to_nanos(c.predicted_cost),
                "predicted_latency": c.predicted_latency,
                "quality": c.quality,
            }
            for c in candidates
        ],
        ensure_ascii=False,
    )


def save_progress(db: Database, exchange_id: int, *, text: str, reasoning: str) -> None:
    """Keep the answer so far. A word that comes late never reopens a finished exchange."""
    open_ = db.execute(
        "UPDATE exchanges SET state = 'streaming'"
        " WHERE id = ? AND state IN ('pending', 'streaming')",
        [exchange_id],
    )
    if open_.rowcount:
        _save_answer(db, exchange_id, text, reasoning)


def complete(db: Database, exchange_id: int, done: Completed, *, now: str) -> None:
    """Keep the whole answer and its numbers."""
    cost = done.total_cost
    conversation_id = _finish(
        db,
        exchange_id,
        "provider = :provider, model = :model, cost_nanos = :cost,"
        " cost_estimated = :cost_estimated, latency_ms = :latency_ms,"
        " time_to_first_token_ms = :ttft_ms, finish_reason = :finish_reason,"
        " cached = :cached, saved_nanos = :saved, task = coalesce(task, :task),"
        # A judge may have been quicker, and knew of the signals.
        " quality_signals = CASE WHEN quality IS NULL THEN :signals ELSE quality_signals END,"
        " quality = coalesce(quality, :quality),"
        " error_type = NULL, error_message = NULL",
        {
            "state": ExchangeState.COMPLETE,
            "provider": done.provider,
            "model": sanitise_line(done.model),
            "cost": None if cost is None else to_nanos(cost),
            "cost_estimated": done.cost_estimated,
            "latency_ms": to_milliseconds(done.latency),
            "ttft_ms": to_milliseconds(done.time_to_first_token),
            "finish_reason": done.finish.kind.value,
            "cached": done.cached,
            "task": done.task,
            **_quality(done.assessment),
            "saved": None if done.saved is None else to_nanos(done.saved),
            "now": now,
        },
    )
    _save_answer(db, exchange_id, done.text, done.reasoning)
    conversations.touch(db, conversation_id, now=now)


def assess(db: Database, exchange_id: int, assessment: Assessment) -> None:
    """Keep how good an answer is thought to be, in place of what was thought before."""
    db.execute(
        "UPDATE exchanges SET quality = :quality, quality_signals = :signals WHERE id = :id",
        {"id": exchange_id, **_quality(assessment)},
    )


def _quality(assessment: Assessment | None) -> dict[str, object]:
    if assessment is None:
        return {"quality": None, "signals": "[]"}
    signals = [
        {"kind": each.kind, "severity": each.severity, "words": sanitise_line(each.words)}
        for each in assessment.signals
    ]
    return {"quality": assessment.score, "signals": json.dumps(signals, ensure_ascii=False)}


def interrupt(
    db: Database,
    exchange_id: int,
    *,
    state: ExchangeState,
    text: str,
    reasoning: str,
    error: TelexError | None,
    now: str,
) -> None:
    """Keep what there is of an answer that will not be completed, and why."""
    conversation_id = _finish(
        db,
        exchange_id,
        "error_type = :error_type, error_message = :error_message,"
        f" (provider, model) = ({_WHOSE_WORDS})",
        {
            "state": state,
            "error_type": None if error is None else error_type(error),
            "error_message": None if error is None else sanitise(str(error)),
            "now": now,
        },
    )
    _save_answer(db, exchange_id, text, reasoning)
    derive_cost(db, exchange_id)
    conversations.touch(db, conversation_id, now=now)


def derive_cost(db: Database, exchange_id: int) -> None:
    """Set an exchange's cost to that of its attempts: unknown when one of them is."""
    db.execute(_DERIVE_COST, {"id": exchange_id})


def error_type(error: TelexError) -> str:
    """Return the stable word for ``error`` that the ledger keeps."""
    if isinstance(error, ProviderError):
        return error.kind
    return "all_failed" if isinstance(error, AllProvidersFailed) else type(error).__name__


def _finish(db: Database, exchange_id: int, columns: str, values: dict[str, object]) -> int:
    row = db.execute(
        f"UPDATE exchanges SET state = :state, finished_at = :now, {columns}"  # noqa: S608  # ours
        " WHERE id = :id RETURNING conversation_id",
        {**values, "id": exchange_id},
    ).fetchone()
    if row is None:
        raise NotFound(f"there is no exchange {exchange_id}; it may have been deleted")
    return int(row[0])


def _save_answer(db: Database, exchange_id: int, text: str, reasoning: str) -> None:
    db.execute(
        "UPDATE messages SET content = :content, reasoning = :reasoning"
        " WHERE id = (SELECT answer_message_id FROM exchanges WHERE id = :id)",
        {"id": exchange_id, "content": sanitise(text), "reasoning": sanitise(reasoning)},
    )
