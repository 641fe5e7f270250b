"""The library as its users call it: LLMs, streams, predictions, metrics, ratings, savings."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from providers import (
    LLM,
    ConfigError,
    GroqConfig,
    ModelConfig,
    OpenAIConfig,
    Restart,
    Role,
    StreamInterrupted,
    Unavailable,
)
from providers.base import Provider
from providers.events import Completed, RouteChosen, StreamFinished, TextDelta
from providers.messages import ChatRequest, Message
from providers.usage import Usage
from tests.fakeserver import cut, ok, status
from tests.routing.conftest import GROQ_ALONE, Bench

REQUEST = ChatRequest((Message(Role.USER, "hi"),))


async def read_into(got: list[str], stream: AsyncIterator[str]) -> None:
    async for piece in stream:
        got.append(piece)  # noqa: PERF401  # what comes before an error counts


async def test_a_lost_stream_raises_with_the_partial(bench: Bench) -> None:
    bench.server.groq.reply(cut("one two three four", after=2))
    got: list[str] = []
    with pytest.raises(StreamInterrupted) as caught:
        await read_into(got, bench.factory.get_provider("groq").astream("hi"))
    assert "".join(got) == caught.value.partial_text == "one two"
    assert bench.server.openai.chats == [], "nobody else was paid for what nobody reads"


async def test_or_begins_anew_when_asked_to(bench: Bench) -> None:
    bench.server.groq.reply(cut("one two three four", after=2))
    stream = bench.factory.get_provider("groq").astream("hi", restarts=True)
    pieces: Sequence[str | Restart] = [piece async for piece in stream]
    [restart] = [piece for piece in pieces if isinstance(piece, Restart)]
    assert (restart.provider, restart.partial_text) == ("groq", "one two")
    after = pieces[pieces.index(restart) + 1 :]
    assert "".join(str(piece) for piece in after) == "Hello!"


def test_sync_streams_can_begin_anew_too(bench: Bench) -> None:
    bench.server.groq.reply(cut("one two three four", after=2))
    pieces = list(bench.factory.get_provider("groq").stream("hi", restarts=True))
    assert any(isinstance(piece, Restart) for piece in pieces)
    assert pieces[-1] == "Hello!"
    bench.factory.close()


async def test_everything_that_happens_can_be_watched(bench: Bench) -> None:
    bench.server.groq.reply(status(503))
    events = [event async for event in bench.factory.get_provider("groq").aevents("hi")]
    assert isinstance(events[0], RouteChosen)
    assert isinstance(events[-1], Completed)
    assert "AttemptFailed" in [type(event).__name__ for event in events]


async def test_an_llm_is_itself_a_provider(bench: Bench) -> None:
    llm = bench.factory.get_provider()
    assert isinstance(llm, Provider)
    assert (llm.name, llm.model) == ("cost", "")
    named: Provider = bench.factory.get_provider("groq")
    assert (named.name, named.model) == ("groq", GroqConfig().model)
    events = [event async for event in named.respond(REQUEST)]
    assert isinstance(events[-1], StreamFinished)
    assert events[-1].usage is not None
    assert "".join(e.text for e in events if isinstance(e, TextDelta)) == "Hello!"
    assert len(await named.list_models()) > 0


async def test_and_fails_as_providers_do(bench: Bench) -> None:
    bench.build(**GROQ_ALONE)
    llm: Provider = bench.factory.get_provider()
    bench.server.groq.reply(cut("one two three", after=1))
    with pytest.raises(StreamInterrupted):
        _ = [event async for event in llm.respond(REQUEST)]
    bench.server.groq.reply(status(503))
    with pytest.raises(Unavailable, match="no provider answered: groq"):
        _ = [event async for event in llm.respond(REQUEST)]


async def test_plain_calls_ask_for_the_whole_answer_at_once(bench: Bench) -> None:
    reply = await bench.factory.get_provider("openai").ainvoke("hi")
    assert reply.content == "Hello!"
    assert not bench.server.openai.chats[0].body.get("stream")
    assert reply.response_metadata["time_to_first_token"] is None
    assert reply.response_metadata["latency"] > 0
    [attempt] = reply.response_metadata["attempts"]
    assert attempt["cost"] == reply.response_metadata["cost"] > 0


async def test_predictions_are_ranges_that_history_narrows(bench: Bench) -> None:
    llm = bench.factory.get_provider()
    before = {p.provider: p for p in await llm.apredict("hi")}
    assert set(before) == {"openai", "anthropic", "google", "groq"}
    first = before["groq"].cost
    assert first is not None
    assert first.low < first.expected < first.high
    for _ in range(12):
        await bench.ask(provider="groq")
    after = (await llm.apredict("hi"))[0]
    assert after.provider == "groq"
    assert after.cost is not None
    assert after.latency is not None
    assert after.latency_measured
    assert after.cost.high / after.cost.low < first.high / first.low
    told = bench.factory.parts.cost_calibration.error(("groq", GroqConfig().model))
    assert told is not None
    assert told.pairs == 12
    assert bench.server.openai.chats == [], "a prediction asks nobody"


async def test_metrics_name_everything_by_provider_and_overall(bench: Bench) -> None:
    bench.build(max_retries=0, daily_cost_limits={"groq": Decimal(1)})
    bench.server.groq.reply(status(503), ok("one two three"))
    await bench.ask(provider="groq")
    await bench.ask(provider="groq")
    metrics = await bench.factory.aget_provider_metrics()
    groq, overall = metrics["groq"], metrics["overall"]
    assert (groq["requests"], groq["successes"], groq["failures"]) == (2, 1, 1)
    assert groq["success_rate"] == 0.5
    assert groq["errors"] == {"unavailable": 1}
    assert groq["p95_time_to_first_token"] is not None
    assert groq["total_cost"] > 0
    assert groq["cost_per_success"] == groq["total_cost"]
    assert 0 < groq["budget_utilisation"]["daily limit"] < 1
    assert groq["calibration"]["cost"]["pairs"] == 1
    assert overall["requests"] == 3
    assert overall["success_rate"] == pytest.approx(2 / 3)
    assert overall["total_cost"] >= groq["total_cost"]
    assert metrics["google"]["avg_latency"] is None, "unmeasured is unknown, not 0"


async def test_savings_compare_with_the_best_and_the_primary(bench: Bench) -> None:
    bench.build(primary_provider="openai")
    for _ in range(3):
        await bench.ask()
    saved = bench.factory.get_savings()
    assert saved.requests == 3
    assert saved.saved_best is not None
    assert saved.saved_best > 0
    assert "always" in saved.words()


async def test_ratings_move_quality(bench: Bench) -> None:
    llm = bench.factory.get_provider("groq")
    before = bench.factory.get_provider_info("groq")["quality"]
    bench.factory.rate(await llm.ainvoke("hi"), 1.0)
    after = bench.factory.get_provider_info("groq")["quality"]
    assert before < after < before + 0.1


async def test_a_named_model_is_asked_and_a_wrong_one_refused(bench: Bench) -> None:
    url = bench.server.base_url("openai")
    bench.build(openai=OpenAIConfig("k", base_url=url, models=[ModelConfig("small")]))
    await bench.factory.get_provider("openai", model="small").ainvoke("hi")
    assert bench.server.openai.chats[0].body["model"] == "small"
    with pytest.raises(ConfigError, match=r"openai has no model 'tall'; it has gpt-6\.1-terra, sm"):
        bench.factory.get_provider("openai", model="tall")
    with pytest.raises(ConfigError, match="whose model is 'small'"):
        bench.factory.get_provider(model="small")


async def test_one_cached_conversation_is_predicted_cheaper(bench: Bench) -> None:
    bench.build(**GROQ_ALONE)
    long = [Message(Role.USER, "word " * 2_000)]
    request = ChatRequest(tuple(long))
    async for _ in bench.factory.router.stream(request):
        pass
    follow_up = ChatRequest((*long, Message(Role.ASSISTANT, "Hello!"), Message(Role.USER, "go")))
    expected = bench.factory.parts.cache.expected(follow_up)
    assert expected["groq", GroqConfig().model] >= 2_500
    before = (await bench.factory.router.rank(follow_up)).order[0].predicted_cost
    half = Usage(2_600, 5, cached_tokens=1_250)
    bench.server.groq.reply(replace(ok("seen"), usage=half))
    async for _ in bench.factory.router.stream(follow_up):
        pass
    further = ChatRequest((*follow_up.messages, Message(Role.USER, "on")))
    after = (await bench.factory.router.rank(further)).order[0].predicted_cost
    assert before is not None
    assert after is not None
    assert after < before * Decimal("0.9")


def test_many_threads_share_one_factory(bench: Bench) -> None:
    bench.build(timeouts=None)
    llm: LLM = bench.factory.get_provider()
    said: list[str] = []
    threads = [
        threading.Thread(target=lambda: said.append(llm.invoke("hi").content)) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert said == ["Hello!"] * 16
    bench.factory.close()


async def test_there_is_nothing_to_answer_to_nothing(bench: Bench) -> None:
    with pytest.raises(ValueError, match="nothing to answer"):
        await bench.factory.get_provider().ainvoke([])
