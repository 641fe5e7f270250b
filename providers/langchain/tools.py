"""Tools, as LangChain's users write them, and calls, as its agents read them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, InvalidToolCall, ToolCallChunk
from langchain_core.messages import ToolCall as LangChainCall
from langchain_core.messages.tool import invalid_tool_call, tool_call, tool_call_chunk
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from providers.messages import ToolCall, ToolSpec

Tool = Mapping[str, Any] | type | Callable[..., Any] | BaseTool
"""A tool of LangChain, a function, a pydantic model or ``TypedDict``, or a JSON schema."""

Choice = str | bool | Mapping[str, Any] | None
"""Which tool must be called: see ``to_choice``."""

SIGNATURES = "tool_call_signatures"
"""Where a message keeps the calls' signatures, by id: LangChain's own calls have no place."""

_BROKEN = "invalid JSON: "
"""Goes before broken arguments in a stream. LangChain completes cut JSON in streams, and would then
run a tool with half of what it was to be given; behind this it leaves them alone."""


def to_openai_tools(tools: Sequence[Tool]) -> list[dict[str, Any]]:
    """Return the tools in OpenAI's form, which is LangChain's own for bound tools.

    Raises:
        ValueError: one of them is run by a provider (web search, say) and not by the caller.
    """
    formed = [
        convert_to_openai_tool(dict(tool) if isinstance(tool, Mapping) else tool) for tool in tools
    ]
    for tool in formed:
        if "function" not in tool:
            raise ValueError(
                f"the tool {tool.get('type')!r} is one provider's own: the request may go to"
                " another. Give a function, a schema or a tool of LangChain instead"
            )
    return formed


def to_specs(tools: Sequence[Tool]) -> tuple[ToolSpec, ...]:
    """Return the tools as a request carries them.

    Raises:
        ValueError: see ``to_openai_tools`` and ``ToolSpec``.
    """
    functions = [tool["function"] for tool in to_openai_tools(tools)]
    return tuple(
        ToolSpec(each["name"], each.get("description") or "", each["parameters"])
        if "parameters" in each
        else ToolSpec(each["name"], each.get("description") or "")
        for each in functions
    )


def to_choice(choice: Choice) -> str | None:
    """Return ``choice`` in the words of ``ChatRequest.tool_choice``.

    Args:
        choice: ``auto``, ``none``, a tool's name, the same as a mapping in OpenAI's form; ``any``,
            ``required`` and True want some call, False and None leave it to the model.

    Raises:
        ValueError: it is something else.
    """
    match choice:
        case None | False:
            return None
        case True | "any":
            return "required"
        case str():
            return choice
        case {"function": {"name": str(name)}} | {"type": "tool", "name": str(name)}:
            return name
    raise ValueError(
        f"tool_choice {choice!r} is none: give 'auto', 'none', 'any', a tool's name, or"
        ' {"type": "function", "function": {"name": "..."}}'
    )


def split_calls(calls: Sequence[ToolCall]) -> tuple[list[LangChainCall], list[InvalidToolCall]]:
    """Return the calls that can be run, and those whose arguments are no JSON object."""
    good: list[LangChainCall] = []
    bad: list[InvalidToolCall] = []
    for call in calls:
        arguments = _arguments(call)
        if arguments is not None:
            good.append(tool_call(name=call.name, args=arguments, id=call.id))
        else:
            error = "the arguments are no JSON object"
            wrong = invalid_tool_call(name=call.name, args=call.arguments, id=call.id, error=error)
            bad.append(wrong)
    return good, bad


def to_chunks(calls: Sequence[ToolCall]) -> list[ToolCallChunk]:
    """Return the calls for the end of a stream; those with broken arguments stay broken."""
    return [
        tool_call_chunk(
            name=call.name,
            args=call.arguments if _arguments(call) is not None else _BROKEN + call.arguments,
            id=call.id,
            index=index,
        )
        for index, call in enumerate(calls)
    ]


def signatures(calls: Sequence[ToolCall]) -> dict[str, str]:
    """Return what has to come back with the calls, by their ids."""
    return {call.id: call.signature for call in calls if call.signature}


def calls_of(message: AIMessage, answered: frozenset[str]) -> tuple[ToolCall, ...]:
    """Return the calls that ``message`` made.

    Args:
        message: an answer.
        answered: ids of the calls that have a result. A call that could not be run belongs to the
            conversation only with one: the APIs refuse calls that nobody answered.
    """
    kept: Mapping[str, str] = message.additional_kwargs.get(SIGNATURES) or {}
    told = [
        (call["id"] or "", call["name"], json.dumps(call["args"], ensure_ascii=False))
        for call in message.tool_calls
    ]
    told += [
        (wrong["id"] or "", wrong["name"] or "", (wrong["args"] or "").removeprefix(_BROKEN))
        for wrong in message.invalid_tool_calls
        if wrong["id"] in answered
    ]
    return tuple(
        ToolCall(call_id, name, arguments, kept.get(call_id, ""))
        for call_id, name, arguments in told
    )


def _arguments(call: ToolCall) -> dict[str, Any] | None:
    """Return the arguments, None when they are no object: both are answers of a model."""
    try:
        arguments = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        return None
    return arguments if isinstance(arguments, dict) else None
