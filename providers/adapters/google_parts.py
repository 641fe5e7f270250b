"""What Gemini is sent: turns, tools, and the parts they are made of."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from itertools import groupby
from types import ModuleType
from typing import TYPE_CHECKING, Any

from providers.adapters.conversation import turns
from providers.adapters.tool_calls import (
    arguments_object,
    arguments_text,
    made_up_id,
    names_by_id,
    schema_of,
    signature_for,
    signed,
)
from providers.events import ToolCallMade
from providers.media_limits import media_type
from providers.messages import Attachment, ChatRequest, Message, Role, ToolCall

if TYPE_CHECKING:
    from google.genai.types import Content, FunctionCall, Part

_API = "google"
_MODES = {"auto": "AUTO", "none": "NONE", "required": "ANY"}
_UNSIGNED = re.compile(r"gemini-[12]\b|gemma")
_SKIP = b"skip_thought_signature_validator"
"""In place of the signature of a call that another model made, which Gemini 3 and later demand
("Thought signatures", FAQ)."""


def call_made(part: Part, call: FunctionCall, number: int) -> ToolCallMade:
    """Return a call with its thought signature, which has to go back with it.

    Args:
        part: that holds the call and its signature.
        call: the call.
        number: of the call within the conversation.
    """
    signature = b64encode(part.thought_signature or b"").decode()
    return ToolCallMade(
        ToolCall(
            id=call.id or made_up_id(number),
            name=call.name or "",
            arguments=arguments_text(call.args),
            signature=signed(_API, signature),
        )
    )


def turns_asked(request: ChatRequest, model: str) -> list[Content]:
    """Return the conversation. The results of calls made together go back in one turn."""
    from google.genai import types

    if not request.uses_tools:
        return [_turn(message, model, types) for message in turns(request)]
    asked: list[Content] = []
    names = names_by_id(request)
    for tool, together in groupby(turns(request), lambda message: message.role is Role.TOOL):
        if not tool:
            asked += [_turn(message, model, types) for message in together]
            continue
        results = [
            types.FunctionResponse(
                id=message.tool_call_id,
                name=names[message.tool_call_id],
                response={"output": message.content},
            )
            for message in together
        ]
        parts = [types.Part(function_response=result) for result in results]
        asked.append(types.Content(role="user", parts=parts))
    return asked


def tools_asked(request: ChatRequest) -> dict[str, Any]:
    """Return the fields of the configuration that tell the tools."""
    from google.genai import types

    tools = [
        types.FunctionDeclaration(
            name=tool.name,
            description=tool.description or None,
            parameters_json_schema=schema_of(tool),
        )
        for tool in request.tools
    ]
    fields: dict[str, Any] = {
        "tools": [types.Tool(function_declarations=tools)],
        # The SDK would run Python functions by itself.
        "automatic_function_calling": types.AutomaticFunctionCallingConfig(disable=True),
    }
    if (choice := request.tool_choice) is not None:
        named = None if choice in _MODES else [choice]
        mode = types.FunctionCallingConfigMode(_MODES.get(choice, "ANY"))
        calling = types.FunctionCallingConfig(mode=mode, allowed_function_names=named)
        fields["tool_config"] = types.ToolConfig(function_calling_config=calling)
    return fields


def _turn(message: Message, model: str, types: ModuleType) -> Content:
    role = "model" if message.role is Role.ASSISTANT else "user"
    turn: Content = types.Content(role=role, parts=_parts(message, model, types))
    return turn


def _parts(message: Message, model: str, types: ModuleType) -> list[Part]:
    parts: list[Part] = [
        types.Part(inline_data=types.Blob(mime_type=_mime_type(each), data=each.data))
        for each in message.attachments
    ]
    if message.content.strip():
        parts.append(types.Part(text=message.content))
    if not message.tool_calls:
        return parts
    for call, signature in zip(message.tool_calls, _signatures(message, model), strict=True):
        arguments = dict(arguments_object(call))
        wanted = types.FunctionCall(id=call.id, name=call.name, args=arguments)
        parts.append(types.Part(function_call=wanted, thought_signature=signature))
    return parts


def _signatures(message: Message, model: str) -> list[bytes | None]:
    """Return what each call needs. Of calls made together only the first one is signed."""
    own = [signature_for(_API, call) for call in message.tool_calls]
    signatures = [b64decode(value) if value else None for value in own]
    foreign = bool(own) and own[0] is None
    if foreign and not _UNSIGNED.search(model):
        signatures[0] = _SKIP
    return signatures


def _mime_type(attachment: Attachment) -> str:
    told = media_type(attachment)
    return "audio/mp3" if told == "audio/mpeg" else told  # as its documentation has it
