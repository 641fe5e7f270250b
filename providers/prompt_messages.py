"""One turn of a prompt, in the forms that people write it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from providers.messages import Message, Role, ToolCall

PromptMessage = Message | Mapping[str, Any] | tuple[str, str]
"""A ``Message``, ``(role, content)``, or a mapping in OpenAI's shape: ``{"role", "content"}``, of
the assistant with ``"tool_calls": [{"id", "function": {"name", "arguments"}}]``, of a tool with
``"tool_call_id"``. A call may carry ``"signature"`` as well; see ``ToolCall``."""

_ROLE_NAMES = {"human": Role.USER, "ai": Role.ASSISTANT}


def to_message(item: PromptMessage) -> Message:
    """Return one turn as a ``Message``.

    Raises:
        ValueError: its role does not exist, or a field is missing; the text says which.
    """
    if isinstance(item, Message):
        return item
    if not isinstance(item, Mapping):
        role, content = item
        return Message(_role(role), content)
    for name in ("role", "content"):
        # An assistant that only calls tools has nothing to say: OpenAI's own shape leaves it out.
        if name not in item and not (name == "content" and item.get("tool_calls")):
            raise ValueError(f"a message has no {name!r}; it holds {_names(item)}")
    call_id = item.get("tool_call_id") or ""
    kind = _role(item["role"])
    if kind is Role.TOOL and not call_id:
        raise ValueError(
            "a message of role 'tool' needs tool_call_id: the id of the call it answers"
        )
    calls = tuple(_to_call(call) for call in item.get("tool_calls") or ())
    return Message(kind, item.get("content") or "", tool_calls=calls, tool_call_id=call_id)


def _role(role: str) -> Role:
    known = _ROLE_NAMES.get(role, role)
    if known not in list(Role):
        allowed = ", ".join([*(r.value for r in Role), *_ROLE_NAMES])
        raise ValueError(f"{role!r} is no role of a message; allowed are {allowed}")
    return Role(known)


def _to_call(call: ToolCall | Mapping[str, Any]) -> ToolCall:
    if isinstance(call, ToolCall):
        return call
    match call:
        case {"id": str(call_id), "function": {"name": str(name), **rest}}:
            arguments = rest.get("arguments") or "{}"
            if isinstance(arguments, str):
                return ToolCall(call_id, name, arguments, call.get("signature") or "")
    raise ValueError(
        'a tool call must look like {"id": "...", "function": {"name": "...", "arguments": "{}"}},'
        f" the arguments as JSON text; this one holds {_names(call)}"
    )


def _names(fields: Mapping[str, Any]) -> str:
    return ", ".join(map(repr, fields)) or "nothing"
