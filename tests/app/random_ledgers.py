"""Ledgers of whatever may be in one: calls of every kind, with and without a conversation."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from storage.clock import to_text

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
PROVIDERS = ("openai", "groq", "local", "mine")
ERRORS = ("rate_limit", "timeout", "auth", "unavailable", None)


@dataclass(frozen=True, slots=True)
class Call:
    """One call, and where it was made: 0 is in no conversation."""

    talk: int
    hours_ago: int
    provider: str
    model: str
    outcome: str
    error: str | None
    cost: int | None
    latency: int | None
    first_token: int | None
    tokens: int | None
    hedge: bool
    cached: bool
    trashed: bool
    rating: float | None


calls = st.builds(
    Call,
    talk=st.integers(0, 3),
    hours_ago=st.integers(0, 24 * 45),
    provider=st.sampled_from(PROVIDERS),
    model=st.sampled_from(("large", "small")),
    outcome=st.sampled_from(("ok", "ok", "ok", "failed", "cancelled", "abandoned", "started")),
    error=st.sampled_from(ERRORS),
    cost=st.none() | st.integers(0, 10**9),
    latency=st.sampled_from((None, 0, 249, 250, 499, 500, 59_999, 60_000)) | st.integers(0, 90_000),
    first_token=st.none() | st.integers(0, 5_000),
    tokens=st.none() | st.integers(0, 10_000),
    hedge=st.booleans(),
    cached=st.booleans(),
    trashed=st.booleans(),
    rating=st.none() | st.sampled_from((0.0, 0.25, 0.5, 1.0)),
)
ledgers = st.lists(calls, max_size=40)

_TABLES = ("ratings", "attempts", "standings", "exchanges", "messages", "conversations")
_STATES = {"ok": "complete", "failed": "failed", "started": "pending", "cancelled": "stopped"}


def fill(path: Path, made: Sequence[Call]) -> None:
    """Let ``made`` be all that is in the ledger at ``path``; conversation 3 is in the trash."""
    with closing(sqlite3.connect(path)) as db, db:
        for table in _TABLES:
            db.execute(f"DELETE FROM {table}")  # ours
        for talk in {1, 2, 3, *(call.talk for call in made)} - {0}:
            trashed = to_text(NOW) if talk == 3 else None
            db.execute(
                "INSERT INTO conversations (id, title, created_at, updated_at, trashed_at)"
                " VALUES (?, ?, ?, ?, ?)",
                [talk, f"Talk {talk}", to_text(NOW), to_text(NOW), trashed],
            )
        for number, call in enumerate(made, 1):
            _insert(db, number, call)


def _insert(db: sqlite3.Connection, number: int, call: Call) -> None:
    began = NOW - timedelta(hours=call.hours_ago)
    at, exchange = to_text(began), number if call.talk else None
    if call.talk:
        question, answer = 2 * number, 2 * number + 1
        db.execute(
            "INSERT INTO messages (id, conversation_id, parent_id, role, created_at) VALUES (?, ?,"
            # Now and then a question replaces the first one instead of following the last answer.
            " (SELECT max(id) FROM messages WHERE conversation_id = ? AND role = 'assistant'"
            " AND ? % 4), 'user', ?)",
            [question, call.talk, call.talk, number, at],
        )
        db.execute(
            "INSERT INTO messages (id, conversation_id, parent_id, role, created_at)"
            " VALUES (?, ?, ?, 'assistant', ?)",
            [answer, call.talk, question, at],
        )
        db.execute(
            "INSERT INTO exchanges (id, conversation_id, user_message_id, answer_message_id,"
            " strategy, provider, model, state, cost_nanos, latency_ms, cached, saved_nanos,"
            " holder, started_at, finished_at)"
            " VALUES (?, ?, ?, ?, 'cost', ?, ?, ?, ?, ?, ?, ?, '', ?, ?)",
            [
                *(number, call.talk, question, answer, call.provider, call.model),
                *(_STATES.get(call.outcome, "interrupted"), call.cost, call.latency, call.cached),
                *(call.cost if call.cached else None, at, at),
            ],
        )
    db.execute(
        "INSERT INTO attempts (id, exchange_id, position, provider, request_model, outcome,"
        " error_type, day, started_at, latency_ms, time_to_first_token_ms, input_tokens,"
        " output_tokens, cached_tokens, cache_write_tokens, reasoning_tokens, cost_nanos, hedge)"
        " VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, ?, ?)",
        [
            *(number, exchange, call.provider, call.model, call.outcome),
            *(call.error if call.outcome == "failed" else None, began.date().isoformat(), at),
            *(call.latency, call.first_token, call.tokens, call.cost, call.hedge),
        ],
    )
    if call.rating is not None:
        # Without an exchange: the conversation was deleted, and what was learnt stays.
        db.execute(
            "INSERT INTO ratings (exchange_id, provider, model, score, created_at)"
            " VALUES (?, ?, ?, ?, ?)",
            [exchange, call.provider, call.model, call.rating, at],
        )
