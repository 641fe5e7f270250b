"""Prices, predictions and limits."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from genai_prices import Usage as ListedUsage
from genai_prices import calc_price

from providers.candidates import Limits, Planner
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
from providers.errors import BudgetExceeded
from providers.estimate import TokenEstimator, estimate_request, estimate_text
from providers.messages import ChatRequest, Message, Role
from providers.pricing import PriceBook
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
PRICED = OpenAIConfig(price=PriceOverride(Decimal(1), Decimal(10)))


@pytest.fixture
def planner(prices: PriceBook) -> Planner:
    return Planner(prices, TokenEstimator())


def test_a_plan_without_limits_sends_no_ceiling(planner: Planner) -> None:
    plan = planner.plan(PRICED, REQUEST, Limits())
    assert plan.max_tokens is None
    assert plan.predicted_cost == prices_of(plan.input_tokens, 300)


def prices_of(tokens_in: int, tokens_out: int) -> Decimal:
    return (Decimal(tokens_in) + 10 * Decimal(tokens_out)) / 1_000_000


def test_the_ceiling_is_lowered_until_the_worst_case_fits(planner: Planner) -> None:
    limit = Decimal("0.01")
    plan = planner.plan(PRICED, REQUEST, Limits(per_request=limit))
    assert plan.max_tokens is not None
    assert plan.worst_case is not None
    assert limit - prices_of(0, 1) < plan.worst_case <= limit


def test_what_was_spent_today_counts(planner: Planner) -> None:
    limits = Limits(daily=Decimal("0.02"), spent_today=Decimal("0.0199"))
    with pytest.raises(BudgetExceeded, match=r"daily limit \$0\.02, \$0\.02 spent"):
        planner.plan(PRICED, REQUEST, limits)


def test_a_limit_too_small_for_an_answer_is_refused_with_the_numbers(planner: Planner) -> None:
    with pytest.raises(BudgetExceeded, match=r"limit \$0\.001 a request, this needs \$0\.00"):
        planner.plan(PRICED, REQUEST, Limits(per_request=Decimal("0.001")))


def test_an_unknown_price_passes_until_the_limit_is_used_up(planner: Planner) -> None:
    unknown = OpenAIConfig(model="gpt-of-tomorrow")
    assert planner.plan(unknown, REQUEST, Limits(daily=Decimal(1))).worst_case is None
    used_up = Limits(daily=Decimal(1), spent_today=Decimal(1))
    with pytest.raises(BudgetExceeded):
        planner.plan(unknown, REQUEST, used_up)


def test_the_system_prompt_is_part_of_the_estimate() -> None:
    with_system = ChatRequest(REQUEST.messages, system="b" * 400)
    assert estimate_request(with_system) >= estimate_request(REQUEST) + 100
