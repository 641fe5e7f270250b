"""How much of each cost limit over time is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from providers.billing.money import format_usd
from providers.multi_config import MultiLLMConfig

if TYPE_CHECKING:
    from providers.routing.router_parts import RouterParts  # not needed to paint the first frame

_DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Budget:
    """One limit and what is used of it, in US dollars.

    Args:
        name: such as ``daily limit``.
        provider: whose; None is all of them together.
        used: spent, and reserved by calls under way.
    """

    name: str
    provider: str | None
    dollars: Decimal
    used: Decimal

    @property
    def share(self) -> float | None:
        """The used share, 0 to 1 or more; None of a limit of nothing."""
        return float(self.used / self.dollars) if self.dollars else None

    @property
    def fill(self) -> float:
        """The used share for a bar: a limit of nothing is used up."""
        return 1.0 if self.share is None else self.share

    @property
    def words(self) -> str:
        """The share in a few words, such as ``63 % of $1 today`` or ``5 % of $20/month``."""
        when = " today" if self.name.startswith(_DAILY) else "/month"
        if self.share is None:
            return f"$0{when}"
        return f"{_percent(self.share)} % of {_round_usd(self.dollars)}{when}"


async def read_budgets(config: MultiLLMConfig, parts: RouterParts) -> Sequence[Budget]:
    """Return every limit of ``config`` over time, those of all providers together last."""
    from providers.routing.limits import hedging_cap, limits_of

    today = parts.today()
    per_provider = [limit for each in config for limit in limits_of(config, each.name, today)]
    limits = list(dict.fromkeys(per_provider))
    limits.sort(key=lambda limit: limit.provider is None)
    limits += hedging_cap(config, today)
    if not limits:
        return ()
    standings = await parts.ledger.standing(limits)
    return tuple(
        Budget(limit.name, limit.provider, limit.dollars, standing.spent + standing.reserved)
        for limit, standing in zip(limits, standings, strict=True)
    )


def tightest(budgets: Sequence[Budget], provider: str) -> Budget | None:
    """Return the most used limit of a provider's own, None where it has none."""
    own = [budget for budget in budgets if budget.provider == provider]
    return max(own, key=lambda budget: budget.fill, default=None)


def of_all(budgets: Sequence[Budget], *, daily: bool) -> Budget | None:
    """Return the limit of all providers together, of the day or else of the month."""
    name = "daily budget" if daily else "monthly budget"
    return next((budget for budget in budgets if budget.name == name), None)


def _percent(share: float) -> str:
    # Rounding must hide neither what was spent nor what is left.
    if 0 < share < 0.01:
        return "<1"
    return str(min(99, round(100 * share)) if share < 1 else round(100 * share))


def _round_usd(amount: Decimal) -> str:
    whole = amount == amount.to_integral_value()
    return f"${amount.to_integral_value():,}" if whole else format_usd(amount)
