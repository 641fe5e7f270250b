"""A whole answer, through every adapter: what is sent, and what comes out."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from typing import Any

import pytest

from providers.adapters import build_adapter
from providers.base import Provider
from providers.config import Timeouts
from providers.errors import ModelNotFound
from providers.events import FinishKind, StreamFinished, TextDelta
from providers.messages import ChatRequest, Message, Role
from providers.usage import Usage
from tests.fakeserver import FakeServer, Reply, ok, raw, status
from tests.wire.apis import (
    ANTHROPIC,
    APIS,
    CHAT,
    CUSTOM,
    GOOGLE,
    KEY,
    RESPONSES,
    Api,
    question,
    read,
)
from tests.wire.conftest import Connect

USAGE = Usage(input_tokens=100, output_tokens=20, cached_tokens=60, reasoning_tokens=5)


async def test_deltas_arrive_in_order_and_the_end_comes_once(
    server: FakeServer, connect: Connect, api: Api
) -> None:
    server.endpoint(api.endpoint).reply(ok("One two  three\n\nfour 🚦"))
    answer = await read(connect(api).respond(question()))
    assert answer.text == "One two  three\n\nfour 🚦"
    assert sum(isinstance(event, TextDelta) for event in answer.events) > 3
    assert [event for event in answer.events if isinstance(event, StreamFinished)] == [
        answer.events[-1]
    ]
    assert answer.end.kind is FinishKind.STOP
    assert answer.end.response_model == "some-model"


async def test_usage_is_normalised(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    server.endpoint(api.endpoint).reply(ok("hi", usage=USAGE))
    answer = await read(connect(api).respond(question(streamed=streamed)))
    # Anthropic does not tell reasoning tokens apart.
    expected = dataclasses.replace(USAGE, reasoning_tokens=0) if api is ANTHROPIC else USAGE
    assert answer.end.usage == expected


async def test_missing_usage_is_none(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    server.endpoint(api.endpoint).reply(Reply(text="hi", tell_usage=False))
    usage = (await read(connect(api).respond(question(streamed=streamed)))).end.usage
    # Anthropic's message_start always carries some.
    assert usage is None or (api is ANTHROPIC and streamed)


async def test_anthropic_adds_the_cache_to_the_input(server: FakeServer, connect: Connect) -> None:
    usage = Usage(input_tokens=100, output_tokens=7, cached_tokens=60, cache_write_tokens=30)
    server.anthropic.reply(ok("hi", usage=usage))
    answer = await read(connect(ANTHROPIC).respond(question()))
    assert answer.end.usage == usage
    assert answer.usages[0].usage.input_tokens == 100  # known before the first token


async def test_the_last_of_several_usages_counts(server: FakeServer, connect: Connect) -> None:
    """Some compatible servers tell usage with every chunk, and nothing after the finish."""
    chunks = [
        {
            "model": "m",
            "choices": [{"index": 0, "delta": {"content": "x"}, "finish_reason": finish}],
            "usage": {"prompt_tokens": 5, "completion_tokens": count},
        }
        for count, finish in ((1, None), (2, None), (3, "stop"))
    ]
    body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks)
    server.custom.reply(raw(body.encode()))
    answer = await read(connect(CUSTOM).respond(question()))
    assert (answer.text, answer.end.kind) == ("xxx", FinishKind.STOP)
    assert [event.usage.output_tokens for event in answer.usages] == [1, 2]
    assert answer.end.usage == Usage(input_tokens=5, output_tokens=3)


async def test_reasoning_stays_apart(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    server.endpoint(api.endpoint).reply(ok("the answer", reasoning="let me think"))
    answer = await read(connect(api).respond(question(streamed=streamed)))
    assert (answer.text, answer.reasoning) == ("the answer", "let me think")


@pytest.mark.parametrize("finish", [FinishKind.LENGTH, FinishKind.CONTENT_FILTER])
async def test_other_endings(
    server: FakeServer, connect: Connect, api: Api, finish: FinishKind, streamed: bool
) -> None:
    server.endpoint(api.endpoint).reply(ok("part", finish=finish))
    answer = await read(connect(api).respond(question(streamed=streamed)))
    if api is ANTHROPIC and finish is FinishKind.CONTENT_FILTER:
        finish = FinishKind.REFUSAL  # its only word for it
    assert answer.end.kind is finish


@pytest.mark.parametrize("api", [RESPONSES, CHAT, CUSTOM], ids=lambda api: api.id)
async def test_a_refusal_has_its_own_text(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    server.endpoint(api.endpoint).reply(ok("", refusal="I cannot help with that."))
    answer = await read(connect(api).respond(question(streamed=streamed)))
    assert answer.text == ""
    assert answer.end.kind is FinishKind.REFUSAL
    assert answer.end.refusal == "I cannot help with that."


def _sent(api: Api, body: dict[str, Any]) -> dict[str, Any]:
    """Read the same facts out of each API's request body."""
    if api is GOOGLE:
        options = body["generationConfig"]
        return {
            "system": body["systemInstruction"]["parts"][0]["text"],
            "turns": [(turn["role"], turn["parts"][0]["text"]) for turn in body["contents"]],
            "temperature": options["temperature"],
            "ceiling": options["maxOutputTokens"],
        }
    turns = [(turn["role"], turn["content"]) for turn in body.get("messages") or body["input"]]
    system = body.get("system") or body.get("instructions") or turns.pop(0)[1]
    names = ("max_tokens", "max_completion_tokens", "max_output_tokens")
    (ceiling,) = [body[name] for name in names if name in body]
    return {
        "system": system,
        "turns": turns,
        "temperature": body["temperature"],
        "ceiling": ceiling,
    }


CONVERSATION = ChatRequest(
    messages=[
        Message(Role.USER, "Hi"),
        Message(Role.ASSISTANT, "Hello."),
        Message(Role.ASSISTANT, "  "),  # an answer that was cut off before its first word
        Message(Role.USER, "Why?"),
    ],
    system="Be brief.",
)


async def test_the_conversation_goes_over_the_wire(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    adapter = connect(api, temperature=0.25, max_tokens=77)
    await read(adapter.respond(dataclasses.replace(CONVERSATION, streamed=streamed)))
    (request,) = server.endpoint(api.endpoint).chats
    model = "model" if api is GOOGLE else "assistant"
    assert request.model == "some-model"
    assert _sent(api, request.body) == {
        "system": "Be brief.",
        "turns": [("user", "Hi"), (model, "Hello."), ("user", "Why?")],
        "temperature": 0.25,
        "ceiling": 77,
    }


async def test_the_request_overrides_the_configuration(
    server: FakeServer, connect: Connect, api: Api
) -> None:
    adapter = connect(api, temperature=0.25, max_tokens=77)
    await read(adapter.respond(dataclasses.replace(CONVERSATION, temperature=0.0, max_tokens=5)))
    sent = _sent(api, server.endpoint(api.endpoint).chats[0].body)
    assert (sent["temperature"], sent["ceiling"]) == (0.0, 5)


async def test_the_request_can_name_another_model(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    endpoint, asked = server.endpoint(api.endpoint), question(model="other", streamed=streamed)
    endpoint.reply(ok(), status(404, "no such model"))
    adapter = connect(api)
    assert (await read(adapter.respond(asked))).end.response_model == "other"
    with pytest.raises(ModelNotFound) as caught:
        await read(adapter.respond(asked))
    assert caught.value.model == "other"
    assert [request.model for request in endpoint.chats] == ["other", "other"]


async def test_what_nobody_set_is_not_sent(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    await read(connect(api).respond(question(streamed=streamed)))
    body = server.endpoint(api.endpoint).chats[0].body
    assert "temperature" not in {**body, **body.get("generationConfig", {})}
    if api is ANTHROPIC:
        assert body["max_tokens"] == 8192
    else:
        assert not [name for name in body if name.startswith("max_")]


async def test_the_ceiling_has_the_name_the_server_knows(
    server: FakeServer, connect: Connect
) -> None:
    await read(connect(CHAT, max_tokens=9).respond(question()))
    await read(connect(CUSTOM, max_tokens=9).respond(question()))
    assert server.openai.chats[0].body["max_completion_tokens"] == 9
    assert server.custom.chats[0].body["max_tokens"] == 9


async def test_nothing_is_stored_at_openai(
    server: FakeServer, connect: Connect, streamed: bool
) -> None:
    await read(connect(RESPONSES).respond(question(streamed=streamed)))
    assert server.openai.chats[0].body["store"] is False


async def test_models_are_listed(server: FakeServer, connect: Connect, api: Api) -> None:
    server.endpoint(api.endpoint).models = ["model-a", "maker/model-b"]
    models = await connect(api).list_models()
    assert [model.id for model in models] == ["model-a", "maker/model-b"]
    assert server.endpoint(api.endpoint).chats == []


@pytest.mark.parametrize("variation", [{"chunk_size": 1}, {"crlf": True}], ids=str)
async def test_the_cutting_of_the_bytes_does_not_matter(
    server: FakeServer, connect: Connect, api: Api, variation: dict[str, Any]
) -> None:
    reply = dataclasses.replace(ok("naïve 日本語 🚦 text", usage=USAGE), **variation)
    server.endpoint(api.endpoint).reply(reply)
    answer = await read(connect(api).respond(question()))
    assert answer.text == "naïve 日本語 🚦 text"
    assert answer.end.usage is not None


async def test_several_loops_can_use_one_adapter(
    server: FakeServer, connect: Connect, api: Api
) -> None:
    adapter = connect(api)

    async def elsewhere() -> str:
        answer = await read(adapter.respond(question()))
        await adapter.aclose()
        return answer.text

    for _ in range(2):
        assert await asyncio.to_thread(asyncio.run, elsewhere()) == "Hello!"
    assert (await read(adapter.respond(question()))).text == "Hello!"


async def test_a_connection_is_used_again(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    adapter = connect(api)
    for _ in range(3):
        await read(adapter.respond(question(streamed=streamed)))
    assert server.connections == 1


@pytest.mark.parametrize("api", [each for each in APIS if each is not CUSTOM], ids=lambda a: a.id)
async def test_the_sdk_variables_are_honoured(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch, api: Api
) -> None:
    for variable, value in server.environment().items():
        monkeypatch.setenv(variable, value)
    adapter = build_adapter(api.configure(api_key=KEY), Timeouts())
    assert isinstance(adapter, Provider)
    assert (await read(adapter.respond(question()))).text == "Hello!"
    await adapter.aclose()
