"""Queries for the list of conversations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from providers.billing.money import from_nanos
from storage.clock import from_text
from storage.conversation_filter import ConversationFilter, condition
from storage.rows import ConversationRow, ConversationWishes, TitledBy

_LIST = """
    SELECT c.*,
        (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id)
            - (SELECT count(*) FROM deletions d JOIN trashed_messages t ON t.deletion_id = d.id
                WHERE d.conversation_id = c.id) AS message_count,
        c.purged_cost_nanos
            + (SELECT coalesce(sum(e.cost_nanos), 0) FROM exchanges e
                WHERE e.conversation_id = c.id) AS cost_nanos,
        c.purged_unknown_costs
            + (SELECT count(*) FROM exchanges e WHERE e.conversation_id = c.id
                AND e.cost_nanos IS NULL AND e.state NOT IN ('pending', 'streaming'))
            AS unknown_costs,
        (SELECT json_group_array(t.tag) FROM
            (SELECT tag FROM tags WHERE conversation_id = c.id ORDER BY position) t) AS tags
    FROM conversations c WHERE c.trashed_at IS NULL
"""
# In the order of an index: sorted, every conversation there is would be counted first.
_ORDER = "ORDER BY c.pinned DESC, c.updated_at DESC, c.id DESC LIMIT :limit OFFSET :offset"


def list_conversations(
    db: Database, wanted: ConversationFilter, *, limit: int, offset: int
) -> Sequence[ConversationRow]:
    """Return conversations, pinned ones first, then the one written to last."""
    terms, values = condition(wanted)
    rows = db.query(
        f"{_LIST} AND {terms} {_ORDER}",
        {**values, "limit": limit, "offset": offset},
    )
    return tuple(_row(row) for row in rows)


def count(db: Database, wanted: ConversationFilter) -> int:
    """Return how many conversations there are like this."""
    terms, values = condition(wanted)
    found = db.execute(f"SELECT count(*) FROM conversations c WHERE {terms}", values)  # noqa: S608  # ours
    return int(found.fetchone()[0])


def conversation(db: Database, conversation_id: int) -> ConversationRow | None:
    """Return one conversation, None when there is none or it is in the trash."""
    rows = db.query(f"{_LIST} AND c.id = :id", {"id": conversation_id})
    return next((_row(row) for row in rows), None)


def tags(db: Database) -> Sequence[tuple[str, int]]:
    """Return every tag and how many conversations have it, most used first, then by name.

    Archived conversations count. Of several spellings the one in the newest conversation is given.
    """
    rows = db.execute(
        "SELECT t.tag, count(*), max(t.conversation_id) FROM tags t"
        " JOIN conversations c ON c.id = t.conversation_id WHERE c.trashed_at IS NULL"
        " GROUP BY t.folded ORDER BY count(*) DESC, t.folded"
    )
    return tuple((tag, count) for tag, count, _ in rows)


def _row(row: Mapping[str, Any]) -> ConversationRow:
    budget = row["budget_nanos"]
    return ConversationRow(
        id=row["id"],
        title=row["title"],
        draft=row["draft"],
        created_at=from_text(row["created_at"]),
        updated_at=from_text(row["updated_at"]),
        message_count=row["message_count"],
        cost=from_nanos(row["cost_nanos"]),
        unknown_costs=row["unknown_costs"],
        pinned=bool(row["pinned"]),
        archived=bool(row["archived"]),
        tags=tuple(json.loads(row["tags"])),
        titled_by=TitledBy(row["titled_by"]),
        wishes=ConversationWishes(
            strategy=row["strategy"],
            provider=row["provider"],
            model=row["model"],
            persona=row["persona"],
            budget=None if budget is None else from_nanos(budget),
            cache=bool(row["cache"]),
        ),
    )
