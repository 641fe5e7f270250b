"""What is asked of a provider: messages and the request that carries them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who wrote a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation, as plain text."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One question with its context, independent of any provider.

    Args:
        messages: the conversation so far, oldest first; the last one is normally the user's.
            System text goes into ``system``, not in here.
        system: the system prompt, or None.
        temperature: sampling temperature; None leaves the provider's configured or own default.
        max_tokens: ceiling for generated tokens; None leaves the configured or own default.
        exchange_id: the ledger's id of the exchange this request belongs to, or None when
            nobody keeps one.
    """

    messages: Sequence[Message]
    system: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    exchange_id: int | None = None

    @property
    def characters(self) -> int:
        """Length of everything that is sent, in characters."""
        return len(self.system or "") + sum(len(message.content) for message in self.messages)
