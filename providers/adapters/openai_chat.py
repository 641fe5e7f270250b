"""OpenAI's Chat Completions, and every endpoint compatible with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from providers.adapters.chat_completions import chat_body, chat_steps
from providers.adapters.openai_client import OpenAIAdapter
from providers.adapters.steps import Steps
from providers.config import Kind
from providers.messages import ChatRequest

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class OpenAIChatAdapter(OpenAIAdapter):
    """Speaks ``POST /chat/completions`` with streaming."""

    def _steps(self, client: AsyncOpenAI, request: ChatRequest) -> Steps:
        return chat_steps(client.chat.completions.create, self._body(request))

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        body = chat_body(self.model, request, self._temperature(request))
        body["stream_options"] = {"include_usage": True}
        body["extra_headers"] = self._headers()
        if (ceiling := self._max_tokens(request)) is not None:
            # OpenAI's reasoning models refuse the old name, most other servers know only that.
            own = self._config.kind is Kind.OPENAI
            body["max_completion_tokens" if own else "max_tokens"] = ceiling
        return body
