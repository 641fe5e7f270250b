"""From a provider's health, load and limits to its lines in the panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.budgets import Budget, tightest
from providers.config import ProviderConfig
from providers.learning.health import BreakerState, ProviderHealth
from widgets.provider_view import ProviderState, ProviderView, RecentCall

_LATEST = 40
"""Calls that fit into a line of the widest panel."""

if TYPE_CHECKING:
    from providers.factory import ProviderFactory  # not needed to paint the first frame


def provider_views(
    factory: ProviderFactory, budgets: Sequence[Budget], *, now: float
) -> list[ProviderView]:
    """Return every provider as the panel shows it, a view each however many models it has.

    Args:
        factory: the providers, and what was measured of them.
        budgets: how much of their limits is used.
        now: monotonic seconds, on the panel's clock.
    """
    return [_view(factory, config, budgets, now=now) for config in factory.config]


def _view(
    factory: ProviderFactory, config: ProviderConfig, budgets: Sequence[Budget], *, now: float
) -> ProviderView:
    health = factory.parts.monitor.health(config.name)
    budget = tightest(budgets, config.name)
    more = len(config.variants()) - 1
    return ProviderView(
        name=config.name,
        model=f"{config.model} +{more}" if more else config.model,
        state=_state(health, has_key=factory.provider(config.name) is not None),
        p50_seconds=health.p50_latency,
        success_rate=health.success_rate,
        requests=health.requests,
        cooldown_until=now + health.cooldown if health.cooldown else None,
        detail=health.last_error or "",
        waiting=factory.parts.turnstile.load(config.name).queued,
        budget="" if budget is None else budget.words,
        first_seconds=health.p50_time_to_first_token,
        recent=tuple(
            RecentCall(call.ok, call.latency)
            for call in factory.parts.monitor.latest(config.name, _LATEST)
        ),
        active=health.active,
        budget_used=None if budget is None else budget.fill,
    )


def _state(health: ProviderHealth, *, has_key: bool) -> ProviderState:
    if not has_key:
        return ProviderState.NO_KEY
    if health.active:
        return ProviderState.ACTIVE
    if health.state is BreakerState.OPEN:
        return ProviderState.COOLING
    if health.last_error is not None:
        return ProviderState.FAILING
    # A check that went well says that it is there, though not how fast it answers.
    known = health.requests or health.last_check_ok
    return ProviderState.READY if known else ProviderState.UNCHECKED
