"""What is asked of a provider: messages and the request that carries them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """Who wrote a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class AttachmentKind(StrEnum):
    """What an attachment is, for those who can read only some."""

    IMAGE = "image"
    AUDIO = "audio"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that is not text.

    Args:
        kind: what it is.
        media_type: its MIME type, such as ``image/png``.
        data: its bytes.
        name: its file name, or empty.
    """

    kind: AttachmentKind
    media_type: str
    data: bytes = field(repr=False)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation: text, and what is attached to it."""

    role: Role
    content: str
    attachments: tuple[Attachment, ...] = ()


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
        model: the model to ask; None asks the provider's configured one.
        streamed: False asks for the whole answer at once, which costs less to receive; it then
            comes as one ``TextDelta``, and nothing comes before it.
    """

    messages: Sequence[Message]
    system: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    exchange_id: int | None = None
    model: str | None = None
    streamed: bool = True

    def for_model(self, model: str, max_tokens: int | None) -> ChatRequest:
        """Return the same request for one model, with its ceiling."""
        # Spelled out: `dataclasses.replace` takes three times as long, on the path of every call.
        return ChatRequest(
            messages=self.messages,
            system=self.system,
            temperature=self.temperature,
            max_tokens=max_tokens,
            exchange_id=self.exchange_id,
            model=model,
            streamed=self.streamed,
        )

    @property
    def attachments(self) -> frozenset[AttachmentKind]:
        """The kinds of what is attached anywhere in the conversation."""
        return frozenset(a.kind for message in self.messages for a in message.attachments)

    @property
    def characters(self) -> int:
        """Length of everything that is sent, in characters."""
        return len(self.system or "") + sum(len(message.content) for message in self.messages)
