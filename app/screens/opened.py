"""What a screen returns that was left for a conversation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opened:
    """The conversation to go on with.

    Args:
        conversation_id: the conversation.
        message_id: the message that was looked for there, None shows the end.
    """

    conversation_id: int
    message_id: int | None = None
