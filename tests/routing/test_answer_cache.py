"""A question that was answered before costs nothing, and says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from providers import (
    Adaptive,
    Attachment,
    AttachmentKind,
    ChatRequest,
    ConfigError,
    GroqConfig,
    Message,
    ModelConfig,
    OpenAIConfig,
    ProviderFactory,
    Role,
)
from providers.answer_cache import MemoryCache, cache_key
from providers.caching import CacheUse, Caching
from providers.events import Completed, RouteChosen, RouterEvent
from providers.messages import ToolSpec
from providers.routing.options import RouteOptions
from tests.fakeserver import cut, ok, status
from tests.routing.conftest import Bench

PICTURE = Attachment(AttachmentKind.IMAGE, "image/png", b"\x89PNG one", "a.png")
QUESTION = ChatRequest(
    (Message(Role.USER, "What is this?", (PICTURE,)),), system="Be brief.", temperature=0.0
)

LONG = " ".join(f"It shows {n} birds over {n * n} waves." for n in range(60))
TEXT = ChatRequest((Message(Role.USER, "hi"),), temperature=0.0)


def cached_bench(bench: Bench, **settings: Any) -> Bench:
    bench.build(**{"caching": Caching(), "routing_strategy": "quality", **settings})
    return bench


async def answer(
    bench: Bench, request: ChatRequest = QUESTION, **options: Any
) -> tuple[RouteChosen, Completed]:
    events: list[RouterEvent] = [
        event async for event in bench.factory.router.stream(request, RouteOptions(**options))
    ]
    route, done = events[0], events[-1]
    assert isinstance(route, RouteChosen)
    assert isinstance(done, Completed)
    return route, done


def asked(bench: Bench) -> int:
    return sum(len(bench.server.endpoint(name).chats) for name in NAMES)


NAMES = ("openai", "anthropic", "google", "groq")


async def test_the_same_question_is_paid_once(bench: Bench) -> None:
    cached_bench(bench)
    bench.server.anthropic.reply(ok(LONG))
    _, first = await answer(bench)
    route, again = await answer(bench)
    assert asked(bench) == 1
    assert not first.cached
    assert first.total_cost
    assert again.cached
    assert (again.text, again.provider, again.model) == (first.text, first.provider, first.model)
    assert again.total_cost == 0
    assert again.saved == first.total_cost
    assert again.usage.total_tokens == 0
    assert route.reason.startswith("answered a moment ago (cache); best of")
    assert bench.factory.parts.metrics.snapshot().requests == 1, "it is no call"
    told = bench.factory.parts.metrics.snapshot("anthropic")
    assert (told.replayed, told.replay_savings) == (1, first.total_cost)


async def test_it_is_replayed_as_a_stream(bench: Bench) -> None:
    cached_bench(bench)
    bench.server.anthropic.reply(ok(LONG))
    await answer(bench)
    pieces = [
        piece
        async for piece in bench.factory.get_provider("anthropic").astream(
            QUESTION.messages, system=QUESTION.system, temperature=0.0
        )
    ]
    assert len(pieces) > 3
    assert "".join(pieces) == LONG
    assert asked(bench) == 1


def changed() -> Mapping[str, ChatRequest]:
    [message] = QUESTION.messages
    other = replace(PICTURE, data=b"\x89PNG two")
    return {
        "system prompt": replace(QUESTION, system="Be long."),
        "no system prompt": replace(QUESTION, system=None),
        "attachment": replace(QUESTION, messages=(replace(message, attachments=(other,)),)),
        "no attachment": replace(QUESTION, messages=(replace(message, attachments=()),)),
        "a letter": replace(QUESTION, messages=(replace(message, content="What is that?"),)),
        "ceiling": replace(QUESTION, max_tokens=50),
        "an earlier turn": replace(
            QUESTION,
            messages=(Message(Role.USER, "Hi"), Message(Role.ASSISTANT, "Hello"), message),
        ),
    }


@pytest.mark.parametrize("what", changed())
async def test_what_changed_misses(bench: Bench, what: str) -> None:
    cached_bench(bench)
    await answer(bench)
    _, done = await answer(bench, changed()[what])
    assert not done.cached
    assert asked(bench) == 2


async def test_another_model_or_address_misses(bench: Bench) -> None:
    base = bench.server.base_url("openai")
    openai = OpenAIConfig("k", base_url=base, models=[ModelConfig("gpt-6.1-luna")])
    cached_bench(bench, openai=openai)
    await answer(bench, provider="openai", model="gpt-6.1-terra")
    _, done = await answer(bench, provider="openai", model="gpt-6.1-luna")
    assert not done.cached
    assert (await answer(bench, provider="openai", model="gpt-6.1-luna"))[1].cached
    elsewhere = OpenAIConfig("k", base_url=bench.server.base_url("groq"))
    assert cache_key(QUESTION, openai.variants()[0]) != cache_key(QUESTION, elsewhere)
    assert cache_key(QUESTION, elsewhere) == cache_key(QUESTION, elsewhere.with_key("other"))


async def test_white_space_around_a_message_is_no_difference(bench: Bench) -> None:
    cached_bench(bench)
    await answer(bench)
    [message] = QUESTION.messages
    spaced = replace(QUESTION, messages=(replace(message, content="What is this?\r\n"),))
    _, done = await answer(bench, spaced)
    assert done.cached


@pytest.mark.parametrize(
    ("caching", "temperature", "kept"),
    [
        (Caching(), None, False),
        (Caching(), 0.7, False),
        (Caching(), 0.0, True),
        (Caching(any_temperature=True), None, True),
        (Caching(any_temperature=True), 0.7, True),
        (None, 0.0, False),
    ],
)
async def test_only_where_one_does_not_ask_for_variety(
    bench: Bench, caching: Caching | None, temperature: float | None, kept: bool
) -> None:
    cached_bench(bench, caching=caching)
    request = replace(QUESTION, temperature=temperature)
    await answer(bench, request)
    _, done = await answer(bench, request)
    assert done.cached is kept


async def test_the_configured_temperature_counts(bench: Bench) -> None:
    groq = GroqConfig("k", base_url=bench.server.base_url("groq"), temperature=0)
    cached_bench(bench, groq=groq)
    request = ChatRequest((Message(Role.USER, "hi"),))
    await answer(bench, request, provider="groq")
    assert (await answer(bench, request, provider="groq"))[1].cached
    assert not (await answer(bench, request, provider="openai"))[1].cached


@pytest.mark.parametrize("reply", [status(503), cut("one two three", after=2), ok("")])
async def test_failures_and_partials_are_not_kept(bench: Bench, reply: Any) -> None:
    cached_bench(bench, enable_fallback=False)
    bench.server.groq.reply(reply)
    with pytest.raises(Exception, match="groq"):
        await answer(bench, TEXT, provider="groq")
    bench.factory.parts.monitor.reset("groq")
    bench.server.groq.reply(ok("whole"))
    _, done = await answer(bench, TEXT, provider="groq")
    assert (done.text, done.cached) == ("whole", False)


async def test_a_poor_answer_is_not_kept(bench: Bench) -> None:
    cached_bench(bench)
    bench.server.groq.reply(ok("word " * 500), ok("fine"))
    await answer(bench, TEXT, provider="groq")
    _, done = await answer(bench, TEXT, provider="groq")
    assert (done.text, done.cached) == ("fine", False)


async def test_a_fallback_answer_is_kept_as_the_one_who_gave_it(bench: Bench) -> None:
    cached_bench(bench, fallback_providers=["openai"])
    bench.server.groq.reply(status(500))
    _, done = await answer(bench, TEXT, provider="groq")
    assert done.provider == "openai"
    bench.server.groq.reply(ok("mine"))
    bench.factory.parts.monitor.reset("groq")
    _, done = await answer(bench, TEXT, provider="groq")
    assert (done.text, done.cached) == ("mine", False), "groq was named, and has not answered yet"
    assert (await answer(bench, TEXT, provider="openai"))[1].cached


async def test_asking_anew_replaces(bench: Bench) -> None:
    cached_bench(bench)
    bench.server.groq.reply(ok("old"))
    await answer(bench, TEXT, provider="groq")
    bench.server.groq.reply(ok("new"))
    _, done = await answer(bench, TEXT, provider="groq", cache=CacheUse.REFRESH)
    assert (done.text, done.cached) == ("new", False)
    _, done = await answer(bench, TEXT, provider="groq")
    assert (done.text, done.cached) == ("new", True)


async def test_whoever_opts_out_neither_takes_nor_gives(bench: Bench) -> None:
    cached_bench(bench)
    await answer(bench, cache=CacheUse.OFF)
    assert not (await answer(bench))[1].cached
    assert not (await answer(bench, cache=CacheUse.OFF))[1].cached
    assert asked(bench) == 3


async def test_what_a_tool_may_change_is_not_kept(bench: Bench) -> None:
    cached_bench(bench)
    request = replace(
        QUESTION,
        messages=(Message(Role.USER, "hi"),),
        tools=(ToolSpec("clock", "tells the time", {"type": "object", "properties": {}}),),
    )
    await answer(bench, request)
    assert not (await answer(bench, request))[1].cached


def test_a_reply_says_that_it_was_cached(bench: Bench) -> None:
    cached_bench(bench)
    llm = bench.factory.get_provider()
    first = llm.invoke("hi", temperature=0)
    again = llm.invoke("hi", temperature=0)
    assert first.response_metadata["cached"] is False
    told = again.response_metadata
    assert told["cached"] is True
    assert told["cost"] == Decimal(0)
    assert told["saved"] == first.response_metadata["cost"]
    assert told["attempts"] == []
    assert bench.factory.get_provider_metrics()["overall"]["replayed"] == 1


async def test_it_ages_and_is_bounded(bench: Bench) -> None:
    now = 0.0
    parts = bench.factory.parts
    parts.answers = MemoryCache(lambda: now)
    bench.factory = ProviderFactory(
        replace(bench.factory.config, caching=Caching(ttl=60, max_entries=2)), parts=parts
    )
    questions = [ChatRequest((Message(Role.USER, w),), temperature=0.0) for w in ("a", "b", "c")]
    for question in questions:
        await answer(bench, question)
    assert not (await answer(bench, questions[0]))[1].cached, "the longest unused went"
    assert (await answer(bench, questions[2]))[1].cached
    now = 61.0
    assert not (await answer(bench, questions[2]))[1].cached, "too old"


@pytest.mark.parametrize(
    ("values", "word"), [({"ttl": 0}, "ttl"), ({"max_entries": 0}, "max_entries")]
)
def test_bad_wishes_are_refused(values: dict[str, Any], word: str) -> None:
    with pytest.raises(ConfigError, match=word):
        Caching(**values)


async def test_nobody_is_tried_while_the_answer_of_the_best_is_at_hand(bench: Bench) -> None:
    cached_bench(
        bench,
        routing_strategy="adaptive",
        adaptive=Adaptive(explore_share=0.5, explore_budget=None),
    )
    for name in NAMES:
        bench.server.endpoint(name).default(ok(f"{name} says so"))
    first = await answer(bench, TEXT)
    for _ in range(8):
        route, done = await answer(bench, TEXT)
        assert (done.cached, done.text) == (True, first[1].text)
        assert done.total_cost == 0
        assert not route.explored
    assert asked(bench) == 1, "a repeated question costs nothing"
    tries = bench.factory.get_provider_metrics()["overall"]["tries"]
    assert tries["tried"] <= 1
