"""How the person wants the next question routed: strategy and, for manual, whom to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from providers.config import Strategy
from providers.routing.options import RouteOptions
from storage.rows import ConversationWishes
from storage.settings import Settings
from storage.state_file import State

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

    def cycled(self, settings: Settings) -> Route:
        """Return the next strategy of the cycle."""
        order = self.cycle(settings)
        return replace(self, strategy=order[(order.index(self.strategy) + 1) % len(order)])

    def cycle(self, settings: Settings) -> Sequence[Strategy]:
        """Return the strategies to go through; manual is left out until a provider was named.

        Args:
            settings: without rules or an experiment, these strategies are left out too.
        """
        left_out = set(without_purpose(settings))
        if self.provider is None:
            left_out.add(Strategy.MANUAL)
        return [s for s in _ORDER if s not in left_out or s is self.strategy]


def without_purpose(settings: Settings) -> Mapping[Strategy, str]:
    """Return the strategies that have nothing to go by, each with what it lacks."""
    lacking = {}
    if not settings.active_rules:
        lacking[Strategy.RULES] = "There are no rules yet. They go into config.toml as [[rules]]"
    if settings.active_experiment is None:
        lacking[Strategy.EXPERIMENT] = (
            "There is no experiment yet. It goes into config.toml as [experiment]"
        )
    return lacking


def first_route(settings: Settings, state: State) -> Route:
    """Return the route to start with: as it was left, otherwise as it is configured."""
    known = [strategy.value for strategy in Strategy]
    strategy = Strategy(state.strategy) if state.strategy in known else settings.routing_strategy
    provider = state.primary_provider or settings.primary_provider
    model = state.primary_model if provider == state.primary_provider else None
    return possible(Route(strategy, provider, model), settings)


def possible(route: Route, settings: Settings) -> Route:
    """Return ``route`` as far as these settings allow it.

    What was chosen once may be gone: a provider that was removed, a strategy without its rules.
    """
    strategy, provider = route.strategy, route.provider
    if strategy in without_purpose(settings):
        strategy = settings.otherwise
    if provider not in settings.providers or provider in settings.disabled:
        provider = None
    if strategy is Strategy.MANUAL and provider is None:
        strategy = Strategy.COST
    models = settings.providers[provider].variants() if provider else ()
    model = route.model if route.model in [each.model for each in models] else None
    return Route(strategy, provider, model)


def route_of(wishes: ConversationWishes, settings: Settings) -> Route | None:
    """Return how a conversation wants to be routed, None when it does not care."""
    if wishes.strategy not in [strategy.value for strategy in Strategy]:
        return None
    return possible(Route(Strategy(wishes.strategy), wishes.provider, wishes.model), settings)


def wishes_with(wishes: ConversationWishes, route: Route) -> ConversationWishes:
    """Return a conversation's wishes, with another route."""
    return replace(
        wishes, strategy=route.strategy.value, provider=route.provider, model=route.model
    )
