"""What one request asks for in place of what is configured."""

from __future__ import annotations

from dataclasses import dataclass

from providers.caching import CacheUse
from providers.config import Strategy


@dataclass(frozen=True, slots=True)
class RouteOptions:
    """What one request asks for in place of the configured policy; None leaves it.

    Args:
        strategy: how to pick.
        provider: whom to ask first, whatever the strategy.
        model: which of its models; needs ``provider``.
        alone: ask nobody but ``provider``, which must be given: no fallback, for example to compare
            two of them.
        restarts: whether the receiver can begin anew when an answer is lost half-way. A receiver
            who cannot gets a truncated answer as it is.
        unit: what keeps its arm under ``experiment``, such as a conversation's or a user's id; None
            draws one for each request.
        cache: whether an answer that was given before will do.
    """

    strategy: Strategy | None = None
    provider: str | None = None
    model: str | None = None
    alone: bool = False
    restarts: bool = True
    unit: str | None = None
    cache: CacheUse = CacheUse.ON
