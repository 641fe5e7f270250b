"""Each strategy against four providers that really answer over HTTP."""

from __future__ import annotations

from decimal import Decimal

import pytest

from providers import AllProvidersFailed, ConfigError, MultiLLMConfig, OpenAIConfig, Strategy
from providers.config import AnthropicConfig, GroqConfig
from providers.learning.health import Outcome
from tests.fakeserver import ok
from tests.routing.conftest import Bench

GROQ, OPENAI = GroqConfig().model, OpenAIConfig().model


@pytest.mark.parametrize(
    ("strategy", "expected", "word"),
    [
        (Strategy.COST, "groq", "cheapest of 4: $0.0"),
        (Strategy.LATENCY, "groq", "fastest of 4: 0.5 s expected"),
        (Strategy.QUALITY, "anthropic", "best of 4: quality 0.8"),
    ],
)
async def test_each_strategy_picks_what_it_should(
    bench: Bench, strategy: Strategy, expected: str, word: str
) -> None:
    seen = await bench.ask(strategy=strategy)
    assert seen.answer.provider == expected
    assert seen.route is not None
    assert seen.route.reason.startswith(word)
    assert len(bench.server.endpoint(expected).chats) == 1


@pytest.mark.parametrize("name", ["openai", "anthropic", "google", "groq"])
async def test_naming_a_provider_asks_it_whatever_the_strategy(bench: Bench, name: str) -> None:
    seen = await bench.ask(provider=name)
    assert seen.answer.provider == name
    assert seen.route is not None
    assert (seen.route.strategy, seen.route.reason) == ("manual", "named by you")


async def test_measured_latency_beats_the_prior(bench: Bench) -> None:
    bench.factory.parts.monitor.warm_up("groq", GROQ, [Outcome(ok=True, latency=9.0)] * 9)
    bench.factory.parts.monitor.warm_up("openai", OPENAI, [Outcome(ok=True, latency=0.1)] * 9)
    seen = await bench.ask(strategy=Strategy.LATENCY)
    assert seen.answer.provider == "openai"
    assert seen.route is not None
    assert "0.2 s measured" in seen.route.reason


async def test_failing_fast_does_not_make_a_provider_the_fastest(bench: Bench) -> None:
    failures = [Outcome(ok=False, latency=0.01, error_kind="unavailable")] * 5
    bench.factory.parts.monitor.warm_up("anthropic", AnthropicConfig().model, failures)
    assert (await bench.ask(strategy=Strategy.LATENCY)).answer.provider == "groq"


async def test_the_cost_of_an_answer_is_its_usage_times_the_price(bench: Bench) -> None:
    bench.server.groq.reply(ok("four words of answer"))
    done = (await bench.ask(provider="groq")).answer
    assert done.usage.input_tokens > 0
    expected = bench.factory.get_request_cost(
        "groq",
        {"input_tokens": done.usage.input_tokens, "output_tokens": done.usage.output_tokens},
    )
    assert done.cost == expected == done.total_cost
    [(_, result)] = bench.ledger.finished
    assert (result.cost, result.cost_estimated) == (expected, False)


async def test_a_provider_without_a_key_is_passed_over_and_listed(bench: Bench) -> None:
    bench.build(groq=GroqConfig())
    seen = await bench.ask(strategy=Strategy.COST)
    assert seen.answer.provider != "groq"
    assert seen.route is not None
    [keyless] = [view for view in seen.route.candidates if not view.usable]
    assert (keyless.provider, keyless.reason) == ("groq", "has no key")
    assert "groq" in bench.factory.list_providers()
    assert bench.factory.get_provider_info("groq")["status"] == "no_key"


async def test_nobody_with_a_key_says_so() -> None:
    from providers import ProviderFactory

    factory = ProviderFactory(MultiLLMConfig(openai=OpenAIConfig()), find_key=lambda _: None)
    with pytest.raises(AllProvidersFailed, match="openai has no key"):
        await factory.get_provider().ainvoke("hi")


async def test_a_daily_limit_moves_the_request_to_the_next(bench: Bench) -> None:
    bench.build(daily_cost_limits={"groq": Decimal("0.0000001")})
    seen = await bench.ask(strategy=Strategy.COST)
    assert seen.answer.provider != "groq"
    assert seen.route is not None
    assert "groq daily limit $0.0000001" in seen.route.reason
    assert bench.server.groq.chats == []


async def test_a_request_limit_lowers_the_ceiling_on_the_wire(bench: Bench) -> None:
    little = {"groq": Decimal("0.0005")}
    bench.build(cost_limit_per_provider=little)
    assert (await bench.ask(provider="groq")).answer.provider != "groq", "it might cost more"
    bench.build(cost_limit_per_provider=little, lower_max_tokens=True)
    await bench.ask(provider="groq")
    body = bench.server.groq.chats[0].body
    ceiling = int(body.get("max_completion_tokens") or body["max_tokens"])
    assert 128 <= ceiling < 1_000


def test_wrong_names_say_what_is_allowed() -> None:
    with pytest.raises(ConfigError, match="'cheap' is no routing strategy; allowed are cost, lat"):
        MultiLLMConfig(routing_strategy="cheap")  # type: ignore[arg-type]  # what users type
    with pytest.raises(ConfigError, match="'opnai', which is no provider; known are openai"):
        MultiLLMConfig(primary_provider="opnai")
    with pytest.raises(ConfigError, match="max_retries must be 0 or more"):
        MultiLLMConfig(max_retries=-1)
