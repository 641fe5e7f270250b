"""How the person wants the next question routed: strategy and, for manual, a provider."""

from __future__ import annotations

from dataclasses import dataclass, replace

from providers.config import Strategy
from providers.router_parts import RouteOptions

_ORDER = tuple(Strategy)


@dataclass(frozen=True, slots=True)
class Route:
    """The wish in force.

    Args:
        strategy: how to pick.
        provider: whom ``manual`` asks; None until one was named.
    """

    strategy: Strategy
    provider: str | None = None

    @property
    def label(self) -> str:
        """The words for the status line."""
        if self.strategy is Strategy.MANUAL and self.provider:
            return f"manual: {self.provider}"
        return self.strategy.value

    @property
    def options(self) -> RouteOptions:
        """What to ask the router for."""
        if self.strategy is Strategy.MANUAL:
            return RouteOptions(strategy=self.strategy, provider=self.provider)
        return RouteOptions(strategy=self.strategy)

    def cycled(self) -> Route:
        """Return the next strategy; manual is left out until a provider was named."""
        following = _ORDER[(_ORDER.index(self.strategy) + 1) % len(_ORDER)]
        if following is Strategy.MANUAL and self.provider is None:
            following = _ORDER[0]
        return replace(self, strategy=following)
