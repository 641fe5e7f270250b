"""What a model is told: the conversation up to a question, with what is attached to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from providers.messages import Attachment, Message
from storage.errors import NotFound
from storage.rows import MessageRow


class History(Protocol):
    """What of the ledger's read side a context is made from. Blocks; called in a thread."""

    def load_messages(
        self, conversation_id: int, *, through: int | None = None
    ) -> Sequence[MessageRow]:
        """Return one path through a conversation, oldest first."""

    def load_attachments(self, message_ids: Sequence[int]) -> Mapping[int, tuple[Attachment, ...]]:
        """Return what is attached to messages, with its bytes."""


def read_context(
    history: History, conversation_id: int, *, until: int | None = None
) -> tuple[Message, ...]:
    """Return what was said in a conversation, oldest first; answers without text are none.

    Args:
        history: where it is kept.
        conversation_id: the conversation.
        until: the last message that counts, on whatever branch; None takes the current path.

    Raises:
        NotFound: there is no message ``until``.
    """
    rows = _until(history.load_messages(conversation_id, through=until), until)
    attached = history.load_attachments([row.id for row in rows if row.attachments])
    return tuple(
        message_of(row, attached.get(row.id, ()))
        for row in rows
        if row.content.strip() or row.attachments or row.id == until
    )


def message_of(row: MessageRow, attachments: tuple[Attachment, ...]) -> Message:
    """Return a stored message as it is sent: files of text become part of its text."""
    if not attachments:
        return Message(row.role, row.content)
    from app.attachments import as_message  # the first frame has nothing attached

    content, others = as_message(row.content, attachments)
    return Message(row.role, content, others)


def _until(rows: Sequence[MessageRow], until: int | None) -> Sequence[MessageRow]:
    if until is None:
        return rows
    ids = [row.id for row in rows]
    if until not in ids:
        raise NotFound(f"message {until} is no longer there")
    return rows[: ids.index(until) + 1]
