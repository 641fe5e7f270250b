"""Whoever stops listening stops the provider too."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

import pytest

from providers.base import Provider
from providers.events import ProviderEvent, TextDelta, UsageReported
from tests.fakeserver import FakeServer, drip, hang, raw
from tests.wire.apis import ANTHROPIC, GOOGLE, Api, question, read
from tests.wire.conftest import Connect


def _stream(adapter: Provider) -> AsyncGenerator[ProviderEvent, None]:
    return cast("AsyncGenerator[ProviderEvent, None]", adapter.respond(question()))


async def _disconnected(server: FakeServer, api: Api) -> bool:
    (request,) = server.endpoint(api.endpoint).chats
    return await asyncio.to_thread(request.wait_disconnected)


async def test_closing_the_generator_closes_the_connection(
    server: FakeServer, connect: Connect, api: Api
) -> None:
    server.endpoint(api.endpoint).reply(drip(delay=0.01))
    async with aclosing(_stream(connect(api))) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                break
    assert await _disconnected(server, api)


async def test_an_answer_that_goes_on_in_a_second_response_is_closed_too(
    server: FakeServer, connect: Connect
) -> None:
    part = {
        "content": {"parts": [{"text": "one "}], "role": "model"},
        "finishReason": "CONTINUATION",
        "continuationToken": "bW9yZQ==",
    }
    chunk = json.dumps({"candidates": [part]})
    server.google.reply(raw(f"data: {chunk}\n\n".encode()), drip(delay=0.01))
    said = ""
    async with aclosing(_stream(connect(GOOGLE))) as events:
        async for event in events:
            said += event.text if isinstance(event, TextDelta) else ""
            if "drip" in said:
                break
    assert said.startswith("one ")
    _, second = server.google.chats
    assert await asyncio.to_thread(second.wait_disconnected)


async def test_cancelling_the_task_closes_the_connection(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    server.endpoint(api.endpoint).reply(hang())
    asked = question(streamed=streamed)
    task = asyncio.create_task(read(connect(api).respond(asked)))
    await asyncio.to_thread(server.endpoint(api.endpoint).wait_for, 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await _disconnected(server, api)


async def test_the_adapter_works_on_after_a_cancel(
    server: FakeServer, connect: Connect, api: Api
) -> None:
    server.endpoint(api.endpoint).reply(drip(delay=0.01))
    adapter = connect(api)
    async with aclosing(_stream(adapter)) as events:
        await anext(events)
    assert (await read(adapter.respond(question()))).text == "Hello!"


async def test_a_cancelled_attempt_can_be_billed(server: FakeServer, connect: Connect) -> None:
    server.anthropic.reply(drip(delay=0.01))
    async with aclosing(_stream(connect(ANTHROPIC))) as events:
        first = await anext(events)
    assert isinstance(first, UsageReported)
    assert first.usage.input_tokens > 0


async def test_closing_twice_is_fine(connect: Connect, api: Api) -> None:
    adapter = connect(api)
    await adapter.aclose()
    await read(adapter.respond(question()))
    await adapter.aclose()
    await adapter.aclose()
