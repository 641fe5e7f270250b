"""What providers say of their rate limits is kept to, before they have to refuse."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from providers import AllProvidersFailed, ProviderFactory
from providers.learning.allowance import AllowanceBook
from providers.quota import Meter, Quota
from tests.fakeserver import Reply, ok
from tests.routing.conftest import Bench

ALONE = {"openai": None, "anthropic": None, "google": None}


def build(bench: Bench, **settings: Any) -> None:
    bench.build(**{"routing_strategy": "manual", "primary_provider": "groq", **settings})
    bench.factory.parts.allowances = AllowanceBook(bench.time.clock)
    bench.factory.parts.clock = bench.time.clock
    bench.factory = ProviderFactory(bench.factory.config, parts=bench.factory.parts)


def left(requests: int, *, of: int = 30, reset: str = "60s") -> Reply:
    headers = {
        "x-ratelimit-limit-requests": str(of),
        "x-ratelimit-remaining-requests": str(requests),
        "x-ratelimit-reset-requests": reset,
    }
    return replace(ok("fine"), headers=headers)


def anthropic_left(tokens: int) -> Reply:
    headers = {
        "anthropic-ratelimit-tokens-limit": "8000",
        "anthropic-ratelimit-tokens-remaining": str(tokens),
        "anthropic-ratelimit-tokens-reset": "2099-01-01T00:00:00Z",
    }
    return replace(ok("fine"), headers=headers)


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize("name", ["openai", "groq"])
async def test_headers_are_read_streamed_and_plain(bench: Bench, name: str, streamed: bool) -> None:
    build(bench)
    bench.server.endpoint(name).reply(left(7))
    llm = bench.factory.get_provider(name)
    if streamed:
        assert [piece async for piece in llm.astream("hi")]
    else:
        await llm.ainvoke("hi")
    model = bench.factory.config_of(name).model
    quota = bench.factory.parts.allowances.quota((name, model))
    assert quota == Quota(Meter(30, 7, 60.0))


async def test_anthropics_tokens_are_read(bench: Bench) -> None:
    build(bench)
    bench.server.anthropic.reply(anthropic_left(5))
    await bench.factory.get_provider("anthropic").ainvoke("hi")
    seen = await bench.ask("word " * 400, provider="anthropic")
    assert seen.answer.provider != "anthropic"
    assert seen.route is not None
    assert "of 8,000 tokens left, more in" in seen.route.reason
    assert len(bench.server.anthropic.chats) == 1


async def test_who_has_nothing_left_is_passed_over_until_there_is(bench: Bench) -> None:
    build(bench)
    bench.server.groq.reply(left(0))
    await bench.ask("hi")
    seen = await bench.ask("hi")
    assert seen.answer.provider != "groq"
    assert seen.route is not None
    assert "groq cannot answer" in seen.route.reason
    assert "has 0 of 30 requests left, more in 2 s" in seen.route.reason
    assert len(bench.server.groq.chats) == 1, "no 429 was provoked"
    bench.time.now += 2.5
    assert (await bench.ask("hi")).answer.provider == "groq"


async def test_little_left_goes_to_those_who_have_no_other(bench: Bench) -> None:
    build(bench, routing_strategy="cost")
    first = (await bench.ask("hi")).answer.provider
    bench.server.endpoint(first).reply(
        anthropic_left(300) if first == "anthropic" else left(2, reset="600s")
    )
    await bench.ask("hi")
    seen = await bench.ask("hi")
    assert seen.answer.provider != first
    assert not seen.failed
    assert (await bench.ask("hi", provider=first)).answer.provider == first, "named, it is asked"


async def test_alone_it_is_waited_for(bench: Bench) -> None:
    build(bench, **ALONE)
    bench.server.groq.reply(left(0, of=60))
    await bench.ask("hi")
    assert (await bench.ask("hi")).answer.text == "Hello!"
    assert sum(bench.time.slept) == pytest.approx(1.0, abs=0.3)


async def test_or_not_when_it_takes_too_long(bench: Bench) -> None:
    build(bench, **ALONE)
    bench.server.groq.reply(left(0, of=1, reset="3600s"))
    await bench.ask("hi")
    with pytest.raises(AllProvidersFailed, match="has 0 of 1 requests left, more in 3600 s"):
        await bench.ask("hi")
    assert len(bench.server.groq.chats) == 1


async def test_many_at_once_take_no_more_than_there_is(bench: Bench) -> None:
    """All 20 begin before the headers of the first are here, and 15 go elsewhere by themselves."""
    build(bench, primary_provider="groq")
    bench.server.groq.reply(left(5))
    await bench.ask("hi")
    bench.server.groq.default(replace(ok("slow"), first_delay=0.2))
    answers = await asyncio.gather(*(bench.ask("hi") for _ in range(20)))
    used = [seen.answer.provider for seen in answers]
    assert used.count("groq") <= 6
    assert len(used) == 20


async def test_information_shows_what_is_left(bench: Bench) -> None:
    build(bench)
    assert bench.factory.get_provider_info("groq")["allowance"] is None
    bench.server.groq.reply(left(7))
    await bench.ask("hi")
    told = bench.factory.get_provider_info("groq")["allowance"]
    assert told == {
        "requests": {"limit": 30, "remaining": 7, "reset": 60.0},
        "tokens": None,
    }
