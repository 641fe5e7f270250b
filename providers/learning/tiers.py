"""Where a model stands among its vendor's models, judged by its price.

Vendors price by capability, so a model's output price against the median output price of the
same vendor's chat models says more than the vendor's name alone. Source of the prices: the list
that ships with genai-prices (the installed release is named in ``Tier.words``). Its limits: prices
fall over the years, so an old model looks a little better than it is, which is why the step is
small and bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from math import log2
from statistics import median
from typing import TYPE_CHECKING

from providers.billing.money import format_usd
from providers.billing.rate_card import from_listed
from providers.config import Kind

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo

STEP = 0.02
"""Quality for twice the median price; halves and quarters count down likewise. Our choice."""
MOST = 0.08
"""The bound of the shift, up and down: less than lies between most vendors' priors."""
_LEAST_WINDOW = 100_000  # tokens; what takes less is a model of an earlier age
_NO_CHAT = re.compile(
    r"audio|banana|computer|embedding|ft[:-]|guard|image|live|moderation|omni|realtime|research"
    r"|robotics|search|transcribe|tts|whisper"
)
_FAMILIES = {
    Kind.OPENAI: ("openai", ""),
    Kind.ANTHROPIC: ("anthropic", "claude"),
    Kind.GOOGLE: ("google", "gemini"),  # its list holds other vendors' models too
    Kind.GROQ: ("groq", ""),
}


@dataclass(frozen=True, slots=True)
class Tier:
    """A model's place among its vendor's.

    Args:
        shift: what it adds to the vendor's quality prior, at most ``MOST`` either way.
        words: the prices it rests on, and their source.
    """

    shift: float
    words: str


class PriceTiers:
    """Finds each model's tier, once. Safe across threads.

    Args:
        now: the current time, because prices change on a date.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        # Two threads that miss at once find the same, so neither dictionary needs a lock.
        self._tiers: dict[tuple[Kind, str], Tier | None] = {}
        self._medians: dict[Kind, Decimal | None] = {}

    def tier(self, kind: Kind, model: str) -> Tier | None:
        """Return the place of ``model`` among the models of ``kind``.

        None when the list does not know the vendor, the model, or its price by token. The first
        call loads the price list, which takes 0.1 s.
        """
        key = (kind, model)
        if key not in self._tiers:
            self._tiers[key] = self._find(kind, model) if kind in _FAMILIES else None
        return self._tiers[key]

    def _find(self, kind: Kind, model: str) -> Tier | None:
        from genai_prices.data_snapshot import get_snapshot

        provider_id, family = _FAMILIES[kind]
        try:
            _, listed = get_snapshot().find_provider_model(model, None, provider_id, None)
        except LookupError:
            return None
        price, usual = _chat_price(listed, family, self._now()), self._median(kind)
        if price is None or usual is None:
            return None
        return Tier(
            shift=min(max(STEP * log2(price / usual), -MOST), MOST),
            words=f"{format_usd(price)} a million output tokens against a median of"
            f" {format_usd(usual)} (genai-prices {_release()})",
        )

    def _median(self, kind: Kind) -> Decimal | None:
        if kind not in self._medians:
            self._medians[kind] = _median_price(*_FAMILIES[kind], self._now())
        return self._medians[kind]


_MILLION = 1_000_000


def _median_price(provider_id: str, family: str, now: datetime) -> Decimal | None:
    from genai_prices.data_snapshot import get_snapshot

    prices = [
        price
        for provider in get_snapshot().providers
        if provider.id == provider_id
        for listed in provider.models
        if (price := _chat_price(listed, family, now)) is not None
    ]
    return median(prices) if prices else None


def _chat_price(listed: ModelInfo, family: str, now: datetime) -> Decimal | None:
    """Return US dollars per million output tokens, None for what is no current chat model."""
    if listed.deprecated or not listed.id.startswith(family) or _NO_CHAT.search(listed.id):
        return None
    if listed.context_window is not None and listed.context_window < _LEAST_WINDOW:
        return None
    card = from_listed(listed.get_prices(now))
    return card.base.output * _MILLION if card is not None and card.base.output > 0 else None


def _release() -> str:
    # Imported here: it takes as long as the rest of the core together.
    from importlib.metadata import version

    return version("genai-prices")
