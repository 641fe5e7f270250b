"""Queries that rebuild a conversation as it is painted."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlite_utils import Database

from providers.billing.money import from_nanos
from providers.events import CandidateView
from providers.messages import Role
from providers.usage import Usage
from storage.clock import from_text, to_seconds
from storage.rows import AttemptRow, ExchangeRow, ExchangeState, MessageRow

Row = Mapping[str, Any]


def load(db: Database, conversation_id: int, *, through: int | None) -> Sequence[MessageRow]:
    """Return the path through ``through`` (None: the newest message), root first."""
    key = {"id": conversation_id}
    rows = {
        row["id"]: row
        for row in db.query("SELECT * FROM messages WHERE conversation_id = :id ORDER BY id", key)
    }
    siblings: defaultdict[int | None, list[int]] = defaultdict(list)
    for message_id, row in rows.items():
        siblings[row["parent_id"]].append(message_id)
    exchanges = _exchanges(db, conversation_id)
    return tuple(
        _message(rows[message_id], exchanges.get(message_id), siblings)
        for message_id in _path(rows, through)
    )


def _path(rows: Mapping[int, Row], through: int | None) -> list[int]:
    """Return message ids from the root to the newest leaf, by way of ``through``.

    Ids grow with time and a child is younger than its parent, so the newest descendant is the
    largest id whose ancestors include ``through``: one pass in order finds it.
    """
    if not rows or (through is not None and through not in rows):
        return []
    if through is None:
        leaf = max(rows)
    else:
        below = {through}
        for message_id, row in rows.items():
            if row["parent_id"] in below:
                below.add(message_id)
        leaf = max(below)
    path: list[int] = []
    at: int | None = leaf
    while at is not None:
        path.append(at)
        at = rows[at]["parent_id"]
    return path[::-1]


def _message(
    row: Row, exchange: ExchangeRow | None, siblings: Mapping[int | None, Sequence[int]]
) -> MessageRow:
    exact: bytes | None = row["content_exact"]
    return MessageRow(
        id=row["id"],
        conversation_id=row["conversation_id"],
        parent_id=row["parent_id"],
        role=Role(row["role"]),
        content=row["content"] if exact is None else exact.decode(errors="surrogatepass"),
        reasoning=row["reasoning"],
        created_at=from_text(row["created_at"]),
        exchange=exchange,
        versions=tuple(siblings[row["parent_id"]]),
    )


def _exchanges(db: Database, conversation_id: int) -> dict[int, ExchangeRow]:
    """Return a conversation's exchanges by the id of their answer."""
    key = {"id": conversation_id}
    attempts: defaultdict[int, list[AttemptRow]] = defaultdict(list)
    for row in db.query(
        "SELECT a.* FROM attempts a JOIN exchanges e ON e.id = a.exchange_id"
        " WHERE e.conversation_id = :id ORDER BY a.id",
        key,
    ):
        attempts[row["exchange_id"]].append(_attempt(row))
    return {
        row["answer_message_id"]: _exchange(row, attempts[row["id"]])
        for row in db.query("SELECT * FROM exchanges WHERE conversation_id = :id", key)
    }


def _exchange(row: Row, attempts: Sequence[AttemptRow]) -> ExchangeRow:
    finished_at = row["finished_at"]
    return ExchangeRow(
        id=row["id"],
        state=ExchangeState(row["state"]),
        strategy=row["strategy"],
        provider=row["provider"],
        model=row["model"],
        reason=row["reason"],
        candidates=tuple(_candidate(candidate) for candidate in json.loads(row["candidates"])),
        predicted_cost=_dollars(row["predicted_cost_nanos"]),
        cost=_dollars(row["cost_nanos"]),
        cost_estimated=bool(row["cost_estimated"]),
        latency=to_seconds(row["latency_ms"]),
        time_to_first_token=to_seconds(row["time_to_first_token_ms"]),
        finish_reason=row["finish_reason"],
        error_type=row["error_type"],
        error_message=row["error_message"],
        started_at=from_text(row["started_at"]),
        finished_at=None if finished_at is None else from_text(finished_at),
        attempts=tuple(attempts),
    )


def _candidate(values: Row) -> CandidateView:
    return CandidateView(
        provider=values["provider"],
        model=values["model"],
        usable=values["usable"],
        reason=values["reason"],
        predicted_cost=_dollars(values["predicted_cost_nanos"]),
        predicted_latency=values["predicted_latency"],
        quality=values["quality"],
    )


def _attempt(row: Row) -> AttemptRow:
    return AttemptRow(
        id=row["id"],
        position=row["position"],
        provider=row["provider"],
        request_model=row["request_model"],
        response_model=row["response_model"],
        outcome=row["outcome"],
        error_type=row["error_type"],
        http_status=row["http_status"],
        error_message=row["error_message"],
        started_at=from_text(row["started_at"]),
        latency=to_seconds(row["latency_ms"]),
        time_to_first_token=to_seconds(row["time_to_first_token_ms"]),
        usage=_usage(row),
        cost=_dollars(row["cost_nanos"]),
        cost_estimated=bool(row["cost_estimated"]),
        partial_text=row["partial_text"],
        partial_reasoning=row["partial_reasoning"],
        hedge=bool(row["hedge"]),
    )


def _usage(row: Row) -> Usage | None:
    if row["input_tokens"] is None:
        return None
    return Usage(
        input_tokens=row["input_tokens"],
        output_tokens=row["output_tokens"],
        cached_tokens=row["cached_tokens"],
        cache_write_tokens=row["cache_write_tokens"],
        reasoning_tokens=row["reasoning_tokens"],
        estimated=bool(row["usage_estimated"]),
    )


def _dollars(nanos: int | None) -> Decimal | None:
    return None if nanos is None else from_nanos(nanos)
