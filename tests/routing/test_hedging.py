"""A second call when the first is slow to begin: one answer, both billed, nobody left behind."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from providers import AllProvidersFailed, ConfigError, GroqConfig, Hedging, Timeouts
from providers.billing.ledger import AttemptOutcome
from providers.events import AttemptCancelled, RouterEvent
from providers.learning.health import Outcome
from providers.reply import to_request
from providers.routing.options import RouteOptions
from tests.fakeserver import cut, hang, ok, status
from tests.routing.conftest import Bench, Seen

PATIENT = Timeouts(connect=1, first_token=5, idle=5, total=20)
ASK_GROQ = RouteOptions(provider="groq")


def hedged(bench: Bench, **settings: object) -> None:
    """Build a factory that hedges and has measured groq: 20 answers, first token after 20 ms.

    The backup's alarm needs a clock that runs, because the server's delays do.
    """
    bench.build(
        **{
            "anthropic": None,
            "google": None,
            "hedging": Hedging(shortest_delay=0.01),
            "timeouts": PATIENT,
            **settings,
        }
    )
    bench.factory.parts.sleep = asyncio.sleep
    told = [Outcome(ok=True, latency=0.1, time_to_first_token=0.02, output_tokens=5)] * 20
    bench.factory.parts.monitor.warm_up("groq", GroqConfig().model, told)


async def events_of(bench: Bench, options: RouteOptions = ASK_GROQ) -> list[RouterEvent]:
    stream = bench.factory.router.stream(to_request("hi"), options)
    return [event async for event in stream]


async def test_a_slow_beginning_is_overtaken_and_both_are_billed(bench: Bench) -> None:
    hedged(bench)
    bench.server.groq.reply(replace(ok("slow words"), first_delay=3.0))
    bench.server.openai.reply(ok("quick words"))
    events = await events_of(bench)
    seen = seen_in(events)
    assert seen.answer.text == "quick words"
    assert [(s.provider, s.hedge) for s in seen.started] == [("groq", False), ("openai", True)]
    [stopped] = [event for event in events if isinstance(event, AttemptCancelled)]
    assert (stopped.provider, stopped.position) == ("groq", 1)
    outcomes = {start.provider: result for start, result in bench.ledger.finished}
    assert outcomes["groq"].outcome is AttemptOutcome.CANCELLED
    assert outcomes["openai"].outcome is AttemptOutcome.OK
    groq, openai = outcomes["groq"].cost, outcomes["openai"].cost
    assert groq is not None
    assert openai is not None
    assert groq > 0
    assert seen.answer.total_cost == groq + openai
    assert seen.answer.cost == openai
    assert await asyncio.to_thread(bench.server.groq.chats[0].wait_disconnected, 2.0)
    assert bench.factory.parts.monitor.health("groq").active == 0
    assert bench.factory.parts.turnstile.load("groq").active == 0
    assert bench.factory.parts.metrics.snapshot("openai").hedges == 1


def seen_in(events: list[RouterEvent]) -> Seen:
    seen = Seen()
    for event in events:
        seen.add(event)
    return seen


async def test_a_quick_beginning_starts_no_backup(bench: Bench) -> None:
    hedged(bench, hedging=Hedging(shortest_delay=2.0))
    bench.server.groq.reply(ok("quick words"))
    seen = seen_in(await events_of(bench))
    assert [s.provider for s in seen.started] == ["groq"]
    assert bench.server.openai.chats == []


async def test_the_first_may_still_win_and_the_backup_is_stopped(bench: Bench) -> None:
    hedged(bench)
    bench.server.groq.reply(replace(ok("first after all"), first_delay=0.3))
    bench.server.openai.reply(replace(ok("too late"), first_delay=3.0))
    events = await events_of(bench)
    seen = seen_in(events)
    assert seen.answer.text == "first after all"
    [stopped] = [event for event in events if isinstance(event, AttemptCancelled)]
    assert stopped.provider == "openai"


async def test_when_one_fails_the_other_goes_on(bench: Bench) -> None:
    hedged(bench)
    bench.server.groq.reply(replace(ok("after a while"), first_delay=0.4))
    bench.server.openai.reply(status(503))
    seen = seen_in(await events_of(bench))
    assert seen.answer.text == "after a while"
    assert [f.provider for f in seen.failed] == ["openai"]


async def test_when_both_fail_the_chain_goes_on_without_them(bench: Bench) -> None:
    hedged(bench, max_retries=0)
    bench.server.groq.reply(replace(status(503), first_delay=0.3))
    bench.server.openai.reply(status(500))
    with pytest.raises(AllProvidersFailed) as caught:
        await events_of(bench)
    assert sorted(a.provider for a in caught.value.attempts) == ["groq", "openai"]
    assert len(bench.server.openai.chats) == 1


async def test_what_was_not_measured_is_not_hedged(bench: Bench) -> None:
    hedged(bench)
    bench.server.openai.reply(replace(ok("alone"), first_delay=0.2))
    seen = seen_in(await events_of(bench, RouteOptions(provider="openai")))
    assert [s.provider for s in seen.started] == ["openai"]


async def test_the_daily_cap_ends_hedging_and_is_no_failure(bench: Bench) -> None:
    hedged(bench, hedging=Hedging(daily_cap=Decimal("0.0000001"), shortest_delay=0.01))
    bench.server.groq.reply(replace(ok("alone"), first_delay=0.3))
    seen = seen_in(await events_of(bench))
    assert seen.answer.text == "alone"
    assert seen.failed == []
    assert bench.server.openai.chats == []


async def test_off_unless_asked_for(bench: Bench) -> None:
    hedged(bench, hedging=None)
    bench.server.groq.reply(replace(ok("alone"), first_delay=0.3))
    assert [s.provider for s in seen_in(await events_of(bench)).started] == ["groq"]


async def test_stopping_stops_both(bench: Bench) -> None:
    hedged(bench)
    bench.server.groq.reply(hang())
    bench.server.openai.reply(hang())
    both = asyncio.Event()

    async def reader() -> None:
        started = 0
        async for event in bench.factory.router.stream(to_request("hi"), ASK_GROQ):
            started += type(event).__name__ == "AttemptStarted"
            if started == 2:
                both.set()

    before = asyncio.all_tasks()
    task = asyncio.create_task(reader())
    await asyncio.wait_for(both.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert {result.outcome for _, result in bench.ledger.finished} == {AttemptOutcome.CANCELLED}
    assert len(bench.ledger.finished) == 2
    assert asyncio.all_tasks() == before


async def test_invoke_hedges_too(bench: Bench) -> None:
    hedged(bench)
    bench.server.groq.reply(replace(ok("slow words"), first_delay=3.0))
    reply = await bench.factory.get_provider("groq").ainvoke("hi")
    assert reply.response_metadata["provider"] == "openai"
    told = [(a["provider"], a["outcome"]) for a in reply.response_metadata["attempts"]]
    assert told == [("groq", "cancelled"), ("openai", "ok")]


def test_impossible_wishes_are_refused() -> None:
    with pytest.raises(ConfigError, match="daily_cap must be 0 or more"):
        Hedging(daily_cap=Decimal(-1))
    with pytest.raises(ConfigError, match="min_samples must be at least 2"):
        Hedging(min_samples=1)


LOOP = "The sea is blue. " + "The waves roll on and on. " * 20
GOOD = "The sea is blue because water absorbs red light."


async def test_a_winner_that_breaks_gives_way_to_the_backup_that_was_stopped(bench: Bench) -> None:
    hedged(bench)
    bench.server.groq.reply(replace(cut(GOOD, after=3), first_delay=0.2))
    bench.server.openai.reply(replace(ok("too slow"), first_delay=2.0), ok(GOOD))
    seen = seen_in(await events_of(bench))
    assert [s.provider for s in seen.started] == ["groq", "openai", "openai"]
    assert [f.next_provider for f in seen.failed] == ["openai"]
    assert (seen.answer.provider, seen.answer.text) == ("openai", GOOD)


async def test_a_poor_winner_does_too(bench: Bench) -> None:
    hedged(bench, quality_threshold=0.5)
    bench.server.groq.reply(replace(ok(LOOP), first_delay=0.2))
    bench.server.openai.reply(replace(ok("too slow"), first_delay=2.0), ok(GOOD))
    seen = seen_in(await events_of(bench))
    assert [f.error.kind for f in seen.failed] == ["poor"]
    assert (seen.answer.provider, seen.answer.text) == ("openai", GOOD)


async def test_a_poor_backup_gives_way_to_the_first_that_was_stopped(bench: Bench) -> None:
    hedged(bench, quality_threshold=0.5)
    bench.server.groq.reply(replace(ok("too slow"), first_delay=2.0), ok(GOOD))
    bench.server.openai.reply(ok(LOOP))
    seen = seen_in(await events_of(bench))
    assert [(f.provider, f.error.kind) for f in seen.failed] == [("openai", "poor")]
    assert [f.next_provider for f in seen.failed] == ["groq"]
    assert (seen.answer.provider, seen.answer.text) == ("groq", GOOD)
