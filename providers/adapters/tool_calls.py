"""Tool calls, as far as the APIs agree on them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from providers.adapters.fields import Fields
from providers.errors import BadRequest
from providers.messages import ChatRequest, Role, ToolCall, ToolSpec


def check_results(request: ChatRequest) -> None:
    """Refuse tool results that no API can be sent.

    Raises:
        BadRequest: a result answers no call made before it, or holds more than text.
    """
    called: set[str] = set()
    for message in request.messages:
        called.update(call.id for call in message.tool_calls)
        if message.role is not Role.TOOL:
            continue
        if message.tool_call_id not in called:
            raise BadRequest(
                f"the tool result for {message.tool_call_id!r} answers no call of this"
                " conversation; leave it out, or keep the assistant's message that made the call"
            )
        if message.attachments:
            raise BadRequest("a tool's result is text; attach files to a message of the user")


def names_by_id(request: ChatRequest) -> Mapping[str, str]:
    """Return the name of the tool that each call of the conversation wanted."""
    return {call.id: call.name for message in request.messages for call in message.tool_calls}


def calls_before(request: ChatRequest) -> int:
    """Return how many calls the conversation holds, to number those that come without an id."""
    if not request.tools:
        return 0
    return sum(len(message.tool_calls) for message in request.messages)


def made_up_id(number: int) -> str:
    """Return an id for a call that came without one: results must refer to something."""
    return f"call_telex_{number}"


def schema_of(tool: ToolSpec) -> dict[str, Any]:
    """Return the schema of a tool's parameters; the APIs insist that it is of an object."""
    return {"type": "object", "properties": {}, **tool.parameters}


def arguments_text(arguments: object) -> str:
    """Return arguments as JSON text: some APIs parse it first, some leave it out when empty.

    Raises:
        TypeError: it is neither text nor an object.
    """
    if arguments is None or arguments == "":
        return "{}"
    if isinstance(arguments, str):
        return arguments
    if isinstance(arguments, Mapping):
        return json.dumps(arguments, ensure_ascii=False)
    raise TypeError("a tool call's arguments are no object")


def arguments_object(call: ToolCall) -> Fields:
    """Return arguments as an object, for the APIs that take nothing else back.

    What the model wrote instead of an object goes along as it is, for it to see its mistake.
    """
    try:
        arguments = json.loads(call.arguments)
    except (ValueError, RecursionError):
        arguments = None
    return arguments if isinstance(arguments, dict) else {"invalid_json": call.arguments}


def signed(api: str, value: str) -> str:
    """Return a signature that only the adapter of ``api`` will read."""
    return f"{api}:{value}"


def signature_for(api: str, call: ToolCall) -> str | None:
    """Return what the adapter of ``api`` put into a call, None when another one made it."""
    maker, _, value = call.signature.partition(":")
    return value if maker == api else None
