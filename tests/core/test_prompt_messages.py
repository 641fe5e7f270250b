"""Prompts in their many forms, and requests that make no sense."""

from __future__ import annotations

from typing import Any

import pytest

from providers.messages import ChatRequest, Message, Role, ToolCall, ToolSpec
from providers.reply import to_request

CALL = ToolCall("a", "clock", "{}", "google:x")
CLOCK = ToolSpec("clock")
USER = Message(Role.USER, "hi")


def test_the_forms_of_a_turn() -> None:
    function = {"name": "clock", "arguments": "{}"}
    request = to_request(
        [
            ("system", "Be brief."),
            ("human", "hi"),
            {
                "role": "ai",
                "tool_calls": [{"id": "a", "function": function, "signature": "google:x"}],
            },
            {"role": "tool", "content": "noon", "tool_call_id": "a"},
            {"role": "assistant", "content": "Noon.", "tool_calls": []},
            Message(Role.USER, "Thanks."),
            {"role": "assistant", "content": "", "tool_calls": [CALL]},
        ],
        tools=[CLOCK],
        tool_choice="clock",
    )
    assert request.system == "Be brief."
    assert list(request.messages) == [
        USER,
        Message(Role.ASSISTANT, "", tool_calls=(CALL,)),
        Message(Role.TOOL, "noon", tool_call_id="a"),
        Message(Role.ASSISTANT, "Noon."),
        Message(Role.USER, "Thanks."),
        Message(Role.ASSISTANT, "", tool_calls=(CALL,)),
    ]
    assert (request.tools, request.tool_choice) == ((CLOCK,), "clock")
    again = request.for_model("m", 5)
    assert (again.tools, again.tool_choice) == ((CLOCK,), "clock")


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        (
            {"role": "wizard", "content": "x"},
            "'wizard' is no role of a message; allowed are system",
        ),
        ({"role": "user"}, "a message has no 'content'; it holds 'role'"),
        ({"content": "x"}, "a message has no 'role'; it holds 'content'"),
        ({"role": "tool", "content": "x"}, "needs tool_call_id"),
        ({"role": "assistant", "content": "", "tool_calls": [{"id": "a"}]}, "this one holds 'id'"),
        (
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [{"id": "a", "function": {"name": "x", "arguments": {}, "y": 1}}],
            },
            None,
        ),
        (
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [{"id": "a", "function": {"name": "x", "arguments": {"b": 1}}}],
            },
            "the arguments as JSON text",
        ),
    ],
)
def test_a_turn_that_misses_something(turn: dict[str, Any], words: str | None) -> None:
    if words is None:
        assert to_request([turn]).messages[0].tool_calls[0].arguments == "{}"
        return
    with pytest.raises(ValueError, match=words):
        to_request([turn])


@pytest.mark.parametrize("name", ["", "1st", "two words", "a" * 65, "née", "auto", "required"])
def test_a_name_that_no_tool_can_have(name: str) -> None:
    with pytest.raises(ValueError, match=r"no tool can be called|is no name for a tool"):
        ToolSpec(name)


@pytest.mark.parametrize(
    ("tools", "choice", "words"),
    [
        ([CLOCK, CLOCK], None, "two tools are called 'clock'"),
        ([CLOCK], "weather", "'weather' is no tool; allowed are auto, none, required, clock"),
        ([], "clock", "tool_choice is 'clock', but no tools are given"),
        ([], "required", "tool_choice is 'required', but no tools are given"),
    ],
)
def test_a_choice_that_cannot_be_made(
    tools: list[ToolSpec], choice: str | None, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        ChatRequest([USER], tools=tuple(tools), tool_choice=choice)


def test_what_uses_tools() -> None:
    assert not ChatRequest([USER], tool_choice="auto").uses_tools
    assert ChatRequest([USER], tools=(CLOCK,)).uses_tools
    assert ChatRequest([USER, Message(Role.ASSISTANT, "", tool_calls=(CALL,))]).uses_tools
    assert ChatRequest([Message(Role.TOOL, "x", tool_call_id="a")]).uses_tools
