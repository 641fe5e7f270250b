"""Calls through an SDK's ``post`` put on the wire what the SDK's own methods would."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import anthropic
import groq
import openai
import pytest

from tests.fakeserver import FakeServer, RecordedRequest
from tests.wire.apis import ANTHROPIC, CHAT, GROQ, KEY, RESPONSES, Api, question, read
from tests.wire.conftest import Connect

ASKED: dict[str, Any] = {"messages": [{"role": "user", "content": "Hello?"}], "model": "some-model"}


async def _chat(base_url: str, **options: Any) -> object:
    if options:
        options["stream_options"] = {"include_usage": True}
    async with openai.AsyncOpenAI(api_key=KEY, base_url=base_url, timeout=None) as sdk:
        return await sdk.chat.completions.create(**ASKED, **options)


async def _responses(base_url: str, **options: Any) -> object:
    async with openai.AsyncOpenAI(api_key=KEY, base_url=base_url, timeout=None) as sdk:
        turns = ASKED["messages"]
        return await sdk.responses.create(model="some-model", input=turns, store=False, **options)


async def _anthropic(base_url: str, **options: Any) -> object:
    async with anthropic.AsyncAnthropic(api_key=KEY, base_url=base_url, timeout=None) as sdk:
        return await sdk.messages.create(**ASKED, max_tokens=8192, **options)


async def _groq(base_url: str, **options: Any) -> object:
    async with groq.AsyncGroq(api_key=KEY, base_url=base_url, timeout=None) as sdk:
        return await sdk.chat.completions.create(**ASKED, **options)


OWN: dict[Api, Callable[..., Awaitable[object]]] = {
    CHAT: _chat,
    RESPONSES: _responses,
    ANTHROPIC: _anthropic,
    GROQ: _groq,
}


def _facts(request: RecordedRequest) -> dict[str, Any]:
    headers = {**request.headers, "content-length": ""}
    return {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": headers,
        "body": request.body,
    }


@pytest.mark.parametrize("api", OWN, ids=lambda api: api.id)
async def test_the_wire_is_the_same(
    server: FakeServer,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    api: Api,
    streamed: bool,
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-mine")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-mine")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin")
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "x-team: mine")
    endpoint = server.endpoint(api.endpoint)
    await OWN[api](server.base_url(api.endpoint), **({"stream": True} if streamed else {}))
    await read(connect(api).respond(question(streamed=streamed)))
    theirs, ours = endpoint.chats
    assert _facts(ours) == _facts(theirs)
