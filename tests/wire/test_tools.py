"""Tools: offered, called and answered, in each API's own form."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from providers.adapters.local_llama import LocalAdapter
from providers.config import LocalConfig, Timeouts
from providers.errors import BadRequest, StreamInterrupted
from providers.events import FinishKind
from providers.messages import (
    Attachment,
    AttachmentKind,
    ChatRequest,
    Message,
    Role,
    ToolCall,
    ToolSpec,
)
from tests.fakeserver import FakeServer, no_finish, ok, tool_calls
from tests.wire.apis import (
    ANTHROPIC,
    CHAT,
    CUSTOM,
    GOOGLE,
    GROQ,
    RESPONSES,
    Answer,
    Api,
    question,
    read,
)
from tests.wire.conftest import Connect

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "day": {"type": "string"}},
    "required": ["city"],
}
WEATHER = ToolSpec("weather", "What the weather will be.", SCHEMA)
CLOCK = ToolSpec("clock", "What time it is.")
OSLO = ToolCall("call_1", "weather", '{"city": "Oslo", "day": "to-morrow \\u00e5"}')
BERGEN = ToolCall("call_2", "weather", '{"city": "Bergen"}')
ASKED = Message(Role.USER, "Will it rain?")


def told(*calls: ToolCall, text: str = "") -> tuple[Message, ...]:
    """Return the turns after a question: the calls, and a result for each."""
    results = [Message(Role.TOOL, f"rain {call.id}", tool_call_id=call.id) for call in calls]
    return (Message(Role.ASSISTANT, text, tool_calls=calls), *results)


def plain(calls: list[ToolCall]) -> list[tuple[str, str, Any]]:
    return [(call.id, call.name, json.loads(call.arguments)) for call in calls]


async def test_a_round_trip(server: FakeServer, connect: Connect, api: Api, streamed: bool) -> None:
    endpoint, adapter = server.endpoint(api.endpoint), connect(api)
    endpoint.reply(tool_calls(OSLO, BERGEN, text="Let me look."), ok("Rain in both."))
    asked = ChatRequest([ASKED], tools=(WEATHER, CLOCK), streamed=streamed)
    first = await read(adapter.respond(asked))
    assert first.text == "Let me look."
    assert plain(first.calls) == plain([OSLO, BERGEN])
    assert first.end.kind is FinishKind.TOOL_CALLS
    assert isinstance(first.events[-1], type(first.end)), "the end comes last"

    turns = [ASKED, *told(*first.calls, text=first.text)]
    second = await read(adapter.respond(replace(asked, messages=turns)))
    assert (second.text, second.calls) == ("Rain in both.", [])
    assert second.end.kind is FinishKind.STOP
    before, after = endpoint.chats
    no_parameters = {"type": "object", "properties": {}}
    assert before.tools == after.tools == {"weather": SCHEMA, "clock": no_parameters}
    assert (before.calls, before.results, before.tool_choice) == ([], [], None)
    assert after.calls == plain([OSLO, BERGEN])
    assert after.results == [("call_1", "rain call_1"), ("call_2", "rain call_2")]
    assert "Let me look." in json.dumps(after.body)


@pytest.mark.parametrize("api", [CHAT, CUSTOM, GROQ, RESPONSES], ids=lambda api: api.id)
async def test_arguments_are_the_text_that_the_model_wrote(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    broken = ToolCall("call_2", "weather", '{"city": "Os')
    answer = await called(server, connect(api), api, OSLO, broken, streamed=streamed)
    assert [call.arguments for call in answer.calls] == [OSLO.arguments, broken.arguments]
    await read(connect(api).respond(ChatRequest([ASKED, *told(broken)], tools=(WEATHER,))))
    assert server.endpoint(api.endpoint).chats[-1].calls == [("call_2", "weather", '{"city": "Os')]


async def test_anthropic_streams_broken_arguments_too(server: FakeServer, connect: Connect) -> None:
    broken = ToolCall("call_1", "weather", '{"city": "Os')
    answer = await called(server, connect(ANTHROPIC), ANTHROPIC, broken, OSLO)
    assert [call.arguments for call in answer.calls] == [broken.arguments, OSLO.arguments]


@pytest.mark.parametrize("api", [ANTHROPIC, GOOGLE], ids=lambda api: api.id)
@pytest.mark.parametrize("written", ['{"city": "Os', '["Oslo"]'])
async def test_an_api_that_takes_objects_only_gets_broken_arguments_in_one(
    server: FakeServer, connect: Connect, api: Api, written: str
) -> None:
    turns = [ASKED, *told(ToolCall("call_1", "weather", written))]
    await read(connect(api).respond(ChatRequest(turns, tools=(WEATHER,))))
    asked = server.endpoint(api.endpoint).chats[0]
    assert asked.calls == [("call_1", "weather", {"invalid_json": written})]


async def test_a_tool_that_nobody_offered_and_no_arguments(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    odd = ToolCall("call_9", "launch.missiles", "{}")
    answer = await called(server, connect(api), api, odd, streamed=streamed)
    assert answer.calls == [replace(odd, signature=answer.calls[0].signature)]


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("auto", {"auto", "AUTO"}),
        ("none", {"none", "NONE"}),
        ("required", {"required", "any", "ANY"}),
        ("clock", {"clock"}),
        (None, {None}),
    ],
)
async def test_which_tool_to_call(
    server: FakeServer, connect: Connect, api: Api, choice: str | None, words: set[str | None]
) -> None:
    asked = ChatRequest([ASKED], tools=(WEATHER, CLOCK), tool_choice=choice)
    await read(connect(api).respond(asked))
    assert server.endpoint(api.endpoint).chats[0].tool_choice in words


async def test_a_request_without_tools_says_nothing_of_them(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    await read(connect(api).respond(question(streamed=streamed)))
    assert "tool" not in server.endpoint(api.endpoint).chats[0].raw_body.decode().lower()


async def test_calls_come_through_in_crumbs(server: FakeServer, connect: Connect, api: Api) -> None:
    crumbs = replace(tool_calls(OSLO, BERGEN, text="Wait."), chunk_size=1)
    server.endpoint(api.endpoint).reply(crumbs)
    answer = await read(connect(api).respond(ChatRequest([ASKED], tools=(WEATHER,))))
    assert plain(answer.calls) == plain([OSLO, BERGEN])


@pytest.mark.parametrize("after", [0, 1, 3, 8, 12])
async def test_a_stream_that_ends_within_a_call_is_no_answer(
    server: FakeServer, connect: Connect, api: Api, after: int
) -> None:
    cut = replace(no_finish("", after=after), calls=(OSLO, BERGEN))
    server.endpoint(api.endpoint).reply(cut)
    seen = Answer()
    with pytest.raises(StreamInterrupted):
        await read(connect(api).respond(ChatRequest([ASKED], tools=(WEATHER,))), seen)
    assert plain(seen.calls) == plain([OSLO, BERGEN])[: len(seen.calls)], (
        "only whole calls, in order"
    )


async def test_past_calls_need_no_tools_on_offer(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    turns = [ASKED, *told(OSLO), Message(Role.USER, "Thanks. A joke?")]
    await read(connect(api).respond(ChatRequest(turns, streamed=streamed)))
    asked = server.endpoint(api.endpoint).chats[0]
    assert asked.results == [("call_1", "rain call_1")]
    if api is ANTHROPIC:  # which refuses calls of tools that it was not told of
        assert (list(asked.tools), asked.tool_choice) == (["weather"], "none")
    else:
        assert asked.tools == {}


@pytest.mark.parametrize("api", [ANTHROPIC, GOOGLE], ids=lambda api: api.id)
async def test_results_of_calls_made_together_go_back_in_one_turn(
    server: FakeServer, connect: Connect, api: Api
) -> None:
    turns = [ASKED, *told(OSLO, BERGEN), *told(replace(OSLO, id="call_3"))]
    await read(connect(api).respond(ChatRequest(turns, tools=(WEATHER,))))
    body = server.endpoint(api.endpoint).chats[0].body
    sent = body.get("messages") or body["contents"]
    parts = [turn.get("parts") or turn["content"] for turn in sent]
    assert [turn["role"] for turn in sent][::2] == ["user"] * 3
    assert [len(each) for each in parts[1:]] == [2, 2, 1, 1]


async def test_a_result_that_answers_nothing_is_not_sent(
    server: FakeServer, connect: Connect, api: Api
) -> None:
    lost = Message(Role.TOOL, "rain", tool_call_id="call_7")
    with pytest.raises(BadRequest, match="'call_7' answers no call") as caught:
        await read(connect(api).respond(ChatRequest([ASKED, lost], tools=(WEATHER,))))
    assert caught.value.provider == api.endpoint
    image = Attachment(AttachmentKind.IMAGE, "image/png", b"\x89PNG")
    calls, result = told(OSLO)
    turns = [ASKED, calls, replace(result, attachments=(image,))]
    with pytest.raises(BadRequest, match=r"result is text|takes no image"):
        await read(connect(api).respond(ChatRequest(turns, tools=(WEATHER,))))
    assert server.endpoint(api.endpoint).requests == []


async def test_the_built_in_model_calls_nothing() -> None:
    adapter = LocalAdapter(LocalConfig(), Timeouts())
    with pytest.raises(BadRequest, match="takes no tools"):
        await read(adapter.respond(ChatRequest([ASKED], tools=(WEATHER,))))


async def called(
    server: FakeServer, adapter: Any, api: Api, *calls: ToolCall, streamed: bool = True
) -> Answer:
    server.endpoint(api.endpoint).reply(tool_calls(*calls))
    asked = ChatRequest([ASKED], tools=(WEATHER,), streamed=streamed)
    return await read(adapter.respond(asked))
