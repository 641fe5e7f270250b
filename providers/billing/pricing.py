"""What a call costs: the maintained price list of genai-prices, and the person's overrides.

Source of the prices: the data that ships inside the genai-prices package (its release is pinned
in constraints.txt), which cites each provider's own price page. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from time import monotonic
from typing import TYPE_CHECKING

from providers.billing.rate_card import RateCard, Rates, from_listed, from_override
from providers.config import Kind, LocalConfig, ProviderConfig
from providers.usage import Usage

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo

_LISTED_AS = {
    Kind.OPENAI: "openai",
    Kind.ANTHROPIC: "anthropic",
    Kind.GOOGLE: "google",
    Kind.GROQ: "groq",
}
_NOTHING = Decimal(0)
_FREE = RateCard(Rates(_NOTHING, _NOTHING, _NOTHING, _NOTHING))
_FRESH_SECONDS = 60  # some prices depend on the date, others on the time of day


class PriceBook:
    """Answers what usage costs. An unknown price is None, never 0. Safe across threads.

    Args:
        now: the current time, because introductory prices end on a date.
        clock: monotonic seconds, for looking at that from time to time.
    """

    def __init__(
        self,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._now = now
        self._clock = clock
        self._listed: dict[tuple[str, str], ModelInfo | None] = {}
        self._cards: dict[tuple[str, str], tuple[float, RateCard | None]] = {}

    def cost(self, provider: ProviderConfig, usage: Usage, *, model: str = "") -> Decimal | None:
        """Return the US dollars ``usage`` costs, or None when the price is unknown.

        Args:
            provider: whose price; its override wins, and the built-in model is free.
            usage: the tokens, cached ones included in the input.
            model: the model that was asked, where it is not ``provider.model``.
        """
        card = self.card(provider, model=model)
        return None if card is None else card.cost(usage)

    def card(self, provider: ProviderConfig, *, model: str = "") -> RateCard | None:
        """Return the model's prices as of now, or None when they are unknown."""
        if provider.kind is Kind.LOCAL:
            return _FREE
        if provider.price is not None and model in ("", provider.model):
            return from_override(provider.price)
        key = (provider.name, model or provider.model)
        now = self._clock()
        known = self._cards.get(key)
        if known is None or now - known[0] > _FRESH_SECONDS:
            known = (now, self._read_card(provider, model or provider.model))
            self._cards[key] = known
        return known[1]

    def context_window(self, provider: ProviderConfig, *, model: str = "") -> int | None:
        """Return how many tokens the model takes, or None when nobody says."""
        if isinstance(provider, LocalConfig):
            return provider.context_tokens
        if provider.context_window is not None and model in ("", provider.model):
            return provider.context_window
        listed = self._model(provider, model or provider.model)
        return listed.context_window if listed is not None else None

    def _read_card(self, provider: ProviderConfig, model: str) -> RateCard | None:
        listed = self._model(provider, model)
        return None if listed is None else from_listed(listed.get_prices(self._now()))

    def _model(self, provider: ProviderConfig, model: str) -> ModelInfo | None:
        key = (provider.name, model)
        if key not in self._listed:
            self._listed[key] = _look_up(provider, model)
        return self._listed[key]


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
