"""A request's messages, as the APIs accept them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from providers.acceptance import obstacle
from providers.adapters.tool_calls import check_results
from providers.config import ProviderConfig
from providers.errors import BadRequest
from providers.messages import ChatRequest, Message, Role

ModelConfigs = Mapping[str, ProviderConfig]
"""The configuration of each of a provider's models, by its name."""


def check_request(request: ChatRequest, config: ProviderConfig, models: ModelConfigs) -> None:
    """Refuse what the model cannot be sent, before anything is.

    Args:
        request: what is asked.
        config: the provider's.
        models: of each of its models.

    Raises:
        BadRequest: it takes no such thing, or not as much of it; see ``obstacle``.
    """
    if not request.attachments and not request.uses_tools:
        return
    name = request.model or config.model
    reason = obstacle(models.get(name) or replace(config, model=name, models=()), request)
    if reason is not None:
        raise BadRequest(f"the model {reason}; nothing was sent")
    check_results(request)


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
        if message.role is not Role.SYSTEM
        and (
            message.content.strip()
            or message.attachments
            or message.tool_calls
            or message.role is Role.TOOL
        )
    ]


def with_system_first(request: ChatRequest) -> list[Message]:
    """Return all turns, with the system prompt as the first message."""
    system = system_prompt(request)
    first = [Message(Role.SYSTEM, system)] if system else []
    return [*first, *turns(request)]
