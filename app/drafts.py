"""What would be sent if what is typed now were sent: read once a conversation, not once a key."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from app.chat import Question
from app.context import History, read_context
from providers.messages import Attachment, ChatRequest, Message, Role

_Place = tuple[int | None, int | None]


class Drafts:
    """Builds requests that are looked at and never sent.

    Args:
        history: what was said before.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._place: _Place = (None, None)
        self._said: tuple[Message, ...] = ()

    def forget(self) -> None:
        """The conversation has changed: read it anew next time."""
        self._place = (None, None)
        self._said = ()

    async def request(self, question: Question) -> ChatRequest:
        """Return what would be sent for ``question``.

        Raises:
            DatabaseError: the conversation cannot be read.
        """
        place = (question.conversation_id, question.edit_of)
        if place != self._place:
            self._said = await asyncio.to_thread(self._read, *place)
            self._place = place
        said = list(self._said)
        if question.text.strip() or question.attachments:
            said.append(_message(question.text, question.attachments))
        return ChatRequest(tuple(said), system=question.system)

    def _read(self, conversation_id: int | None, edit_of: int | None) -> tuple[Message, ...]:
        if conversation_id is None:
            return ()
        messages = read_context(self._history, conversation_id, until=edit_of)
        return messages if edit_of is None else messages[:-1]


def _message(text: str, attachments: Sequence[Attachment]) -> Message:
    from app.attachments import as_message

    content, others = as_message(text, tuple(attachments))
    return Message(Role.USER, content, others)
