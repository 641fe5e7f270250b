"""Streams: pieces, the last chunk, and what happens when one breaks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from langchain_core.callbacks import AsyncCallbackHandler
from langchain_core.messages import AIMessageChunk

from providers import AllProvidersFailed, StreamInterrupted
from providers.messages import ToolCall
from providers.usage import Usage
from tests.fakeserver import FakeServer, cut, no_finish, ok, status, tool_calls
from tests.langchain.conftest import Connect
from tests.wire.test_tools_routed import KINDS

TEXT = "one two three four"


def weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"rain in {city}"


@pytest.mark.parametrize("name", KINDS)
async def test_pieces_and_a_last_one(server: FakeServer, connect: Connect, name: str) -> None:
    usage = Usage(100, 50, cached_tokens=40, reasoning_tokens=20)
    server.endpoint(name).reply(ok(TEXT, usage=usage), ok(TEXT, usage=usage))
    model = connect(name)
    chunks = [chunk async for chunk in model.astream("hi")]
    assert all(isinstance(chunk, AIMessageChunk) for chunk in chunks)
    assert len([chunk for chunk in chunks if chunk.text]) == 4
    assert [chunk.chunk_position for chunk in chunks if chunk.chunk_position] == ["last"]
    assert [bool(chunk.usage_metadata) for chunk in chunks] == [False] * 4 + [True]
    total = chunks[0]
    for chunk in chunks[1:]:
        total += chunk
    whole = await model.ainvoke("hi")
    assert total.text == whole.text == TEXT
    assert total.usage_metadata == whole.usage_metadata
    assert whole.usage_metadata is not None
    assert whole.usage_metadata["input_token_details"]["cache_read"] == 40
    assert set(total.response_metadata) == set(whole.response_metadata)
    assert total.response_metadata["cost"] == whole.response_metadata["cost"]


def test_the_same_without_async(server: FakeServer, connect: Connect) -> None:
    server.openai.reply(ok(TEXT))
    assert [str(chunk.text) for chunk in connect("openai").stream("hi")][:4] == [
        "one",
        " two",
        " three",
        " four",
    ]


async def test_reasoning_stands_apart(server: FakeServer, connect: Connect) -> None:
    server.groq.default(ok(TEXT, reasoning="let me think"))
    model = connect("groq")
    total: Any = None
    async for chunk in model.astream("hi"):
        total = chunk if total is None else total + chunk
    for answer in (total, await model.ainvoke("hi")):
        thought, said = answer.content_blocks
        assert thought == {"type": "reasoning", "reasoning": "let me think"}
        assert (said["type"], answer.text) == ("text", TEXT)


async def test_reasoning_of_a_failed_one_is_not_shown(server: FakeServer, connect: Connect) -> None:
    """It comes before the text, when another provider can still answer instead."""
    server.groq.reply(replace(no_finish(TEXT, after=0), reasoning="of the first"))
    server.anthropic.reply(ok(TEXT, reasoning="of the second"))
    model = connect("groq", "anthropic")
    chunks = [chunk async for chunk in model.astream("hi")]
    thought = "".join(chunk.additional_kwargs.get("reasoning_content", "") for chunk in chunks)
    assert thought == "of the second"
    assert "".join(str(chunk.text) for chunk in chunks) == TEXT


async def test_before_text_the_next_one_answers(server: FakeServer, connect: Connect) -> None:
    server.anthropic.reply(status(529))
    *_, last = [chunk async for chunk in connect("anthropic", "google").astream("hi")]
    told = last.response_metadata
    assert told["provider"] == "google"
    first, second = told["attempts"]
    assert (first["provider"], first["outcome"], first["status"]) == ("anthropic", "failed", 529)
    assert (second["provider"], second["outcome"]) == ("google", "ok")


async def read_into(got: list[str], stream: AsyncIterator[AIMessageChunk]) -> None:
    async for chunk in stream:
        got.append(str(chunk.text))  # noqa: PERF401  # what comes before an error counts


@pytest.mark.parametrize("name", KINDS)
async def test_after_text_it_is_an_error(server: FakeServer, connect: Connect, name: str) -> None:
    other = "groq" if name != "groq" else "openai"
    server.endpoint(name).reply(cut(TEXT, after=2))
    got: list[str] = []
    with pytest.raises(StreamInterrupted) as caught:
        await read_into(got, connect(name, other).astream("hi"))
    assert "".join(got) == caught.value.partial_text == "one two"
    assert server.endpoint(other).chats == []


def test_after_text_it_is_an_error_without_async_too(server: FakeServer, connect: Connect) -> None:
    server.openai.reply(cut(TEXT, after=2))
    with pytest.raises(StreamInterrupted):
        list(connect("openai", "groq").stream("hi"))


async def test_without_streaming_the_next_one_can_always_answer(
    server: FakeServer, connect: Connect
) -> None:
    server.openai.reply(cut(TEXT, after=2))
    model = connect("openai", "groq", fields={"disable_streaming": True})
    (only,) = [chunk async for chunk in model.astream("hi")]
    assert (only.text, only.response_metadata["provider"]) == ("Hello!", "groq")


async def test_nobody_answers(server: FakeServer, connect: Connect) -> None:
    server.openai.reply(status(500))
    with pytest.raises(AllProvidersFailed, match="no provider answered: openai"):
        _ = [chunk async for chunk in connect("openai").astream("hi")]


async def test_calls_come_whole_and_at_the_end(server: FakeServer, connect: Connect) -> None:
    call = ToolCall("call_1", "weather", '{"city": "Oslo"}')
    server.openai.reply(tool_calls(call, text="Let me look."))
    chunks = [c async for c in connect("openai").bind_tools([weather]).astream("Rain?")]
    assert isinstance(chunks[-1], AIMessageChunk)
    assert [c.tool_call_chunks for c in chunks[:-1] if isinstance(c, AIMessageChunk)] == [
        [] for _ in chunks[:-1]
    ]
    (made,) = chunks[-1].tool_calls
    assert (made["name"], made["args"], made["id"]) == ("weather", {"city": "Oslo"}, "call_1")


async def test_leaving_a_stream_ends_the_call(server: FakeServer, connect: Connect) -> None:
    server.openai.reply(ok("word " * 5_000, delay=0.002))
    stream = connect("openai").astream("hi")
    await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]  # LangChain calls it an iterator only
    (request,) = server.openai.chats
    assert request.wait_disconnected()


class _Tokens(AsyncCallbackHandler):
    def __init__(self) -> None:
        self.tokens: list[str] = []

    async def on_llm_new_token(self, token: Any, *, run_id: UUID, **kwargs: Any) -> None:
        self.tokens.append(token)


async def test_callbacks_hear_each_piece_once(server: FakeServer, connect: Connect) -> None:
    server.openai.default(ok(TEXT))
    handler = _Tokens()
    async for _ in connect("openai").astream("hi", {"callbacks": [handler]}):
        pass
    assert [token for token in handler.tokens if token] == ["one", " two", " three", " four"]


async def test_events_of_langchain(server: FakeServer, connect: Connect) -> None:
    server.openai.default(ok(TEXT))
    events = [e async for e in connect("openai").astream_events("hi", version="v2")]
    kinds = [event["event"] for event in events]
    assert kinds[0] == "on_chat_model_start"
    assert kinds[-1] == "on_chat_model_end"
    traced = events[0]["metadata"]
    assert (traced["ls_provider"], traced["ls_model_name"]) == ("telex", "manual")
    output = events[-1]["data"]["output"]
    assert (output.text, output.response_metadata["provider"]) == (TEXT, "openai")
