"""Content blocks of Anthropic's Messages API: what is sent, and what comes in pieces."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from providers.adapters.conversation import turns
from providers.adapters.fields import Fields, text_of
from providers.adapters.media import base64
from providers.adapters.steps import Signal, Step
from providers.adapters.tool_calls import (
    arguments_object,
    arguments_text,
    names_by_id,
    schema_of,
    signature_for,
    signed,
)
from providers.events import ReasoningDelta, TextDelta, ToolCallMade
from providers.media_limits import media_type
from providers.messages import ChatRequest, Message, Role, ToolCall

_API = "anthropic"
_CHOICES: Mapping[str, Fields] = {
    "auto": {"type": "auto"},
    "none": {"type": "none"},
    "required": {"type": "any"},
}
_FOREIGN = re.compile(r"[^A-Za-z0-9_-]")
"""What the API refuses in an id; calls of other providers may have it."""


class Blocks:
    """Reads the blocks of one message, one after the other.

    The reasoning before a call must go back with it, unchanged and signed ("Thinking", preserving
    thinking blocks), so the call carries it as its signature.
    """

    def __init__(self) -> None:
        self._open: dict[str, Any] = {}
        self._pieces: list[str] = []
        self._thoughts: list[Fields] = []

    def start(self, block: Fields) -> None:
        """Begin a block, which may be whole already."""
        self._open, self._pieces = dict(block), []

    def grow(self, delta: Fields) -> Step:
        """Return what a piece of the open block says."""
        match delta.get("type"):
            case "text_delta":
                return TextDelta(text_of(delta, "text"))
            case "thinking_delta":
                thought = text_of(delta, "thinking")
                self._pieces.append(thought)
                return ReasoningDelta(thought)
            case "signature_delta":
                self._open["signature"] = text_of(delta, "signature")
            case "input_json_delta":
                self._pieces.append(text_of(delta, "partial_json"))
        return Signal.ALIVE

    def stop(self) -> ToolCallMade | None:
        """End the block; returns the call that it was, or None."""
        block, pieces = self._open, "".join(self._pieces)
        self._open, self._pieces = {}, []
        match block.get("type"):
            case "thinking":
                thought = text_of(block, "thinking") + pieces
                self._thoughts.append({**block, "thinking": thought})
            case "redacted_thinking":
                self._thoughts.append(block)
            case "tool_use":
                return self._call(block, pieces)
        return None

    def _call(self, block: Fields, pieces: str) -> ToolCallMade:
        thoughts, self._thoughts = self._thoughts, []
        return ToolCallMade(
            ToolCall(
                id=text_of(block, "id"),
                name=text_of(block, "name"),
                arguments=arguments_text(pieces or block.get("input")),
                signature=signed(_API, json.dumps(thoughts)) if thoughts else "",
            )
        )


def turns_asked(request: ChatRequest) -> list[dict[str, Any]]:
    """Return the conversation. The results of calls made together go back in one turn."""
    if not request.uses_tools:
        return [{"role": each.role.value, "content": _content(each)} for each in turns(request)]
    asked: list[dict[str, Any]] = []
    for tool, together in groupby(turns(request), lambda message: message.role is Role.TOOL):
        if not tool:
            asked += [{"role": each.role.value, "content": _content(each)} for each in together]
            continue
        results = [
            {
                "type": "tool_result",
                "tool_use_id": _FOREIGN.sub("_", message.tool_call_id),
                "content": message.content,
            }
            for message in together
        ]
        asked.append({"role": Role.USER.value, "content": results})
    return asked


def tools_asked(request: ChatRequest) -> dict[str, Any]:
    """Return the tools, and which is to be called.

    The API insists on them where a conversation holds calls: those go in without a purpose.
    """
    if not request.tools:
        past = sorted(set(names_by_id(request).values()))
        tools = [{"name": name, "input_schema": {"type": "object"}} for name in past]
        return {"tools": tools, "tool_choice": _CHOICES["none"]}
    tools = [
        {
            "name": tool.name,
            **({"description": tool.description} if tool.description else {}),
            "input_schema": schema_of(tool),
        }
        for tool in request.tools
    ]
    if request.tool_choice is None:
        return {"tools": tools}
    named = {"type": "tool", "name": request.tool_choice}
    return {"tools": tools, "tool_choice": _CHOICES.get(request.tool_choice, named)}


def _content(message: Message) -> str | list[dict[str, Any]]:
    if not message.attachments and not message.tool_calls:
        return message.content
    parts: list[dict[str, Any]] = [
        {
            "type": "image",
            "source": {
                "type": "base64",
                "media_type": media_type(image),
                "data": base64(image),
            },
        }
        for image in message.attachments
    ]
    calls: list[dict[str, Any]] = []
    for number, call in enumerate(message.tool_calls):
        # What was thought first comes first, before the text.
        (calls if number else parts).extend(json.loads(signature_for(_API, call) or "[]"))
        calls.append(
            {
                "type": "tool_use",
                "id": _FOREIGN.sub("_", call.id),
                "name": call.name,
                "input": arguments_object(call),
            }
        )
    if message.content.strip():
        parts.append({"type": "text", "text": message.content})
    return [*parts, *calls]
