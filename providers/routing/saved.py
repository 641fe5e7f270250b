"""What an answer would have cost elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from providers.config import ProviderConfig
from providers.events import Completed
from providers.multi_config import MultiLLMConfig
from providers.routing.router_parts import RouterParts


def note_savings(
    parts: RouterParts,
    models: Mapping[tuple[str, str], ProviderConfig],
    config: MultiLLMConfig,
    done: Completed,
) -> None:
    """Compare an answer with what its usage would have cost at the best, and at the primary.

    Args:
        parts: prices, qualities, and the account to enter it into.
        models: those that can be asked.
        config: who is the primary provider.
        done: the answer.
    """
    prices, quality = parts.prices, parts.quality
    best = max(models.values(), key=lambda model: quality.quality(model).value)
    own = next((each for each in models.values() if each.name == config.primary_provider), None)
    parts.savings.add(
        actual=done.total_cost,
        best=prices.cost(best, done.usage),
        primary=None if own is None else prices.cost(own, done.usage),
    )
