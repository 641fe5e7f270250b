"""OpenAI's Chat Completions, and every endpoint compatible with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from providers.adapters.chat_chunks import ChatChunks
from providers.adapters.conversation import with_system_first
from providers.adapters.openai_client import OpenAIAdapter
from providers.adapters.steps import Signal, Steps
from providers.config import Kind
from providers.messages import ChatRequest

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class OpenAIChatAdapter(OpenAIAdapter):
    """Speaks ``POST /chat/completions`` with streaming."""

    async def _steps(self, client: AsyncOpenAI, request: ChatRequest) -> Steps:
        chunks = ChatChunks()
        stream = await client.chat.completions.create(**self._body(request))
        async with stream:
            yield Signal.OPENED
            async for chunk in stream:
                for step in chunks.read(chunk):
                    yield step
            if end := chunks.end():
                yield end

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [
                {"role": message.role.value, "content": message.content}
                for message in with_system_first(request)
            ],
            "stream": True,
            "stream_options": {"include_usage": True},
            "extra_headers": self._headers(),
        }
        if (temperature := self._temperature(request)) is not None:
            body["temperature"] = temperature
        if (ceiling := self._max_tokens(request)) is not None:
            # OpenAI's reasoning models refuse the old name, most other servers know only that.
            own = self._config.kind is Kind.OPENAI
            body["max_completion_tokens" if own else "max_tokens"] = ceiling
        return body
