"""Strategies that look at the question or at the load, over real HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from providers import (
    AllProvidersFailed,
    Attachment,
    AttachmentKind,
    ChatRequest,
    ConfigError,
    GroqConfig,
    Message,
    ModelConfig,
    PriceOverride,
    Role,
    RoutingRule,
    Strategy,
    Timeouts,
)
from providers.config import OpenAIApi, OpenAIConfig
from providers.routing.options import RouteOptions
from tests.fakeserver import ok, status
from tests.routing.conftest import Bench

PNG = Attachment(AttachmentKind.IMAGE, "image/png", b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize(
    ("question", "expected", "words"),
    [
        ("What is the capital of Norway?", "groq", "the question is short and plain: cheapest"),
        (
            "Compare TCP and QUIC for a game server.",
            "anthropic",
            'the question says "compare": best of 4',
        ),
        ("Tell me of your day. " * 30, "groq", "the question has 150 words: fastest of 4"),
        ("word " * 4_000, "anthropic", "the question comes to about 5,0"),
    ],
)
async def test_dynamic_chooses_its_yardstick_by_the_question(
    bench: Bench, question: str, expected: str, words: str
) -> None:
    seen = await bench.ask(question, strategy=Strategy.DYNAMIC)
    assert seen.answer.provider == expected
    assert seen.route is not None
    assert seen.route.strategy == "dynamic"
    assert seen.route.reason.startswith(words)


RULES = [
    RoutingRule(name="pictures", provider="google", attachment="image"),  # type: ignore[arg-type]
    RoutingRule(provider="anthropic", task="code"),  # type: ignore[arg-type]
    RoutingRule(name="secrets", provider="groq", model="small", pattern=r"\bpassword\b"),
    RoutingRule(provider="openai", min_tokens=1_000),
]


@pytest.mark.parametrize(
    ("question", "expected", "words"),
    [
        ("Fix this function in python: def f(:", "anthropic", "rule (code)"),
        ("My password is hunter2", "groq", "rule 'secrets'"),
        ("word " * 1_000, "openai", "rule (from 1,000 tokens)"),
        ("Hello there", "groq", "no rule matches; the question is short and plain: cheapest"),
    ],
)
async def test_the_first_rule_that_matches_decides(
    bench: Bench, question: str, expected: str, words: str
) -> None:
    bench.build(
        routing_strategy="rules",
        rules=RULES,
        groq=GroqConfig("k", base_url=bench.server.base_url("groq"), models=["small"]),
    )
    seen = await bench.ask(question)
    assert seen.answer.provider == expected
    assert seen.route is not None
    assert seen.route.reason.startswith(words)
    if expected == "groq" and "password" in question:
        assert bench.server.groq.chats[0].body["model"] == "small"


async def test_a_rule_looks_at_what_is_attached(bench: Bench) -> None:
    bench.build(routing_strategy="rules", rules=RULES[:1])
    request = ChatRequest((Message(Role.USER, "What is this?", (PNG,)),))
    ranking = await bench.factory.router.rank(request)
    assert ranking.order[0].provider == "google"
    assert ranking.reason == "rule 'pictures'; groq takes no image"


async def test_when_the_rules_choice_fails_the_others_follow(bench: Bench) -> None:
    bench.build(routing_strategy="rules", rules=RULES[:2])
    bench.server.anthropic.reply(status(500))
    seen = await bench.ask("Fix this function in python: def f(:")
    assert seen.failed[0].provider == "anthropic"
    assert seen.answer.text == "Hello!"


def test_rules_that_cannot_work_are_refused() -> None:
    with pytest.raises(ConfigError, match="has no condition"):
        RoutingRule(provider="openai")
    with pytest.raises(ConfigError, match=r"'\(' is no regular expression"):
        RoutingRule(provider="openai", pattern="(")
    with pytest.raises(ConfigError, match="'poems' is no task; allowed are code, translation"):
        RoutingRule(provider="openai", task="poems")  # type: ignore[arg-type]
    bench = Bench(server=None)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="needs at least one rule"):
        _config(bench, routing_strategy="rules")
    with pytest.raises(ConfigError, match="names the model 'gpt-0', which openai does not list"):
        _config(bench, rules=[RoutingRule(provider="openai", model="gpt-0", pattern="x")])
    with pytest.raises(ConfigError, match="rules names 'nobody', which is no provider"):
        _config(bench, rules=[RoutingRule(provider="nobody", pattern="x")])


def _config(bench: Bench, **settings: object) -> object:
    from providers import MultiLLMConfig

    return MultiLLMConfig(openai=OpenAIConfig("k"), **settings)  # type: ignore[arg-type]


async def test_balanced_spreads_and_respects_each_ones_limit(bench: Bench) -> None:
    for name in ("openai", "anthropic", "google", "groq"):
        bench.server.endpoint(name).default(replace(ok("fine"), first_delay=0.1))
    bench.build(routing_strategy="balanced", timeouts=Timeouts())
    answers = await asyncio.gather(*(bench.ask() for _ in range(12)))
    served = [seen.answer.provider for seen in answers]
    assert sorted({name: served.count(name) for name in served}.values()) == [3, 3, 3, 3]
    assert answers[0].route is not None
    assert answers[0].route.reason.startswith("least busy of 4: ")


async def test_one_after_the_other_balanced_takes_turns(bench: Bench) -> None:
    bench.build(routing_strategy="balanced", timeouts=Timeouts())
    served = [(await bench.ask()).answer.provider for _ in range(8)]
    assert sorted({name: served.count(name) for name in served}.values()) == [2, 2, 2, 2]


async def test_a_concurrency_limit_queues_in_order(bench: Bench) -> None:
    url = bench.server.base_url("openai")
    bench.build(
        openai=OpenAIConfig("k", base_url=url, api=OpenAIApi.CHAT, max_concurrency=2),
        anthropic=None,
        google=None,
        groq=None,
    )
    most = 0

    def answer(request: object) -> object:
        nonlocal most
        most = max(most, bench.factory.parts.turnstile.load("openai").active)
        return replace(ok("fine"), first_delay=0.02)

    bench.server.openai.default(answer)  # type: ignore[arg-type]
    answers = await asyncio.gather(*(bench.ask() for _ in range(10)))
    assert len(answers) == 10
    assert most == 2
    assert bench.factory.parts.turnstile.load("openai").total == 0


async def test_several_models_of_a_provider_are_several_candidates(bench: Bench) -> None:
    url = bench.server.base_url("openai")
    cheap = ModelConfig(
        "tiny", price=PriceOverride(Decimal("0.001"), Decimal("0.001")), quality=0.3
    )
    bench.build(
        openai=OpenAIConfig("k", base_url=url, models=[cheap, "gpt-of-tomorrow"], quality=0.95)
    )
    by_cost = await bench.ask(strategy=Strategy.COST)
    assert (by_cost.answer.provider, by_cost.answer.model) == ("openai", "tiny")
    assert bench.server.openai.chats[0].body["model"] == "tiny"
    by_quality = await bench.ask(strategy=Strategy.QUALITY)
    assert (by_quality.answer.provider, by_quality.answer.model) == ("openai", "gpt-6.1-terra")
    named = await bench.ask(provider="openai", model="gpt-of-tomorrow")
    assert named.answer.model == "gpt-of-tomorrow"
    assert named.answer.cost is None, "its price is unknown, not that of its sister"
    assert by_cost.route is not None
    assert len(by_cost.route.candidates) == 6


async def test_an_unknown_model_is_left_alone_and_its_sister_answers(bench: Bench) -> None:
    url = bench.server.base_url("openai")
    bench.build(
        openai=OpenAIConfig("k", base_url=url, models=["other"]),
        anthropic=None,
        google=None,
        groq=None,
    )
    bench.server.openai.reply(status(404), model="gpt-6.1-terra")
    first = await bench.ask()
    assert first.answer.model == "other"
    again = await bench.ask()
    assert again.failed == []
    assert again.route is not None
    assert "openai cooling down" in again.route.reason


async def test_a_request_too_long_goes_to_a_model_that_takes_more(bench: Bench) -> None:
    url = bench.server.base_url("openai")
    big = ModelConfig("big", context_window=1_000_000, quality=0.2)
    twin = ModelConfig("twin", context_window=8_000, quality=0.5)
    bench.build(
        openai=OpenAIConfig("k", base_url=url, context_window=8_000, models=[twin, big]),
        anthropic=None,
        google=None,
        groq=None,
    )
    too_long = status(400, "too long", error_code="context_length_exceeded")
    bench.server.openai.reply(too_long, model="gpt-6.1-terra")
    seen = await bench.ask(strategy=Strategy.QUALITY)
    assert seen.answer.model == "big"
    assert [f.model for f in seen.failed] == ["gpt-6.1-terra"], "the twin was not even asked"
    unsent = await bench.ask("word " * 10_000, strategy=Strategy.QUALITY)
    assert unsent.answer.model == "big"
    assert unsent.failed == []
    assert unsent.route is not None
    assert "takes 8,000 tokens, the conversation has about" in unsent.route.reason


async def test_what_a_provider_cannot_read_passes_it_over(bench: Bench) -> None:
    audio = Attachment(AttachmentKind.AUDIO, "audio/wav", b"RIFF")
    request = ChatRequest((Message(Role.USER, "What is this?", (audio,)),))
    assert (await bench.factory.router.rank(request)).order[0].provider == "google"
    bench.build(google=None)
    with pytest.raises(AllProvidersFailed, match="groq takes no audio"):
        async for _ in bench.factory.router.stream(request, RouteOptions()):
            pass
