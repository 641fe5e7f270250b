"""Prices, predictions and limits."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from genai_prices import Usage as ListedUsage
from genai_prices import calc_price

from providers.billing.pricing import PriceBook
from providers.config import (
    AnthropicConfig,
    CustomConfig,
    GoogleConfig,
    GroqConfig,
    LocalConfig,
    OpenAIConfig,
    PriceOverride,
    ProviderConfig,
)
from providers.learning.estimate import TokenEstimator, estimate_request, estimate_text
from providers.messages import ChatRequest, Message, Role
from providers.usage import Usage

NOW = datetime(2026, 11, 22, tzinfo=UTC)
USAGE = Usage(10_000, 500, cached_tokens=4_000)
ELSEWHERE = "http://127.0.0.1:1/v1"


@pytest.fixture
def prices() -> PriceBook:
    return PriceBook(lambda: NOW)


@pytest.mark.parametrize(
    ("config", "listed_as"),
    [
        (OpenAIConfig(), "openai"),
        (AnthropicConfig(), "anthropic"),
        (GoogleConfig(), "google"),
        (GroqConfig(), "groq"),
    ],
)
def test_every_default_model_costs_what_the_list_says(
    prices: PriceBook, config: ProviderConfig, listed_as: str
) -> None:
    listed = calc_price(
        ListedUsage(input_tokens=10_000, output_tokens=500, cache_read_tokens=4_000),
        model_ref=config.model,
        provider_id=listed_as,
        genai_request_timestamp=NOW,
    )
    assert prices.cost(config, USAGE) == listed.total_price > 0


def test_unknown_is_unknown_and_free_is_free(prices: PriceBook) -> None:
    assert prices.cost(OpenAIConfig(model="gpt-of-tomorrow"), USAGE) is None
    assert prices.cost(CustomConfig(name="x", base_url=ELSEWHERE, model="m"), USAGE) is None
    assert prices.cost(LocalConfig(), USAGE) == 0


def test_a_custom_endpoint_of_a_listed_host_has_its_price(prices: PriceBook) -> None:
    config = CustomConfig(name="ds", base_url="https://api.deepseek.com", model="deepseek-chat")
    assert prices.cost(config, USAGE) is not None


def test_an_override_wins(prices: PriceBook) -> None:
    price = PriceOverride(Decimal(2), Decimal(10), cached=Decimal("0.5"))
    config = OpenAIConfig(price=price)
    # 6,000 fresh at $2, 4,000 cached at $0.50, 500 out at $10, each per million.
    assert prices.cost(config, USAGE) == Decimal("0.019")
    uncached = OpenAIConfig(price=PriceOverride(Decimal(2), Decimal(10)))
    assert prices.cost(uncached, USAGE) == Decimal("0.025")


def test_the_estimate_knows_other_scripts_and_calibrates() -> None:
    assert estimate_text("a" * 400) == 100
    assert estimate_text("漢" * 90) == 60
    estimator = TokenEstimator()
    key = ("openai", "m")
    assert estimator.input_tokens(key, 100) == 100
    estimator.observe(key, raw_estimate=100, input_tokens=130, output_tokens=50)
    assert estimator.input_tokens(key, 100) == 130
    assert estimator.output_tokens(key) < 300
    estimator.observe(key, raw_estimate=1, input_tokens=10**9, output_tokens=50)
    assert estimator.input_tokens(key, 100) <= 400, "one odd report cannot derail it"


REQUEST = ChatRequest((Message(Role.USER, "a" * 4_000),))


def test_the_system_prompt_is_part_of_the_estimate() -> None:
    with_system = ChatRequest(REQUEST.messages, system="b" * 400)
    assert estimate_request(with_system) >= estimate_request(REQUEST) + 100
