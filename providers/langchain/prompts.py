"""A conversation of LangChain's messages, as a request carries it."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from providers.langchain.blocks import answer_text, read_content
from providers.langchain.tools import calls_of
from providers.messages import Message, Role

_ROLES = {
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,
    "user": Role.USER,
    "human": Role.USER,
    "assistant": Role.ASSISTANT,
    "ai": Role.ASSISTANT,
}


def to_messages(messages: Sequence[BaseMessage]) -> list[Message]:
    """Return the same conversation in the core's own messages.

    Raises:
        ValueError: something in it cannot be sent; the text says in which message, and what.
    """
    answered = frozenset(each.tool_call_id for each in messages if isinstance(each, ToolMessage))
    return [_message(each, number, answered) for number, each in enumerate(messages, 1)]


def _message(message: BaseMessage, number: int, answered: frozenset[str]) -> Message:
    where = f"message {number} ({message.type})"
    if isinstance(message, AIMessage):
        text = answer_text(message, where)
        return Message(Role.ASSISTANT, text, tool_calls=calls_of(message, answered))
    text, attachments = read_content(message, where)
    if isinstance(message, ToolMessage):
        _only_text(where, "a tool's result", bool(attachments))
        return Message(Role.TOOL, text, tool_call_id=message.tool_call_id)
    role = _role(message, where)
    if role is not Role.USER:
        _only_text(where, f"a message of the {role.value}", bool(attachments))
    return Message(role, text, attachments)


def _role(message: BaseMessage, where: str) -> Role:
    if isinstance(message, HumanMessage):
        return Role.USER
    if isinstance(message, SystemMessage):
        return Role.SYSTEM
    if isinstance(message, ChatMessage) and message.role in _ROLES:
        return _ROLES[message.role]
    told = f" with the role {message.role!r}" if isinstance(message, ChatMessage) else ""
    raise ValueError(
        f"{where} is a {type(message).__name__}{told}, which no provider takes; use a system,"
        " human, AI or tool message"
    )


def _only_text(where: str, noun: str, attached: bool) -> None:
    if attached:
        raise ValueError(f"{where}: {noun} is text; attach files to a message of the user")
