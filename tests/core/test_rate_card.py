"""Our arithmetic and the price list's own give the same dollars, for every model it knows."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from genai_prices import Usage as ListedUsage
from genai_prices.data_snapshot import get_snapshot
from hypothesis import given
from hypothesis import strategies as st

from providers.billing.rate_card import from_listed
from providers.usage import Usage

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OURS = ("openai", "anthropic", "google", "groq", "deepseek", "mistral", "perplexity", "openrouter")
MODELS = [
    model
    for provider in get_snapshot().providers
    if provider.id in OURS
    for model in provider.models
]


@given(
    st.sampled_from(MODELS),
    st.integers(0, 1_200_000),
    st.integers(0, 100_000),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_same_dollars(
    model: object, read: int, written: int, cached_share: float, write_share: float
) -> None:
    price = model.get_prices(NOW)  # type: ignore[attr-defined]  # a ModelInfo
    card = from_listed(price)
    if card is None:
        assert price.input_mtok is None or price.output_mtok is None
        return
    cached = int(read * cached_share)
    cache_write = int((read - cached) * write_share)
    listed = price.calc_price(
        ListedUsage(
            input_tokens=read,
            output_tokens=written,
            cache_read_tokens=cached,
            cache_write_tokens=cache_write,
        )
    )
    ours = card.cost(Usage(read, written, cached_tokens=cached, cache_write_tokens=cache_write))
    assert ours == pytest.approx(listed["total_price"], rel=Decimal("1e-20"), abs=Decimal("1e-20"))


def test_a_long_context_is_billed_by_its_tier() -> None:
    tiered = [
        card
        for model in MODELS
        if (card := from_listed(model.get_prices(NOW))) is not None and card.tiers
    ]
    assert tiered
    card = tiered[0]
    start, rates = card.tiers[0]
    assert card.rates(start) == card.base
    assert card.rates(start + 1) == rates != card.base
