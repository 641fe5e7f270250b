"""What goes wrong at the first provider ends in an answer from the next, visibly."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from providers import AllProvidersFailed, GroqConfig, MultiLLMConfig, OpenAIConfig, Timeouts
from providers.billing.ledger import AttemptOutcome
from providers.config import LocalConfig
from providers.learning.health import BreakerState
from tests.fakeserver import (
    Behaviour,
    FakeServer,
    cut,
    empty,
    garbage,
    hang,
    hang_first_token,
    html,
    no_finish,
    ok,
    reset,
    stall,
    status,
)
from tests.routing.conftest import Bench

FAULTS: dict[str, tuple[Behaviour, str]] = {
    "401": (status(401), "auth"),
    "403": (status(403), "auth"),
    "404": (status(404), "model_not_found"),
    "429": (status(429), "rate_limit"),
    "500": (status(500), "unavailable"),
    "502 HTML": (status(502, "<html>bad gateway</html>"), "unavailable"),
    "503": (status(503), "unavailable"),
    "529": (status(529), "unavailable"),
    "reset": (reset(), "unavailable"),
    "hang": (hang(), "timeout"),
    "hang before the first token": (hang_first_token(), "timeout"),
    "cut": (cut(), "stream_interrupted"),
    "stall": (stall(), "timeout"),
    "no finish": (no_finish(), "stream_interrupted"),
    "garbage": (garbage(), "stream_interrupted"),
    "HTML 200": (html(), "stream_interrupted"),
    "empty 200": (empty(), "stream_interrupted"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("first", ["openai", "anthropic", "google", "groq"])
async def test_the_next_provider_answers(bench: Bench, first: str, fault: str) -> None:
    behaviour, kind = FAULTS[fault]
    bench.server.endpoint(first).reply(behaviour)
    seen = await bench.ask(provider=first)

    assert seen.answer.provider != first
    assert seen.answer.text == "Hello!"
    [failure] = seen.failed
    assert (failure.provider, failure.error.kind) == (first, kind)
    assert failure.next_provider == seen.answer.provider
    outcomes = [(start.provider, result.outcome) for start, result in bench.ledger.finished]
    assert outcomes == [
        (first, AttemptOutcome.FAILED),
        (seen.answer.provider, AttemptOutcome.OK),
    ]


async def test_refused_connection(server: FakeServer) -> None:
    bench = Bench(server)
    bench.build(groq=GroqConfig("k", base_url=server.refused_url("groq")))
    seen = await bench.ask(provider="groq")
    assert seen.failed[0].error.kind == "unavailable"
    assert seen.answer.text == "Hello!"
    await bench.factory.aclose()


@pytest.mark.parametrize("broken", [cut(), stall(), no_finish()])
async def test_a_partial_is_kept_and_never_spliced(bench: Bench, broken: Behaviour) -> None:
    bench.server.groq.reply(broken)
    seen = await bench.ask(provider="groq")
    assert seen.failed[0].error.partial_text.startswith("one two")
    assert seen.answer.text == "Hello!"
    assert bench.ledger.finished[0][1].partial_text.startswith("one two")


async def test_retries_back_off_then_fall_back(bench: Bench) -> None:
    bench.build(max_retries=2)
    bench.server.groq.default(status(503))
    seen = await bench.ask(provider="groq")
    assert [failure.provider for failure in seen.failed] == ["groq"] * 3
    assert bench.time.slept == [0.25, 0.5]
    assert [started.position for started in seen.started] == [1, 2, 3, 4]
    assert seen.answer.provider != "groq"


async def test_a_retry_that_works_needs_no_fallback(bench: Bench) -> None:
    bench.build(max_retries=3)
    bench.server.groq.reply(status(500), ok("second try"))
    seen = await bench.ask(provider="groq")
    assert (seen.answer.provider, seen.answer.text) == ("groq", "second try")


async def test_a_short_retry_after_is_waited_for(bench: Bench) -> None:
    bench.build(max_retries=3)
    bench.server.groq.reply(status(429, headers={"retry-after": "2"}), ok("after the wait"))
    seen = await bench.ask(provider="groq")
    assert bench.time.slept == [2.0]
    assert seen.answer.provider == "groq"


async def test_a_long_retry_after_cools_the_provider_and_nobody_waits(bench: Bench) -> None:
    bench.build(max_retries=3)
    bench.server.groq.reply(status(429, headers={"retry-after": "38"}))
    seen = await bench.ask(provider="groq")
    assert bench.time.slept == []
    assert seen.answer.provider != "groq"
    later = await bench.ask()
    assert later.route is not None
    assert "groq cooling down 38 s" in later.route.reason
    assert len(bench.server.groq.chats) == 1
    bench.time.now += 38
    assert (await bench.ask(provider="groq")).answer.provider == "groq"
    assert bench.factory.parts.monitor.health("groq").state is BreakerState.CLOSED


async def test_one_provider_alone_is_asked_again(server: FakeServer) -> None:
    bench = Bench(server)
    alone = {"openai": None, "anthropic": None, "google": None}
    bench.build(**alone, max_retries=3)
    server.groq.reply(status(429), cut(), ok("third time lucky"))
    assert (await bench.ask()).answer.text == "third time lucky"
    await bench.factory.aclose()


async def test_all_failed_lists_every_attempt(bench: Bench) -> None:
    for name in ("openai", "anthropic", "google", "groq"):
        bench.server.endpoint(name).default(status(503))
    with pytest.raises(AllProvidersFailed) as caught:
        await bench.ask(provider="groq")
    assert {attempt.provider for attempt in caught.value.attempts} == {
        "openai",
        "anthropic",
        "google",
        "groq",
    }
    assert "groq (openai/gpt-oss-120b): unavailable" in str(caught.value)


async def test_without_fallback_the_first_error_is_the_last(bench: Bench) -> None:
    bench.build(enable_fallback=False)
    bench.server.groq.default(status(503))
    with pytest.raises(AllProvidersFailed) as caught:
        await bench.ask(provider="groq")
    assert len(caught.value.attempts) == 1


async def test_the_built_in_model_is_the_last_resort(server: FakeServer) -> None:
    bench = Bench(server)
    bench.build(
        openai=None,
        anthropic=None,
        google=None,
        local=LocalConfig(max_tokens=8),
        timeouts=Timeouts(),
    )
    server.groq.default(status(503))
    seen = await bench.ask("Say hello.")
    assert seen.answer.provider == "local"
    assert (seen.answer.cost, seen.failed[0].provider) == (Decimal(0), "groq")
    await bench.factory.aclose()


async def test_stopping_bills_what_was_generated_and_closes_the_connection(bench: Bench) -> None:
    bench.server.groq.reply(replace(ok("word " * 200), delay=0.02))
    got_text = asyncio.Event()

    async def reader() -> None:
        from providers.reply import to_request
        from providers.routing.options import RouteOptions

        stream = bench.factory.router.stream(to_request("hi"), RouteOptions(provider="groq"))
        async for event in stream:
            if type(event).__name__ == "TextDelta":
                got_text.set()

    task = asyncio.create_task(reader())
    await got_text.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    [(_, result)] = bench.ledger.finished
    assert result.outcome is AttemptOutcome.CANCELLED
    assert result.cost_estimated
    assert result.cost is not None
    assert result.cost > 0
    assert result.partial_text.startswith("word")
    assert bench.factory.parts.monitor.health("groq").active == 0
    assert await asyncio.to_thread(bench.server.groq.chats[0].wait_disconnected, 2.0)


async def test_a_rate_limited_call_costs_nothing_and_a_lost_one_is_estimated(
    bench: Bench,
) -> None:
    bench.server.groq.reply(status(429), cut())
    await bench.ask(provider="groq")
    bench.time.now += 60
    await bench.ask(provider="groq")
    refused, _, lost, _ = (result for _, result in bench.ledger.finished)
    assert (refused.cost, refused.cost_estimated) == (Decimal(0), False)
    assert lost.cost is not None
    assert lost.cost > 0
    assert lost.cost_estimated


async def test_the_total_counts_the_failed_attempts(bench: Bench) -> None:
    bench.server.groq.reply(cut())
    done = (await bench.ask(provider="groq")).answer
    assert done.cost is not None
    assert done.total_cost is not None
    assert done.total_cost > done.cost


def test_sync_calls_work_again_and_again(server: FakeServer) -> None:
    from providers import ProviderFactory

    config = MultiLLMConfig(openai=OpenAIConfig("k", base_url=server.base_url("openai")))
    factory = ProviderFactory(config)
    server.openai.default(ok("one two three"))
    for _ in range(3):
        reply = factory.get_provider("openai").invoke("hi")
        assert reply.content == "one two three"
        assert reply.usage_metadata["input_tokens"] > 0
        assert reply.response_metadata["provider"] == "openai"
        assert reply.response_metadata["attempts"][-1]["outcome"] == "ok"
    assert "".join(factory.get_provider().stream("hi")) == "one two three"
    half_read = factory.get_provider().stream("hi")
    assert next(half_read)
    half_read.close()  # type: ignore[attr-defined]  # a generator, typed as iterator
    assert factory.health_check()["openai"]["status"] == "healthy"
    factory.close()
