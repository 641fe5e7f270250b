"""Tools: bound in every form, chosen, called, broken, and given back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from pydantic import BaseModel, Field

from providers.langchain.prompts import to_messages
from providers.messages import ToolCall
from tests.fakeserver import FakeServer, ok, tool_calls
from tests.langchain.conftest import Connect
from tests.wire.test_tools_routed import KINDS


def weather(city: str, days: int = 1) -> str:
    """Tell the weather of a city."""
    return f"rain in {city} for {days} days"


class Weather(BaseModel):
    """The weather of a city."""

    city: str = Field(description="its name")
    rain: bool


@tool
def clock() -> str:
    """Tell the time."""
    return "noon"


SCHEMA = {
    "title": "forecast",
    "description": "What comes.",
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
}
OPENAI = {"type": "function", "function": {"name": "plain"}}
CALL = ToolCall("call_1", "weather", '{"city": "Oslo"}')
BROKEN = replace(CALL, id="call_2", arguments='{"city": "Ber')


@pytest.mark.parametrize("name", KINDS)
async def test_tools_in_every_form(server: FakeServer, connect: Connect, name: str) -> None:
    bound = connect(name).bind_tools([weather, Weather, clock, SCHEMA, OPENAI])
    await bound.ainvoke("hi")
    told = server.endpoint(name).chats[0].tools
    assert list(told) == ["weather", "Weather", "clock", "forecast", "plain"]
    assert told["weather"]["required"] == ["city"]
    assert told["Weather"]["properties"]["rain"] == {"type": "boolean"}
    assert told["forecast"]["properties"] == SCHEMA["properties"]
    assert told["clock"]["properties"] == told["plain"]["properties"] == {}


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (None, None),
        (False, None),
        ("auto", "auto"),
        ("none", "none"),
        ("any", "required"),
        ("required", "required"),
        (True, "required"),
        ("weather", "weather"),
        ({"type": "function", "function": {"name": "weather"}}, "weather"),
    ],
)
async def test_choices(server: FakeServer, connect: Connect, choice: Any, expected: str) -> None:
    await connect("openai").bind_tools([weather, clock], tool_choice=choice).ainvoke("hi")
    assert server.openai.chats[0].tool_choice == expected


@pytest.mark.parametrize(
    ("tools", "choice", "words"),
    [
        ([weather], "wether", "tool_choice 'wether' is no tool; allowed are auto, none, required"),
        ([weather], {"type": "auto"}, "is none: give 'auto'"),
        ([{"type": "web_search"}], None, "'web_search' is one provider's own"),
        ([{**SCHEMA, "title": "what comes"}], None, "'what comes' is no name for a tool"),
    ],
)
def test_mistakes_are_told_at_once(
    server: FakeServer, connect: Connect, tools: list[Any], choice: Any, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        connect("openai").bind_tools(tools, tool_choice=choice)


async def test_two_tools_of_one_name_are_not_sent(server: FakeServer, connect: Connect) -> None:
    with pytest.raises(ValueError, match="two tools are called 'weather'"):
        await connect("openai").bind_tools([weather, weather]).ainvoke("hi")
    assert server.openai.requests == []


async def test_broken_arguments_are_invalid_calls(server: FakeServer, connect: Connect) -> None:
    server.groq.default(tool_calls(CALL, BROKEN, replace(CALL, id="call_3", arguments="[1]")))
    bound = connect("groq").bind_tools([weather])
    total: Any = None
    async for chunk in bound.astream("hi"):
        total = chunk if total is None else total + chunk
    for answer in (await bound.ainvoke("hi"), total):
        assert [call["id"] for call in answer.tool_calls] == ["call_1"]
        wrong = [(call["id"], call["args"]) for call in answer.invalid_tool_calls]
        assert [each[0] for each in wrong] == ["call_2", "call_3"]
        assert str(wrong[0][1]).endswith(BROKEN.arguments)
        history: list[BaseMessage] = [HumanMessage("hi"), answer]
        calls = to_messages(history)[1].tool_calls
        assert [call.id for call in calls] == ["call_1"], "APIs refuse what nobody answered"
        history.append(ToolMessage("That was no JSON.", tool_call_id="call_2"))
        _, called = to_messages(history)[1].tool_calls
        assert called == BROKEN, "as the model wrote it"


@pytest.mark.parametrize("streamed", [True, False])
async def test_signatures_come_back(server: FakeServer, connect: Connect, streamed: bool) -> None:
    """Gemini signs its calls and wants the signature back, also from a checkpoint."""
    signed = replace(CALL, signature="google:c2lnbmVk")
    server.google.reply(tool_calls(signed), ok("Rain."))
    bound = connect("google").bind_tools([weather])
    answer: Any = None
    if streamed:
        async for chunk in bound.astream("hi"):
            answer = chunk if answer is None else answer + chunk
    else:
        answer = await bound.ainvoke("hi")
    restored = AIMessage.model_validate_json(AIMessage(**_fields(answer)).model_dump_json())
    history = [
        HumanMessage("hi"),
        restored,
        ToolMessage("rain", tool_call_id=answer.tool_calls[0]["id"]),
    ]
    assert (await bound.ainvoke(history)).text == "Rain."
    assert "c2lnbmVk" in json.dumps(server.google.chats[1].body)


def _fields(answer: AIMessage) -> dict[str, Any]:
    kept = ("content", "tool_calls", "additional_kwargs", "response_metadata", "usage_metadata")
    return {name: getattr(answer, name) for name in kept}


@pytest.mark.parametrize("name", KINDS)
async def test_structured_output(server: FakeServer, connect: Connect, name: str) -> None:
    call = ToolCall("1", "Weather", '{"city": "Oslo", "rain": true}')
    server.endpoint(name).reply(tool_calls(call), tool_calls(call))
    model = connect(name)
    assert await model.with_structured_output(Weather).ainvoke("hi") == Weather(
        city="Oslo", rain=True
    )
    wanted = server.endpoint(name).chats[0].tool_choice
    assert wanted in {"required", "any", "ANY", "Weather"}
    raw = await model.with_structured_output(Weather, include_raw=True).ainvoke("hi")
    assert isinstance(raw, dict)
    assert raw["parsed"] == Weather(city="Oslo", rain=True)
    assert raw["raw"].response_metadata["provider"] == name


async def test_output_that_does_not_fit_is_an_error(server: FakeServer, connect: Connect) -> None:
    server.openai.default(tool_calls(ToolCall("1", "Weather", '{"city": "Oslo"}')))
    model = connect("openai")
    raw = await model.with_structured_output(Weather, include_raw=True).ainvoke("hi")
    assert isinstance(raw, dict)
    assert raw["parsed"] is None
    assert "rain" in str(raw["parsing_error"])
