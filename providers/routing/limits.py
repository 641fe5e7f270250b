"""The person's cost limits, as the ledger checks them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from providers.billing.ledger import Ledger, SpendLimit
from providers.multi_config import MultiLLMConfig
from providers.routing.plan import Limits


def limits_of(config: MultiLLMConfig, provider: str, today: date) -> tuple[SpendLimit, ...]:
    """Return what a call of ``provider`` must fit into on the local day ``today``."""
    month = today.replace(day=1)
    limits: list[SpendLimit] = []
    if (dollars := config.daily_cost_limits.get(provider)) is not None:
        limits.append(SpendLimit("daily limit", dollars, today, provider))
    if (dollars := config.monthly_cost_limits.get(provider)) is not None:
        limits.append(SpendLimit("monthly limit", dollars, month, provider))
    if config.daily_budget is not None:
        limits.append(SpendLimit("daily budget", config.daily_budget, today))
    if config.monthly_budget is not None:
        limits.append(SpendLimit("monthly budget", config.monthly_budget, month))
    return tuple(limits)


def hedging_cap(config: MultiLLMConfig, today: date) -> tuple[SpendLimit, ...]:
    """Return what backup calls must fit into besides."""
    if config.hedging is None:
        return ()
    cap = config.hedging.daily_cap
    return (SpendLimit("daily cap on hedging", cap, today, hedges_only=True),)


def _any_limit(config: MultiLLMConfig) -> bool:
    tables = (
        config.cost_limit_per_provider,
        config.daily_cost_limits,
        config.monthly_cost_limits,
    )
    budgets = (config.daily_budget, config.monthly_budget)
    return any(budget is not None for budget in budgets) or any(tables)


async def read_limits(
    config: MultiLLMConfig, providers: Iterable[str], today: date, ledger: Ledger
) -> Mapping[str, Limits]:
    """Return the limits of ``providers`` and how much of each is used, asking the ledger once.

    Nobody is in it when nothing is limited.
    """
    if not _any_limit(config):
        return {}
    by_provider = {name: limits_of(config, name, today) for name in providers}
    distinct = list(dict.fromkeys(limit for limits in by_provider.values() for limit in limits))
    standings = {}
    if distinct:
        standings = dict(zip(distinct, await ledger.standing(distinct), strict=True))
    return {
        name: Limits(
            config.cost_limit_per_provider.get(name),
            limits,
            tuple(standings[limit] for limit in limits),
        )
        for name, limits in by_provider.items()
    }
