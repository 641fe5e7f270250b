"""The six ways in, so that each behaviour is checked on all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from providers.config import (
    AnthropicConfig,
    CustomConfig,
    GoogleConfig,
    GroqConfig,
    OpenAIApi,
    OpenAIConfig,
    ProviderConfig,
)
from providers.events import (
    ProviderEvent,
    ReasoningDelta,
    StreamFinished,
    TextDelta,
    ToolCallMade,
    UsageReported,
)
from providers.messages import ChatRequest, Message, Role, ToolCall

KEY = "sk-secret-0123456789abcdefghij"


@dataclass(frozen=True)
class Api:
    """One wire format: the server's endpoint for it, and how to configure it."""

    id: str
    endpoint: str
    configure: Callable[..., ProviderConfig]

    def config(self, base_url: str, **options: Any) -> ProviderConfig:
        fields = {"api_key": KEY, "base_url": base_url, "model": "some-model", **options}
        return self.configure(**fields)


def _chat(**options: Any) -> ProviderConfig:
    return OpenAIConfig(api=OpenAIApi.CHAT, **options)


def _custom(**options: Any) -> ProviderConfig:
    return CustomConfig(**{"name": "custom", **options})


RESPONSES = Api("responses", "openai", OpenAIConfig)
CHAT = Api("chat", "openai", _chat)
CUSTOM = Api("custom", "custom", _custom)
ANTHROPIC = Api("anthropic", "anthropic", AnthropicConfig)
GOOGLE = Api("google", "google", GoogleConfig)
GROQ = Api("groq", "groq", GroqConfig)
APIS = (RESPONSES, CHAT, CUSTOM, ANTHROPIC, GOOGLE, GROQ)


def question(text: str = "Hello?", **options: Any) -> ChatRequest:
    return ChatRequest(messages=[Message(Role.USER, text)], **options)


@dataclass
class Answer:
    """A stream, read to its end."""

    text: str = ""
    reasoning: str = ""
    finish: StreamFinished | None = None
    usages: list[UsageReported] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    events: list[ProviderEvent] = field(default_factory=list)

    @property
    def end(self) -> StreamFinished:
        assert self.finish is not None
        return self.finish


async def read(stream: AsyncIterator[ProviderEvent], into: Answer | None = None) -> Answer:
    """Read to the end; what came before an error is in ``into``."""
    answer = into or Answer()
    async for event in stream:
        answer.events.append(event)
        match event:
            case TextDelta(text):
                answer.text += text
            case ReasoningDelta(text):
                answer.reasoning += text
            case ToolCallMade(call):
                answer.calls.append(call)
            case UsageReported():
                answer.usages.append(event)
            case StreamFinished():
                answer.finish = event
    return answer
