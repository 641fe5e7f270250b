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
    """Speaks ``POST /chat/completions``."""

    def _steps(self, client: AsyncOpenAI, request: ChatRequest) -> Steps:
        body, options = self._body(request), self._options()
        return chat_steps(self._caller(client), "/chat/completions", body, options)

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        body = chat_body(self._model(request), request, self._temperature(request))
        if request.streamed:
            body["stream_options"] = {"include_usage": True}
        if (ceiling := self._max_tokens(request)) is not None:
            # OpenAI's reasoning models refuse the old name, most other servers know only that.
            own = self._config.kind is Kind.OPENAI
            body["max_completion_tokens" if own else "max_tokens"] = ceiling
        return body
