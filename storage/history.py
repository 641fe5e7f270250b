"""Queries for the list of conversations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from providers.billing.money import from_nanos
from storage.clock import from_text
from storage.rows import ConversationRow

_LIST = """
    SELECT c.*,
        (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id) AS message_count,
        (SELECT coalesce(sum(e.cost_nanos), 0) FROM exchanges e WHERE e.conversation_id = c.id)
            AS cost_nanos,
        (SELECT count(*) FROM exchanges e WHERE e.conversation_id = c.id
            AND e.cost_nanos IS NULL AND e.state NOT IN ('pending', 'streaming'))
            AS unknown_costs
    FROM conversations c
"""


def list_conversations(db: Database, *, limit: int, offset: int) -> Sequence[ConversationRow]:
    """Return conversations, the one written to last first."""
    rows = db.query(
        f"{_LIST} ORDER BY c.updated_at DESC, c.id DESC LIMIT :limit OFFSET :offset",
        {"limit": limit, "offset": offset},
    )
    return tuple(_row(row) for row in rows)


def conversation(db: Database, conversation_id: int) -> ConversationRow | None:
    """Return one conversation, None when there is none."""
    rows = db.query(f"{_LIST} WHERE c.id = :id", {"id": conversation_id})
    return next((_row(row) for row in rows), None)


def _row(row: Mapping[str, Any]) -> ConversationRow:
    return ConversationRow(
        id=row["id"],
        title=row["title"],
        draft=row["draft"],
        created_at=from_text(row["created_at"]),
        updated_at=from_text(row["updated_at"]),
        message_count=row["message_count"],
        cost=from_nanos(row["cost_nanos"]),
        unknown_costs=row["unknown_costs"],
    )
