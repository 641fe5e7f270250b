"""What a call would mean in tokens and dollars, under limits and context windows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from providers.billing.ledger import SpendLimit, Standing
from providers.billing.pricing import PriceBook
from providers.config import CustomConfig, OpenAIConfig, PriceOverride, ProviderConfig
from providers.errors import BudgetExceeded, ContextTooLong
from providers.learning.estimate import TokenEstimator, measure
from providers.learning.prompt_cache import PromptCache
from providers.messages import ChatRequest, Message, Role
from providers.routing.plan import Limits, Plan, Planner

TODAY = date(2026, 11, 23)
REQUEST = ChatRequest((Message(Role.USER, "a" * 4_000),))
PRICED = OpenAIConfig(price=PriceOverride(Decimal(1), Decimal(10), cached=Decimal("0.1")))


class Planning:
    def __init__(self, *, lower: bool = True) -> None:
        self.estimator = TokenEstimator()
        self.cache = PromptCache()
        prices = PriceBook(lambda: datetime(2026, 11, 23, tzinfo=UTC))
        self.planner = Planner(prices, self.estimator, self.cache, lower_max_tokens=lower)

    def plan(
        self,
        config: ProviderConfig = PRICED,
        limits: Limits | None = None,
        request: ChatRequest = REQUEST,
        prefix: int = 0,
    ) -> Plan:
        size = measure(request)
        return self.planner.plan(
            config, request, limits or Limits(), size=size, prefix_tokens=prefix
        )


def daily(dollars: str, spent: str = "0", reserved: str = "0") -> Limits:
    limit = SpendLimit("daily limit", Decimal(dollars), TODAY, "openai")
    return Limits(None, (limit,), (Standing(Decimal(spent), Decimal(reserved)),))


def price(tokens_in: int, tokens_out: int) -> Decimal:
    return (Decimal(tokens_in) + 10 * Decimal(tokens_out)) / 1_000_000


def test_a_plan_without_limits_sends_no_ceiling() -> None:
    plan = Planning().plan()
    assert plan.max_tokens is None
    assert not plan.asked_ceiling
    assert plan.predicted_cost == price(plan.input_tokens, 300)


def test_the_ceiling_is_lowered_until_the_worst_case_fits() -> None:
    limit = Decimal("0.01")
    plan = Planning().plan(limits=Limits(per_request=limit))
    assert plan.max_tokens is not None
    assert plan.worst_case is not None
    assert limit - price(0, 1) < plan.worst_case <= limit


def test_the_worst_case_reckons_with_dense_text_but_not_beyond_a_token_a_byte() -> None:
    dense = ChatRequest((Message(Role.USER, "9f8a7b6c" * 500),))
    planning = Planning()
    assert measure(dense).tokens == 1_004
    worst = planning.estimator.most_input_tokens(("openai", "m"), measure(dense))
    assert 2_500 <= worst <= 4_004 + 512
    short = measure(ChatRequest((Message(Role.USER, "hi"),)))
    assert planning.estimator.most_input_tokens(("openai", "m"), short) <= 6 + 512


def test_an_overhead_that_was_seen_once_is_reckoned_with_from_then_on() -> None:
    planning = Planning()
    key = ("openai", "m")
    planning.estimator.observe(key, raw_estimate=10, input_tokens=5_000, output_tokens=1)
    size = measure(ChatRequest((Message(Role.USER, "hi"),)))
    assert planning.estimator.most_input_tokens(key, size) >= 4_975


def test_without_lowering_a_call_that_may_not_fit_is_refused() -> None:
    with pytest.raises(BudgetExceeded, match=r"limit \$0\.01 a request, this may cost \$0\.04"):
        Planning(lower=False).plan(limits=Limits(per_request=Decimal("0.01")))


def test_what_was_spent_counts_and_what_is_reserved_may_come_back() -> None:
    with pytest.raises(BudgetExceeded, match=r"daily limit \$0\.02, \$0\.02 spent"):
        Planning().plan(limits=daily("0.02", spent="0.0199"))
    assert Planning().plan(limits=daily("0.02", reserved="0.0199")).max_tokens is not None


def test_a_limit_too_small_for_an_answer_is_refused_with_the_numbers() -> None:
    with pytest.raises(BudgetExceeded, match=r"limit \$0\.001 a request, this may cost \$0\.00"):
        Planning().plan(limits=Limits(per_request=Decimal("0.001")))


def test_an_unknown_price_passes_until_the_limit_is_used_up() -> None:
    unknown = OpenAIConfig(model="gpt-of-tomorrow")
    assert Planning().plan(unknown, daily("1")).worst_case is None
    with pytest.raises(BudgetExceeded):
        Planning().plan(unknown, daily("1", spent="1"))


def test_the_cached_part_of_a_prompt_is_cheaper_once_it_was_seen_to_be_cached() -> None:
    planning = Planning()
    before = planning.plan(prefix=900)
    planning.cache.observe(("openai", PRICED.model), prefix_tokens=900, cached_tokens=900)
    after = planning.plan(prefix=900)
    assert before.predicted_cost is not None
    assert after.predicted_cost is not None
    saved = before.predicted_cost - after.predicted_cost
    assert saved == Decimal(900) * Decimal("0.9") / 1_000_000


def test_a_conversation_that_does_not_fit_is_not_sent() -> None:
    small = CustomConfig(name="c", base_url="http://127.0.0.1:1", model="m", context_window=800)
    with pytest.raises(ContextTooLong, match="takes 800 tokens, the conversation has about 1,004"):
        Planning().plan(small)
    roomy = CustomConfig(
        name="c", base_url="http://127.0.0.1:1", model="m", context_window=1_200, max_tokens=500
    )
    assert Planning().plan(roomy).max_tokens == 196
    close = replace(roomy, context_window=950)
    assert Planning().plan(close).max_tokens == 128, "an estimate may be off, so it is tried"
