"""Tools through the router: who is passed over, what falls back, what comes out at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from providers import (
    AllProvidersFailed,
    AnthropicConfig,
    GoogleConfig,
    GroqConfig,
    LocalConfig,
    MultiLLMConfig,
    OpenAIConfig,
    ProviderFactory,
    StreamInterrupted,
)
from providers.events import AttemptFailed, Completed, FinishKind, TextDelta, ToolCallMade
from providers.messages import ChatRequest, Message, Role
from providers.reply import Prompt, Reply
from tests.fakeserver import FakeServer, error_event, ok, status, tool_calls
from tests.wire.apis import Answer, read
from tests.wire.test_audio import WAV
from tests.wire.test_media_limits import MIB, image
from tests.wire.test_tools import ASKED, BERGEN, OSLO, WEATHER, plain

KINDS = {
    "openai": OpenAIConfig,
    "anthropic": AnthropicConfig,
    "google": GoogleConfig,
    "groq": GroqConfig,
}


def build(server: FakeServer, *names: str, **settings: Any) -> ProviderFactory:
    """Return a factory of these providers, which are asked in this order."""
    configs = {name: KINDS[name]("k", base_url=server.base_url(name)) for name in names}
    options = {
        "routing_strategy": "manual",
        "primary_provider": names[0],
        "fallback_providers": names[1:],
        "max_retries": 0,
        **configs,
        **settings,
    }
    return ProviderFactory(MultiLLMConfig(**options), find_key=lambda _: None)


@pytest.fixture
async def made(server: FakeServer) -> AsyncIterator[list[ProviderFactory]]:
    factories: list[ProviderFactory] = []
    yield factories
    for factory in factories:
        await factory.aclose()


PAIRS = [("openai", "anthropic"), ("anthropic", "google"), ("google", "groq"), ("groq", "openai")]


@pytest.mark.parametrize(("first", "second"), PAIRS)
async def test_a_round_trip_with_a_fallback(
    server: FakeServer, made: list[ProviderFactory], first: str, second: str
) -> None:
    """The first fails, the second calls; the result then goes to the first, which answers."""
    made.append(build(server, first, second))
    server.endpoint(first).reply(status(500), ok("Rain."))
    server.endpoint(second).reply(tool_calls(OSLO, BERGEN))
    llm = made[0].get_provider()
    reply = await llm.ainvoke([ASKED], tools=[WEATHER])
    assert plain(list(reply.tool_calls)) == plain([OSLO, BERGEN])
    assert (reply.content, reply.response_metadata["provider"]) == ("", second)
    assert [a["outcome"] for a in reply.response_metadata["attempts"]] == ["failed", "ok"]
    results = [Message(Role.TOOL, "rain", tool_call_id=call.id) for call in reply.tool_calls]
    done = await llm.ainvoke([ASKED, reply.message, *results], tools=[WEATHER])
    assert (done.content, done.tool_calls) == ("Rain.", ())
    asked = server.endpoint(first).chats[-1]
    assert [name for _, name, _ in asked.calls] == ["weather", "weather"]
    assert [text for _, text in asked.results] == ["rain", "rain"]


async def test_the_same_from_mappings(server: FakeServer, made: list[ProviderFactory]) -> None:
    made.append(build(server, "openai"))
    function = {"name": "weather", "arguments": OSLO.arguments}
    called = {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "call_1", "type": "function", "function": function}],
    }
    result = {"role": "tool", "tool_call_id": "call_1", "content": "rain"}
    prompt: Prompt = [("user", "Will it rain?"), called, result]
    reply = await made[0].get_provider().ainvoke(prompt, tools=[WEATHER], tool_choice="none")
    assert reply.content == "Hello!"
    (asked,) = server.openai.chats
    assert asked.calls == plain([OSLO])
    assert asked.results == [("call_1", "rain")]
    assert asked.tool_choice == "none"


@pytest.mark.parametrize("name", KINDS)
async def test_every_step_is_told_once_and_in_order(
    server: FakeServer, made: list[ProviderFactory], name: str
) -> None:
    made.append(build(server, name))
    server.endpoint(name).reply(tool_calls(OSLO, BERGEN, text="Wait."))
    events = [e async for e in made[0].get_provider().aevents([ASKED], tools=[WEATHER])]
    told = [e for e in events if isinstance(e, (TextDelta, ToolCallMade, Completed))]
    calls = [e.call for e in told if isinstance(e, ToolCallMade)]
    assert plain(calls) == plain([OSLO, BERGEN])
    done = told[-1]
    assert isinstance(done, Completed)
    assert (done.text, done.tool_calls) == ("Wait.", tuple(calls))
    assert done.finish.kind is FinishKind.TOOL_CALLS
    assert isinstance(told[-3], ToolCallMade), "calls come after the text, before the end"


async def test_a_stream_of_text_holds_only_text(
    server: FakeServer, made: list[ProviderFactory]
) -> None:
    made.append(build(server, "anthropic"))
    server.anthropic.reply(tool_calls(OSLO, text="Let me look."))
    pieces = [p async for p in made[0].get_provider().astream([ASKED], tools=[WEATHER])]
    assert "".join(pieces) == "Let me look."


async def test_an_llm_passes_calls_on_as_a_provider(
    server: FakeServer, made: list[ProviderFactory]
) -> None:
    made.append(build(server, "openai", "groq"))
    server.openai.reply(status(500))
    server.groq.reply(tool_calls(OSLO))
    asked = ChatRequest([ASKED], tools=(WEATHER,))
    events = [e async for e in made[0].get_provider().respond(asked)]
    assert [e.call for e in events if isinstance(e, ToolCallMade)] == [OSLO]


async def test_calls_of_two_models_are_never_mixed(
    server: FakeServer, made: list[ProviderFactory]
) -> None:
    """A call was passed on, then the stream broke: nobody else's calls may follow it."""
    made.append(build(server, "anthropic", "groq"))
    broken = replace(error_event("Overloaded", text="", after=6), calls=(BERGEN, OSLO))
    server.anthropic.default(broken)
    server.groq.default(tool_calls(replace(OSLO, id="other")))
    llm = made[0].get_provider()
    seen = Answer()
    with pytest.raises(StreamInterrupted, match="Overloaded"):
        await read(llm.respond(ChatRequest([ASKED], tools=(WEATHER,))), seen)
    assert seen.calls == [BERGEN]
    events = [e async for e in llm.aevents([ASKED], tools=[WEATHER])]
    (failed,) = [e for e in events if isinstance(e, AttemptFailed)]
    assert failed.provider == "anthropic"
    assert isinstance(events[-1], Completed)
    assert [call.id for call in events[-1].tool_calls] == ["other"], "the router starts anew"


async def test_calls_without_text_are_an_answer(
    server: FakeServer, made: list[ProviderFactory]
) -> None:
    made.append(build(server, "groq", "openai"))
    server.groq.reply(tool_calls(OSLO))
    reply: Reply = await made[0].get_provider().ainvoke("Rain?", tools=[WEATHER])
    assert reply.response_metadata["provider"] == "groq"
    assert server.openai.requests == []
    assert (reply.usage_metadata["output_tokens"] or 0) > 0


async def test_calls_that_nobody_counted_cost_by_estimate(
    server: FakeServer, made: list[ProviderFactory]
) -> None:
    made.append(build(server, "groq"))
    server.groq.reply(replace(tool_calls(OSLO), tell_usage=False))
    reply = await made[0].get_provider().ainvoke("Rain?", tools=[WEATHER])
    assert reply.usage_metadata["estimated"] is True
    assert int(reply.usage_metadata["output_tokens"]) >= len(OSLO.arguments) // 4


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (ChatRequest([ASKED], tools=(WEATHER,)), "local takes no tools"),
        (ChatRequest([Message(Role.USER, "", (WAV,))]), "openai takes no audio"),
        (ChatRequest([Message(Role.USER, "", (image(8 * MIB),))]), "photo.png has 8.4 MB"),
    ],
)
async def test_who_cannot_take_it_is_passed_over_with_the_reason(
    server: FakeServer, made: list[ProviderFactory], asked: ChatRequest, words: str
) -> None:
    local = LocalConfig(last_resort=False)
    factory = build(server, "openai", "anthropic", "google", local=local, routing_strategy="cost")
    made.append(factory)
    ranking = await factory.router.rank(asked)
    by_name = {view.provider: view for view in ranking.views}
    reasons = [f"{name} {view.reason}" for name, view in by_name.items() if not view.usable]
    assert any(words in reason for reason in reasons), reasons
    assert by_name["google"].usable


async def test_models_of_one_provider_are_judged_one_by_one(
    server: FakeServer, made: list[ProviderFactory]
) -> None:
    made.append(build(server, "openai", openai=OpenAIConfig(
        "k", base_url=server.base_url("openai"), model="o1-mini", models=["gpt-6.1-terra"]
    )))  # fmt: skip
    ranking = await made[0].router.rank(ChatRequest([ASKED], tools=(WEATHER,)))
    assert [c.model for c in ranking.order] == ["gpt-6.1-terra"]
    info = made[0].get_provider_info("openai")
    assert info["capabilities"] == ["text", "streaming"]
    with pytest.raises(AllProvidersFailed, match="takes no audio"):
        await made[0].get_provider().ainvoke([Message(Role.USER, "", (WAV,))])


def test_what_a_provider_is_said_to_take(server: FakeServer) -> None:
    factory = build(server, "google", "groq")
    assert factory.get_provider_info("google")["capabilities"][2:] == ["audio", "image", "tools"]
    assert factory.get_provider_info("groq")["capabilities"][2:] == ["tools"]
