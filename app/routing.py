"""How the person wants the next question routed: strategy and, for manual, whom to ask."""

from __future__ import annotations

from dataclasses import dataclass, replace

from providers.config import Strategy
from providers.routing.options import RouteOptions

_ORDER = tuple(Strategy)


@dataclass(frozen=True, slots=True)
class Route:
    """The wish in force.

    Args:
        strategy: how to pick.
        provider: whom ``manual`` asks; None until one was named.
        model: which of its models; None leaves that to the ranking.
    """

    strategy: Strategy
    provider: str | None = None
    model: str | None = None

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
            model = self.model if self.provider else None
            return RouteOptions(strategy=self.strategy, provider=self.provider, model=model)
        return RouteOptions(strategy=self.strategy)

    @property
    def reads_the_question(self) -> bool:
        """Whether who answers depends on what is asked."""
        return self.strategy in {Strategy.DYNAMIC, Strategy.RULES}

    def cycled(self, *, rules: bool) -> Route:
        """Return the next strategy; manual is left out until a provider was named.

        Args:
            rules: whether there are any; without, that strategy is left out too.
        """
        left_out = set() if rules else {Strategy.RULES}
        if self.provider is None:
            left_out.add(Strategy.MANUAL)
        order = [s for s in _ORDER if s not in left_out or s is self.strategy]
        return replace(self, strategy=order[(order.index(self.strategy) + 1) % len(order)])
