"""What is asked of a provider: messages and the request that carries them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

TOOL_CHOICES = ("auto", "none", "required")
"""What a request may say of its tools, besides the name of the one to call."""

_TOOL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
"""What every one of the APIs takes: OpenAI forbids more characters, Gemini a digit in front."""


class Role(StrEnum):
    """Who wrote a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class AttachmentKind(StrEnum):
    """What an attachment is, for those who can read only some."""

    IMAGE = "image"
    AUDIO = "audio"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that is not text.

    Args:
        kind: what it is.
        media_type: its MIME type, such as ``image/png``.
        data: its bytes.
        name: its file name, or empty.
    """

    kind: AttachmentKind
    media_type: str
    data: bytes = field(repr=False)
    name: str = ""


def _no_parameters() -> Mapping[str, Any]:
    return {"type": "object", "properties": {}}


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool that a model may ask for. Who asks the model runs it, not the provider.

    Args:
        name: up to 64 letters, digits, ``_`` and ``-``, beginning with a letter or ``_``.
        description: what it does and when to call it, in words for the model.
        parameters: JSON schema of an object; by default it takes none.

    Raises:
        ValueError: the name is none.
    """

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=_no_parameters, hash=False)

    def __post_init__(self) -> None:
        if self.name in TOOL_CHOICES:
            raise ValueError(f"no tool can be called {self.name!r}: tool_choice has that word")
        if not _TOOL_NAME.fullmatch(self.name):
            raise ValueError(
                f"{self.name!r} is no name for a tool: use up to 64 letters, digits, '_' and '-',"
                " beginning with a letter or '_'"
            )


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model's wish to have a tool run.

    Args:
        id: what the result refers to; unique within a conversation.
        name: of the tool, as the model wrote it: it may be one that nobody offered.
        arguments: JSON as the model wrote it, which may be broken or not fit the schema.
        signature: what the API that made the call wants back with it, such as encrypted
            reasoning; meaningless to everybody else.
    """

    id: str
    name: str
    arguments: str
    signature: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation: text, and what is attached to it.

    Args:
        role: who says it.
        content: the text; of a tool, what it gave back.
        attachments: what goes with it.
        tool_calls: the tools that the assistant asked for, besides its text or instead of it.
        tool_call_id: of a tool, the call that it answers.
    """

    role: Role
    content: str
    attachments: tuple[Attachment, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One question with its context, independent of any provider.

    Args:
        messages: the conversation so far, oldest first; the last one is normally the user's.
            System text goes into ``system``, not in here.
        system: the system prompt, or None.
        temperature: sampling temperature; None leaves the provider's configured or own default.
        max_tokens: ceiling for generated tokens; None leaves the configured or own default.
        exchange_id: the ledger's id of the exchange this request belongs to, or None when
            nobody keeps one.
        model: the model to ask; None asks the provider's configured one.
        streamed: False asks for the whole answer at once, which costs less to receive; it then
            comes as one ``TextDelta``, and nothing comes before it.
        tools: what the model may call.
        tool_choice: ``auto`` leaves it to the model, ``none`` forbids calls, ``required`` wants at
            least one, a tool's name wants that one; None is the API's default, ``auto``.

    Raises:
        ValueError: two tools have one name, or ``tool_choice`` names none of them.
    """

    messages: Sequence[Message]
    system: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    exchange_id: int | None = None
    model: str | None = None
    streamed: bool = True
    tools: tuple[ToolSpec, ...] = ()
    tool_choice: str | None = None

    def __post_init__(self) -> None:
        if self.tools or self.tool_choice:
            self._check_tools()

    def _check_tools(self) -> None:
        names = [tool.name for tool in self.tools]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two tools are called {twice[0]!r}")
        choice = self.tool_choice
        if choice in names or choice in {None, "auto", "none"}:
            return
        if not names:
            raise ValueError(f"tool_choice is {choice!r}, but no tools are given")
        if choice != "required":
            allowed = ", ".join([*TOOL_CHOICES, *names])
            raise ValueError(f"tool_choice {choice!r} is no tool; allowed are {allowed}")

    def for_model(self, model: str, max_tokens: int | None) -> ChatRequest:
        """Return the same request for one model, with its ceiling."""
        # Spelled out: `dataclasses.replace` takes three times as long, on the path of every call.
        return ChatRequest(
            messages=self.messages,
            system=self.system,
            temperature=self.temperature,
            max_tokens=max_tokens,
            exchange_id=self.exchange_id,
            model=model,
            streamed=self.streamed,
            tools=self.tools,
            tool_choice=self.tool_choice,
        )

    @property
    def attachments(self) -> frozenset[AttachmentKind]:
        """The kinds of what is attached anywhere in the conversation."""
        return frozenset(
            a.kind for message in self.messages if message.attachments for a in message.attachments
        )

    @property
    def uses_tools(self) -> bool:
        """Whether tools are offered, or were called in the conversation."""
        if self.tools:
            return True
        for message in self.messages:  # noqa: SIM110  # twice as fast, and every call asks
            if message.tool_calls or message.tool_call_id:
                return True
        return False

    @property
    def characters(self) -> int:
        """Length of everything that is sent, in characters."""
        return len(self.system or "") + sum(len(message.content) for message in self.messages)
