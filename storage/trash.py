"""The trash: what was deleted a moment ago is out of sight and can be brought back.

Whatever is below a message that is in the trash is in the trash as well, by the same deletion or
by an earlier one. So a message is seen when it is in no deletion itself, and each deletion can be
taken back by itself.
"""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from storage import recovery, tree
from storage.clock import to_text
from storage.conversations import inserted
from storage.errors import AnswerUnderWay, NotFound
from storage.rows import Deletion

_UNDER_WAY = f"""
    {tree.BELOW}
    SELECT 1 FROM exchanges WHERE state IN ('pending', 'streaming')
        AND answer_message_id IN (SELECT id FROM below)
    LIMIT 1
"""  # noqa: S608  # ours


def trash_message(db: Database, message_id: int, *, now: datetime) -> Deletion:
    """Take a message and everything below it out of sight.

    The current path, when it led there, ends where the deleted part began, or goes on to what
    else follows from there.

    Raises:
        NotFound: there is no such message, or it is in the trash.
        AnswerUnderWay: an answer is being written there.
    """
    conversation_id, parent_id = tree.require_message(db, message_id)
    _refuse_under_way(db, message_id, now=now)
    before = tree.leaf_of(db, conversation_id)
    deletion_id = inserted(
        db,
        "INSERT INTO deletions (conversation_id, message_id, deleted_at)"
        " VALUES (:conversation_id, :message_id, :now)",
        {"conversation_id": conversation_id, "message_id": message_id, "now": to_text(now)},
    )
    count = db.execute(
        f"INSERT INTO trashed_messages (message_id, deletion_id) {tree.BELOW}"  # noqa: S608  # ours
        " SELECT id, :deletion_id FROM below",
        {"id": message_id, "deletion_id": deletion_id},
    ).rowcount
    if before is not None and _holds(db, deletion_id, before):
        _remember_path(db, deletion_id, before)
        onward = None if parent_id is None else tree.newest_below(db, parent_id)
        tree.set_current(db, conversation_id, onward)
    return Deletion(conversation_id=conversation_id, messages=count, id=deletion_id)


def restore(db: Database, deletion: Deletion) -> None:
    """Bring back what one deletion took, and the current path if that led there.

    Below a message that was deleted later it stays out of sight until that one is restored.

    Raises:
        NotFound: it was restored before, or is really deleted by now.
    """
    row = db.execute(
        "SELECT d.current_message_id, above.deletion_id FROM deletions d"
        " JOIN messages m ON m.id = d.message_id"
        " LEFT JOIN trashed_messages above ON above.message_id = m.parent_id"
        " WHERE d.id = ? AND d.conversation_id = ?",
        [deletion.id, deletion.conversation_id],
    ).fetchone()
    if row is None:
        raise NotFound("there is nothing to restore: it was restored before, or deleted for good")
    path, outer = row
    if outer is None:
        db.execute("DELETE FROM trashed_messages WHERE deletion_id = ?", [deletion.id])
        if path is not None:
            tree.set_current(db, deletion.conversation_id, path)
    else:
        db.execute(
            "UPDATE trashed_messages SET deletion_id = ? WHERE deletion_id = ?",
            [outer, deletion.id],
        )
        if path is not None:
            _remember_path(db, outer, path)
    db.execute("DELETE FROM deletions WHERE id = ?", [deletion.id])


def trash_conversation(db: Database, conversation_id: int, *, now: datetime) -> None:
    """Take a conversation out of sight.

    Raises:
        NotFound: there is no such conversation, or it is in the trash.
    """
    tree.require_conversation(db, conversation_id)
    db.execute(
        "UPDATE conversations SET trashed_at = :now WHERE id = :id",
        {"id": conversation_id, "now": to_text(now)},
    )


def restore_conversation(db: Database, conversation_id: int) -> None:
    """Bring a conversation back as it was; does nothing when it is not in the trash.

    Raises:
        NotFound: it is really deleted by now.
    """
    found = db.execute("UPDATE conversations SET trashed_at = NULL WHERE id = ?", [conversation_id])
    if not found.rowcount:
        raise NotFound("there is nothing to restore: the conversation was deleted for good")


def _refuse_under_way(db: Database, message_id: int, *, now: datetime) -> None:
    key = {"id": message_id}
    if db.execute(_UNDER_WAY, key).fetchone() is None:
        return
    recovery.recover(db, now=now)  # nobody waits for the dead
    if db.execute(_UNDER_WAY, key).fetchone() is not None:
        raise AnswerUnderWay(
            f"message {message_id} cannot be deleted while an answer is being written to it;"
            " stop the answer first"
        )


def _holds(db: Database, deletion_id: int, message_id: int) -> bool:
    row = db.execute(
        "SELECT 1 FROM trashed_messages WHERE message_id = ? AND deletion_id = ?",
        [message_id, deletion_id],
    ).fetchone()
    return row is not None


def _remember_path(db: Database, deletion_id: int, message_id: int) -> None:
    db.execute(
        "UPDATE deletions SET current_message_id = :message WHERE id = :id",
        {"id": deletion_id, "message": message_id},
    )
