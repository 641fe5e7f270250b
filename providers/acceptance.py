"""Whether a model can take a request at all."""

from __future__ import annotations

from providers.capabilities import capabilities_of
from providers.capability import Capability
from providers.config import ProviderConfig
from providers.media_limits import LIMITS, excess
from providers.messages import ChatRequest


def obstacle(config: ProviderConfig, request: ChatRequest) -> str | None:
    """Return what the model of ``config`` does not take of ``request``, in words, or None.

    Args:
        config: one model's configuration, which is one of a provider's ``variants``.
        request: what is to be sent; only what it holds besides text counts.
    """
    kinds, tools = request.attachments, request.uses_tools
    if not kinds and not tools:
        return None
    taken = capabilities_of(config)
    missing = sorted(kind.value for kind in kinds if kind.value not in taken)
    if tools and Capability.TOOLS not in taken:
        missing.append(Capability.TOOLS.value)
    if missing:
        return f"takes no {' and no '.join(missing)}"
    if not kinds:
        return None
    attached = [each for message in request.messages for each in message.attachments]
    return excess(LIMITS[config.kind], attached)
