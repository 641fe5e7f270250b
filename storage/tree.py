"""Walking the tree of a conversation: what is there, and which path is the current one.

Ids grow with time and a child is younger than its parent, so the newest message below another is
the one with the largest id.
"""

from __future__ import annotations

from sqlite_utils import Database

from storage.errors import NotFound

TRASHED = """
    SELECT message_id FROM trashed_messages
    UNION ALL
    SELECT m.id FROM conversations c JOIN messages m ON m.conversation_id = c.id
    WHERE c.trashed_at IS NOT NULL
"""
"""SQL for the ids of all messages nobody may see. Mostly none: quicker to exclude as a whole
than to ask for each message."""

BELOW = """
    WITH RECURSIVE below (id) AS (
        SELECT :id
        UNION ALL
        SELECT m.id FROM below b JOIN messages m ON m.parent_id = b.id
        WHERE NOT EXISTS (SELECT 1 FROM trashed_messages t WHERE t.message_id = m.id)
    )
"""
"""SQL that makes ``below``: the message ``:id`` and what of its descendants is not in the trash.
SQLite walks it as a queue, so no chain is too long."""

_IS_TRASHED = "EXISTS (SELECT 1 FROM trashed_messages t WHERE t.message_id = m.id)"


def require_conversation(db: Database, conversation_id: int) -> None:
    """Make sure that a conversation is there.

    Raises:
        NotFound: it is not, or it is in the trash.
    """
    row = db.execute(
        "SELECT trashed_at IS NOT NULL FROM conversations WHERE id = ?", [conversation_id]
    ).fetchone()
    if row is None:
        raise NotFound(f"there is no conversation {conversation_id}; it may have been deleted")
    if row[0]:
        raise NotFound(f"conversation {conversation_id} is in the trash; restore it first")


def require_message(
    db: Database, message_id: int, *, conversation_id: int | None = None
) -> tuple[int, int | None]:
    """Return the conversation and the parent of a message that is there to be seen.

    Args:
        db: the database.
        message_id: the message.
        conversation_id: where it has to be; None allows any conversation.

    Raises:
        NotFound: there is no such message, or it is in the trash.
    """
    row = db.execute(
        f"SELECT m.conversation_id, m.parent_id, {_IS_TRASHED} FROM messages m WHERE m.id = ?",  # noqa: S608  # ours
        [message_id],
    ).fetchone()
    if row is None or conversation_id not in (None, row[0]):
        where = "" if conversation_id is None else f" in conversation {conversation_id}"
        raise NotFound(f"there is no message {message_id}{where}; it may have been deleted")
    chat, parent_id, trashed = row
    if trashed:
        raise NotFound(f"message {message_id} is in the trash; restore it first")
    require_conversation(db, chat)
    return chat, parent_id


def leaf_of(db: Database, conversation_id: int) -> int | None:
    """Return the end of a conversation's current path, which the next question follows."""
    current = db.execute(
        "SELECT m.id FROM conversations c JOIN messages m ON m.id = c.current_message_id"  # noqa: S608  # ours
        f" WHERE c.id = ? AND NOT {_IS_TRASHED}",
        [conversation_id],
    ).fetchone()
    if current is not None:
        return newest_below(db, current[0])
    newest = db.execute(
        f"SELECT m.id FROM messages m WHERE m.conversation_id = ? AND NOT {_IS_TRASHED}"  # noqa: S608  # ours
        " ORDER BY m.id DESC LIMIT 1",
        [conversation_id],
    ).fetchone()
    return None if newest is None else int(newest[0])


def newest_below(db: Database, message_id: int) -> int:
    """Return the newest message below ``message_id``, itself when there is none."""
    sql = f"{BELOW} SELECT max(id) FROM below"  # noqa: S608  # ours
    [newest] = db.execute(sql, {"id": message_id}).fetchone()
    return int(newest)


def set_current(db: Database, conversation_id: int, message_id: int | None) -> None:
    """Make the path through a message the current one; None follows the newest message."""
    db.execute(
        "UPDATE conversations SET current_message_id = :message WHERE id = :id",
        {"id": conversation_id, "message": message_id},
    )


def go_to(db: Database, conversation_id: int, message_id: int) -> None:
    """Make the path through a message, on to its newest descendant, the current one.

    Raises:
        NotFound: there is no such message in that conversation, or it is in the trash.
    """
    require_message(db, message_id, conversation_id=conversation_id)
    set_current(db, conversation_id, newest_below(db, message_id))
