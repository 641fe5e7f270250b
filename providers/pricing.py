"""What a call costs: the maintained price list of genai-prices, and the person's overrides.

Source of the prices: the data that ships inside the genai-prices package (its release is pinned
in constraints.txt), which cites each provider's own price page. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from providers.config import Kind, PriceOverride, ProviderConfig
from providers.usage import Usage

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice

_MILLION = Decimal(1_000_000)
_LISTED_AS = {
    Kind.OPENAI: "openai",
    Kind.ANTHROPIC: "anthropic",
    Kind.GOOGLE: "google",
    Kind.GROQ: "groq",
}


class PriceBook:
    """Answers what usage costs. An unknown price is None, never 0.

    Args:
        now: the current time, because introductory prices end on a date.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._listed: dict[tuple[str, str], ModelInfo | None] = {}

    def cost(self, provider: ProviderConfig, usage: Usage, *, model: str = "") -> Decimal | None:
        """Return the US dollars ``usage`` costs, or None when the price is unknown.

        Args:
            provider: whose price; its override wins, and the built-in model is free.
            usage: the tokens, cached ones included in the input.
            model: the model that was asked, where it is not ``provider.model``.
        """
        if provider.kind is Kind.LOCAL:
            return Decimal(0)
        if provider.price is not None:
            return _override_cost(provider.price, usage)
        price = self._model_price(provider, model or provider.model)
        if price is None:
            return None
        from genai_prices import Usage as ListedUsage

        total = price.calc_price(
            ListedUsage(
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
                cache_read_tokens=usage.cached_tokens,
                cache_write_tokens=usage.cache_write_tokens,
            )
        )["total_price"]
        return Decimal(total)

    def context_window(self, provider: ProviderConfig, *, model: str = "") -> int | None:
        """Return how many tokens the model takes, or None when the list does not say."""
        listed = self._model(provider, model or provider.model)
        return listed.context_window if listed is not None else None

    def _model_price(self, provider: ProviderConfig, model: str) -> ModelPrice | None:
        listed = self._model(provider, model)
        return listed.get_prices(self._now()) if listed is not None else None

    def _model(self, provider: ProviderConfig, model: str) -> ModelInfo | None:
        key = (provider.name, model)
        if key not in self._listed:
            self._listed[key] = _look_up(provider, model)
        return self._listed[key]


def _override_cost(price: PriceOverride, usage: Usage) -> Decimal:
    cached_rate = price.input if price.cached is None else price.cached
    fresh = usage.input_tokens - usage.cached_tokens
    dollars = fresh * price.input + usage.cached_tokens * cached_rate
    return (dollars + usage.output_tokens * price.output) / _MILLION


def _look_up(provider: ProviderConfig, model: str) -> ModelInfo | None:
    # Imported here: the price data takes 0.15 s to load and is not needed to paint.
    from genai_prices.data_snapshot import get_snapshot

    provider_id = _LISTED_AS.get(provider.kind)
    address = provider.base_url if provider_id is None else None
    if provider_id is None and address is None:
        return None
    try:
        _, listed = get_snapshot().find_provider_model(model, None, provider_id, address)
    except LookupError:
        return None
    return listed
