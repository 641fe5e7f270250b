"""What is attached to questions: bytes in a table of their own, read only when they are sent."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlite_utils import Database

from providers.messages import Attachment, AttachmentKind
from providers.sanitise import sanitise_line
from storage import tree
from storage.rows import AttachmentRow

_OF_MESSAGES = f"""
    SELECT message_id, kind, media_type, data, name FROM attachments
    WHERE message_id IN (SELECT value FROM json_each(:ids)) AND message_id NOT IN ({tree.TRASHED})
    ORDER BY id
"""  # noqa: S608  # ours


def add(db: Database, message_id: int, attachments: Sequence[Attachment]) -> None:
    """Keep what is attached to a message. A file's name is a stranger's text."""
    for attachment in attachments:
        db.execute(
            "INSERT INTO attachments (message_id, kind, media_type, name, size, data)"
            " VALUES (:message_id, :kind, :media_type, :name, :size, :data)",
            {
                "message_id": message_id,
                "kind": attachment.kind.value,
                "media_type": sanitise_line(attachment.media_type),
                "name": sanitise_line(attachment.name),
                "size": len(attachment.data),
                "data": attachment.data,
            },
        )


def load(db: Database, message_ids: Sequence[int]) -> Mapping[int, tuple[Attachment, ...]]:
    """Return what is attached to each message that has attachments, with the bytes."""
    found: defaultdict[int, tuple[Attachment, ...]] = defaultdict(tuple)
    for message_id, kind, media_type, data, name in db.execute(
        _OF_MESSAGES, {"ids": json.dumps(list(message_ids))}
    ):
        found[message_id] += (Attachment(AttachmentKind(kind), media_type, data, name),)
    return dict(found)


def of_conversation(db: Database, conversation_id: int) -> Mapping[int, Sequence[AttachmentRow]]:
    """Return what is attached to each message of a conversation, without the bytes."""
    found: defaultdict[int, tuple[AttachmentRow, ...]] = defaultdict(tuple)
    for message_id, row_id, kind, media_type, name, size in db.execute(
        "SELECT a.message_id, a.id, a.kind, a.media_type, a.name, a.size FROM attachments a"
        " JOIN messages m ON m.id = a.message_id WHERE m.conversation_id = ? ORDER BY a.id",
        [conversation_id],
    ):
        found[message_id] += (AttachmentRow(row_id, AttachmentKind(kind), media_type, name, size),)
    return found
