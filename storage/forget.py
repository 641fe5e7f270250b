"""Deleting for good: every word goes. What was spent, rated, compared and tried stays."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from storage import experiment_results
from storage.clock import from_text, to_text
from storage.conversations import title_from

TRASH_KEPT = timedelta(days=1)
"""How long what is in the trash can be restored."""
_BEGINNING = datetime.min.replace(tzinfo=UTC)

# With an expired message all below it goes, when that was put in the trash with it or before.
_EXPIRED = """
    WITH RECURSIVE expired (id) AS (
        SELECT message_id FROM deletions WHERE deleted_at < :before
        UNION
        SELECT m.id FROM expired x JOIN messages m ON m.parent_id = x.id
    )
    SELECT id FROM expired
"""
_TITLED_BY_THEM = """
    SELECT DISTINCT c.id FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE c.titled_by = 'question' AND m.parent_id IS NULL
        AND m.id IN (SELECT value FROM json_each(:ids))
"""
_KEEP_COSTS = """
    UPDATE conversations SET
        purged_cost_nanos = purged_cost_nanos + gone.cost,
        purged_unknown_costs = purged_unknown_costs + gone.unknown
    FROM (
        SELECT conversation_id, coalesce(sum(cost_nanos), 0) AS cost,
            coalesce(sum(cost_nanos IS NULL), 0) AS unknown
        FROM exchanges WHERE id IN (SELECT value FROM json_each(:ids)) GROUP BY conversation_id
    ) AS gone WHERE gone.conversation_id = conversations.id
"""


def delete_conversation(db: Database, conversation_id: int, *, now: datetime | None = None) -> None:
    """Forget every word of a conversation; does nothing when there is none.

    Args:
        db: the database.
        conversation_id: the conversation.
        now: the current instant, to tell which answers were kept. None takes the newest one that
            the database knows of: nothing counts as left alone for longer than that can tell.
    """
    key = {"id": conversation_id}
    rows = db.execute("SELECT id FROM exchanges WHERE conversation_id = :id", key).fetchall()
    _delete_exchanges(db, [each for [each] in rows], now=now or _newest_instant(db))
    db.execute("DELETE FROM messages WHERE conversation_id = :id", key)
    db.execute("DELETE FROM conversations WHERE id = :id", key)


def empty_trash(db: Database, *, now: datetime) -> None:
    """Forget what has been in the trash for longer than ``TRASH_KEPT``."""
    before = {"before": to_text(now - TRASH_KEPT)}
    conversations = db.execute("SELECT id FROM conversations WHERE trashed_at < :before", before)
    for [conversation_id] in conversations.fetchall():
        delete_conversation(db, conversation_id, now=now)
    messages = [message_id for [message_id] in db.execute(_EXPIRED, before)]
    if not messages:
        return
    ids = {"ids": json.dumps(messages)}
    titled = db.execute(_TITLED_BY_THEM, ids).fetchall()
    rows = db.execute(
        "SELECT id FROM exchanges WHERE answer_message_id IN (SELECT value FROM json_each(:ids))",
        ids,
    ).fetchall()
    exchanges = [exchange_id for [exchange_id] in rows]
    db.execute(_KEEP_COSTS, {"ids": json.dumps(exchanges)})
    _delete_exchanges(db, exchanges, now=now)
    # All in one statement: a parent may not go before its children do.
    db.execute("DELETE FROM messages WHERE id IN (SELECT value FROM json_each(:ids))", ids)
    for [conversation_id] in titled:
        _title_anew(db, conversation_id)


def _title_anew(db: Database, conversation_id: int) -> None:
    """Call a conversation after what is left of its first questions."""
    left = db.execute(
        "SELECT content FROM messages WHERE conversation_id = ? AND parent_id IS NULL"
        " ORDER BY id LIMIT 1",
        [conversation_id],
    ).fetchone()
    db.execute(
        "UPDATE conversations SET title = ? WHERE id = ?",
        ["" if left is None else title_from(left[0]), conversation_id],
    )


def _newest_instant(db: Database) -> datetime:
    newest = db.execute(
        "SELECT max(max(started_at, coalesce(finished_at, started_at))) FROM exchanges"
    ).fetchone()[0]
    return _BEGINNING if newest is None else from_text(newest)


def _delete_exchanges(db: Database, exchange_ids: Sequence[int], *, now: datetime) -> None:
    # As one value: SQLite limits the number of parameters, and a chat may be longer.
    ids = {"ids": json.dumps(exchange_ids)}
    experiment_results.keep(db, exchange_ids, now=now)
    db.execute(
        "UPDATE attempts SET partial_text = '', partial_reasoning = ''"
        " WHERE exchange_id IN (SELECT value FROM json_each(:ids))",
        ids,
    )
    db.execute(
        "UPDATE ratings SET word = '' WHERE exchange_id IN (SELECT value FROM json_each(:ids))",
        ids,
    )
    db.execute("DELETE FROM exchanges WHERE id IN (SELECT value FROM json_each(:ids))", ids)
