"""A request's messages, in the shape the APIs accept."""

from __future__ import annotations

from collections.abc import Sequence

from providers.errors import BadRequest
from providers.messages import AttachmentKind, ChatRequest, Message, Role


def check_attachments(request: ChatRequest, accepted: frozenset[AttachmentKind]) -> None:
    """Refuse what cannot be sent along.

    Raises:
        BadRequest: something of another kind than ``accepted`` is attached.
    """
    refused = request.attachments - accepted
    if refused:
        raise BadRequest(f"this model's API takes no {' and no '.join(sorted(refused))}")


def system_prompt(request: ChatRequest) -> str | None:
    """Return the system prompt, joined with any system message, or None."""
    parts = [request.system or ""]
    parts += [message.content for message in request.messages if message.role is Role.SYSTEM]
    return "\n\n".join(part for part in parts if part.strip()) or None


def turns(request: ChatRequest) -> Sequence[Message]:
    """Return what the person and the model said. Blank turns are left out: APIs refuse them."""
    return [
        message
        for message in request.messages
        if message.role is not Role.SYSTEM and (message.content.strip() or message.attachments)
    ]


def with_system_first(request: ChatRequest) -> list[Message]:
    """Return all turns, with the system prompt as the first message."""
    system = system_prompt(request)
    first = [Message(Role.SYSTEM, system)] if system else []
    return [*first, *turns(request)]
