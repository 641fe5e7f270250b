"""Queries for how answers came about: their exchanges, and the attempts of each.

Rows are unpacked from plain tuples in the order the query names them; a mapping for each row
would take as long as all the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any

from sqlite_utils import Database

from providers.usage import Usage
from storage.clock import from_text, to_seconds
from storage.rows import AttemptRow, ExchangeRow, ExchangeState

_EXCHANGES = """
    SELECT answer_message_id, id, state, strategy, provider, model, reason, candidates,
        predicted_cost_nanos, cost_nanos, cost_estimated, latency_ms, time_to_first_token_ms,
        finish_reason, error_type, error_message, started_at, finished_at, cached, saved_nanos,
        quality, quality_signals
    FROM exchanges WHERE conversation_id = ?
"""
_ATTEMPTS = """
    SELECT a.exchange_id, a.id, a.position, a.provider, a.request_model, a.response_model,
        a.outcome, a.error_type, a.http_status, a.error_message, a.started_at, a.latency_ms,
        a.time_to_first_token_ms, a.cost_nanos, a.cost_estimated, a.partial_text,
        a.partial_reasoning, a.hedge, a.input_tokens, a.output_tokens, a.cached_tokens,
        a.cache_write_tokens, a.reasoning_tokens, a.usage_estimated
    FROM exchanges e JOIN attempts a ON a.exchange_id = e.id
    WHERE e.conversation_id = ? ORDER BY e.id, a.id
"""
_NANOS_PER_DOLLAR = 10**9
# Looked up by value: an enum's constructor takes several times as long.
_STATES = {state.value: state for state in ExchangeState}


def of_answers(
    db: Database, conversation_id: int, answers: AbstractSet[int]
) -> dict[int, ExchangeRow]:
    """Return the exchanges of some of a conversation's answers, by the id of the answer."""
    exchanges = [row for row in db.execute(_EXCHANGES, [conversation_id]) if row[0] in answers]
    wanted = {row[1] for row in exchanges}
    attempts: defaultdict[int, tuple[AttemptRow, ...]] = defaultdict(tuple)
    for row in db.execute(_ATTEMPTS, [conversation_id]):
        if row[0] in wanted:
            attempts[row[0]] += (_attempt(row),)
    return {row[0]: _exchange(row, attempts.get(row[1], ())) for row in exchanges}


def _exchange(row: tuple[Any, ...], attempts: tuple[AttemptRow, ...]) -> ExchangeRow:
    (
        _,
        exchange_id,
        state,
        strategy,
        provider,
        model,
        reason,
        candidates,
        predicted_cost_nanos,
        cost_nanos,
        cost_estimated,
        latency_ms,
        time_to_first_token_ms,
        finish_reason,
        error_type,
        error_message,
        started_at,
        finished_at,
        cached,
        saved_nanos,
        quality,
        quality_signals,
    ) = row
    return ExchangeRow(
        id=exchange_id,
        state=_STATES[state],
        strategy=strategy,
        provider=provider,
        model=model,
        reason=reason,
        candidates_json=candidates,
        predicted_cost=_dollars(predicted_cost_nanos),
        cost=_dollars(cost_nanos),
        cost_estimated=bool(cost_estimated),
        latency=to_seconds(latency_ms),
        time_to_first_token=to_seconds(time_to_first_token_ms),
        finish_reason=finish_reason,
        error_type=error_type,
        error_message=error_message,
        started_at=from_text(started_at),
        finished_at=None if finished_at is None else from_text(finished_at),
        attempts=attempts,
        cached=bool(cached),
        saved=_dollars(saved_nanos),
        quality=quality,
        signals_json=quality_signals,
    )


def _attempt(row: tuple[Any, ...]) -> AttemptRow:
    (
        _,
        attempt_id,
        position,
        provider,
        request_model,
        response_model,
        outcome,
        error_type,
        http_status,
        error_message,
        started_at,
        latency_ms,
        time_to_first_token_ms,
        cost_nanos,
        cost_estimated,
        partial_text,
        partial_reasoning,
        hedge,
        input_tokens,
        output_tokens,
        cached_tokens,
        cache_write_tokens,
        reasoning_tokens,
        usage_estimated,
    ) = row
    return AttemptRow(
        id=attempt_id,
        position=position,
        provider=provider,
        request_model=request_model,
        response_model=response_model,
        outcome=outcome,
        error_type=error_type,
        http_status=http_status,
        error_message=error_message,
        started_at=from_text(started_at),
        latency=to_seconds(latency_ms),
        time_to_first_token=to_seconds(time_to_first_token_ms),
        usage=None
        if input_tokens is None
        else Usage(
            input_tokens,
            output_tokens,
            cached_tokens,
            cache_write_tokens,
            reasoning_tokens,
            bool(usage_estimated),
        ),
        cost=_dollars(cost_nanos),
        cost_estimated=bool(cost_estimated),
        partial_text=partial_text,
        partial_reasoning=partial_reasoning,
        hedge=bool(hedge),
    )


def _dollars(nanos: int | None) -> Decimal | None:
    # As exact as ``from_nanos``, since SQLite's integers have fewer digits than decimals keep,
    # and a fifth of its time, which counts with three amounts an answer.
    return None if nanos is None else Decimal(nanos) / _NANOS_PER_DOLLAR
