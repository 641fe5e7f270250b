"""What each API adds to a tool call: signatures, ids, pieces cut in ways of its own."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from providers.events import FinishKind
from providers.messages import ChatRequest, ToolCall
from tests.fakeserver import FakeServer, Reply, tool_calls
from tests.wire.apis import ANTHROPIC, CHAT, CUSTOM, GOOGLE, GROQ, Api, read
from tests.wire.conftest import Connect
from tests.wire.test_tools import ASKED, BERGEN, CLOCK, OSLO, WEATHER, called, plain, told


class TestSignatures:
    """What an API gives along with a call goes back to it, and to nobody else."""

    async def test_gemini_gets_its_thought_signature_back(
        self, server: FakeServer, connect: Connect, streamed: bool
    ) -> None:
        mark = b64encode(b"thought \xff").decode()
        wanted = (replace(OSLO, signature=f"google:{mark}"), BERGEN)
        answer = await called(server, connect(GOOGLE), GOOGLE, *wanted, streamed=streamed)
        parts = await self._sent_to_gemini(server, connect, *answer.calls)
        assert parts[0]["thoughtSignature"] == mark.replace("+", "-").replace("/", "_")
        assert "thoughtSignature" not in parts[1], "of calls made together only the first has one"

    @pytest.mark.parametrize(("model", "skips"), [("gemini-3.8-flash", 1), ("gemini-2.5-pro", 0)])
    async def test_a_call_of_another_model_has_a_mark_to_skip_the_check(
        self, server: FakeServer, connect: Connect, model: str, skips: int
    ) -> None:
        foreign = (replace(OSLO, signature="anthropic:[]"), BERGEN)
        parts = await self._sent_to_gemini(server, connect, *foreign, model=model)
        mark = b64encode(b"skip_thought_signature_validator").decode().replace("/", "_")
        assert [part.get("thoughtSignature") for part in parts].count(mark) == skips
        assert all(part.get("thoughtSignature") in {None, mark} for part in parts)

    async def _sent_to_gemini(
        self, server: FakeServer, connect: Connect, *calls: ToolCall, **options: Any
    ) -> list[dict[str, Any]]:
        asked = ChatRequest([ASKED, *told(*calls)], tools=(WEATHER,))
        await read(connect(GOOGLE, **options).respond(asked))
        parts: list[dict[str, Any]] = server.google.chats[-1].body["contents"][1]["parts"]
        return parts

    async def test_anthropic_gets_the_thoughts_before_a_call_back(
        self, server: FakeServer, connect: Connect, streamed: bool
    ) -> None:
        server.anthropic.reply(tool_calls(OSLO, BERGEN, text="Wait.", reasoning="Rain? Look."))
        adapter = connect(ANTHROPIC)
        asked = ChatRequest([ASKED], tools=(WEATHER,), streamed=streamed)
        answer = await read(adapter.respond(asked))
        assert answer.reasoning == "Rain? Look."
        turns = [ASKED, *told(*answer.calls, text=answer.text)]
        await read(adapter.respond(replace(asked, messages=turns)))
        content = server.anthropic.chats[-1].body["messages"][1]["content"]
        kinds = [block["type"] for block in content]
        assert kinds == ["thinking", "text", "tool_use", "tool_use"]
        thought = {"type": "thinking", "thinking": "Rain? Look.", "signature": "c2lnbmVk"}
        assert content[0] == thought

    async def test_nobody_else_does(self, server: FakeServer, connect: Connect, api: Api) -> None:
        calls = (replace(OSLO, signature="elsewhere:c2VjcmV0"),)
        await read(connect(api).respond(ChatRequest([ASKED, *told(*calls)], tools=(WEATHER,))))
        assert b"c2VjcmV0" not in server.endpoint(api.endpoint).chats[0].raw_body


class TestIds:
    """A result must refer to its call, whoever made it."""

    @pytest.mark.parametrize("api", [GOOGLE, CHAT, GROQ], ids=lambda api: api.id)
    async def test_calls_without_an_id_get_one_of_their_own(
        self, server: FakeServer, connect: Connect, api: Api, streamed: bool
    ) -> None:
        nameless = (replace(OSLO, id=""), replace(BERGEN, id=""))
        adapter = connect(api)
        first = await called(server, adapter, api, *nameless, streamed=streamed)
        server.endpoint(api.endpoint).reply(tool_calls(*nameless))
        turns = [ASKED, *told(*first.calls)]
        second = await read(adapter.respond(ChatRequest(turns, tools=(WEATHER,))))
        assert len({call.id for call in (*first.calls, *second.calls)}) == 4
        assert all(call.id for call in first.calls)

    async def test_anthropic_gets_ids_in_its_own_letters(
        self, server: FakeServer, connect: Connect
    ) -> None:
        turns = [ASKED, *told(replace(OSLO, id="call:1/ø"))]
        await read(connect(ANTHROPIC).respond(ChatRequest(turns, tools=(WEATHER,))))
        asked = server.anthropic.chats[0]
        assert [asked.calls[0][0], asked.results[0][0]] == ["call_1__"] * 2


def _piece(**fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"tool_calls": [fields]}}]}


def _function(name: str | None, arguments: object) -> dict[str, Any]:
    told = {"arguments": arguments}
    return {**told, "name": name} if name else told


ODD_STREAMS = {
    "interleaved": [
        _piece(index=0, id="a", function=_function("weather", "")),
        _piece(index=1, id="b", function=_function("clock", "")),
        _piece(index=0, function=_function(None, '{"city":')),
        _piece(index=1, function=_function(None, "{}")),
        _piece(index=0, function=_function(None, '"Oslo"}')),
    ],
    "one index for all": [
        _piece(index=0, id="a", function=_function("weather", '{"city":"Oslo"}')),
        _piece(index=0, id="b", function=_function("clock", "{}")),
    ],
    "no index": [
        _piece(id="a", function=_function("weather", '{"city":')),
        _piece(function=_function(None, '"Oslo"}')),
        _piece(id="b", function=_function("clock", "")),
    ],
    "name and id again and again": [
        _piece(index=0, id="a", function=_function("weather", '{"city":')),
        _piece(index=0, id="a", function=_function("weather", '"Oslo"}')),
        _piece(index=1, id="b", function=_function("clock", None)),
    ],
    "arguments as an object": [
        _piece(index=0, id="a", function=_function("weather", {"city": "Oslo"})),
        _piece(index=1, id="b", function=_function("clock", {})),
    ],
}


@pytest.mark.parametrize("way", ODD_STREAMS)
@pytest.mark.parametrize("reason", ["tool_calls", "stop"])
async def test_calls_as_other_servers_stream_them(
    server: FakeServer, connect: Connect, way: str, reason: str
) -> None:
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}
    lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in (*ODD_STREAMS[way], end)]
    body = "".join([*lines, "data: [DONE]\n\n"]).encode()
    server.custom.reply(Reply(body=body, headers={"content-type": "text/event-stream"}))
    answer = await read(connect(CUSTOM).respond(ChatRequest([ASKED], tools=(WEATHER, CLOCK))))
    assert plain(answer.calls) == [("a", "weather", {"city": "Oslo"}), ("b", "clock", {})]
    assert answer.end.kind is FinishKind.TOOL_CALLS


async def test_calls_without_ids_that_come_at_once_stay_apart(
    server: FakeServer, connect: Connect
) -> None:
    calls = [{"function": _function("weather", "{}")}, {"function": _function("clock", "{}")}]
    message = {"role": "assistant", "content": None, "tool_calls": calls}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    body = json.dumps({"choices": [choice]}).encode()
    server.custom.reply(Reply(body=body, headers={"content-type": "application/json"}))
    asked = ChatRequest([ASKED], tools=(WEATHER, CLOCK), streamed=False)
    answer = await read(connect(CUSTOM).respond(asked))
    assert [call.name for call in answer.calls] == ["weather", "clock"]
