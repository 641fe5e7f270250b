"""Queries that rebuild a conversation as it is painted.

A conversation may have 10,000 messages and opens at once: rows are plain tuples, whole tables are
read in order instead of by message, and nothing is made of what is off the path.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from providers.billing.money import from_nanos
from providers.messages import Role
from storage import attachments, exchange_rows
from storage.clock import from_text
from storage.database import snapshot
from storage.errors import NotFound
from storage.recall import exact
from storage.rows import MessageRow, Rating, Settled

Row = tuple[Any, ...]

_TREE = """
    SELECT m.id, m.parent_id FROM messages m WHERE m.conversation_id = :id AND NOT EXISTS
        (SELECT 1 FROM trashed_messages t WHERE t.message_id = m.id) ORDER BY m.id
"""
_MESSAGES = """
    SELECT id, role, content, content_exact, reasoning, created_at FROM messages
    WHERE conversation_id = :id ORDER BY id
"""
_RATINGS = """
    SELECT e.answer_message_id, r.provider, r.model, r.score, r.word, r.created_at
    FROM exchanges e JOIN ratings r ON r.exchange_id = e.id WHERE e.conversation_id = ?
"""
# Looked up by value: an enum's constructor takes several times as long.
_ROLES = {role.value: role for role in Role}


def load(db: Database, conversation_id: int, *, through: int | None) -> Sequence[MessageRow]:
    """Return the path through ``through`` (None: the current path), root first."""
    key = {"id": conversation_id}
    with snapshot(db):
        found = db.execute(
            "SELECT current_message_id FROM conversations WHERE id = :id AND trashed_at IS NULL",
            key,
        ).fetchone()
        if found is None:
            return ()
        parents: dict[int, int | None] = dict(db.execute(_TREE, key).fetchall())
        if through is None and found[0] in parents:
            through = found[0]
        path = _path(parents, through)
        messages = _by_id(db, _MESSAGES, key)
        exchanges = exchange_rows.of_answers(db, conversation_id, frozenset(path))
        attached = attachments.of_conversation(db, conversation_id)
        ratings = _ratings(db, conversation_id)
    siblings: defaultdict[int | None, list[int]] = defaultdict(list)
    for message_id, parent_id in parents.items():
        siblings[parent_id].append(message_id)
    rows = []
    for message_id in path:
        role, content, content_exact, reasoning, created_at = messages[message_id]
        parent_id = parents[message_id]
        rows.append(
            MessageRow(
                message_id,
                conversation_id,
                parent_id,
                _ROLES[role],
                exact(content, content_exact),
                reasoning,
                from_text(created_at),
                exchanges.get(message_id),
                tuple(siblings[parent_id]),
                attached.get(message_id, ()),
                ratings.get(message_id),
            )
        )
    return tuple(rows)


def _ratings(db: Database, conversation_id: int) -> dict[int, Rating]:
    """Return the ratings of a conversation's answers by the id of the answer."""
    rows = db.execute(_RATINGS, [conversation_id])
    return {
        answer_id: Rating(provider, model, score, word, from_text(created_at))
        for answer_id, provider, model, score, word, created_at in rows
    }


def _by_id(db: Database, sql: str, key: dict[str, int]) -> dict[int, Row]:
    return {row[0]: row[1:] for row in db.execute(sql, key)}


def _path(parents: Mapping[int, int | None], through: int | None) -> list[int]:
    """Return message ids from the root to the newest leaf, by way of ``through``.

    Ids grow with time and a child is younger than its parent, so the newest descendant is the
    largest id whose ancestors include ``through``: one pass in order finds it.
    """
    if not parents or (through is not None and through not in parents):
        return []
    if through is None:
        leaf = max(parents)
    else:
        below = {through}
        for message_id, parent_id in parents.items():
            if parent_id in below:
                below.add(message_id)
        leaf = max(below)
    path: list[int] = []
    at: int | None = leaf
    while at is not None:
        path.append(at)
        at = parents[at]
    return path[::-1]


def exchange_cost(db: Database, exchange_id: int) -> Settled:
    """Return what an exchange has cost so far."""
    row = db.execute(
        "SELECT cost_nanos, cost_estimated FROM exchanges WHERE id = ?", [exchange_id]
    ).fetchone()
    if row is None:
        raise NotFound(f"there is no exchange {exchange_id}")
    return Settled(None if row[0] is None else from_nanos(row[0]), bool(row[1]))
