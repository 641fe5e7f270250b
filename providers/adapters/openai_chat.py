"""OpenAI's Chat Completions, and every endpoint compatible with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from providers.adapters.openai_client import OpenAIAdapter
from providers.adapters.steps import Steps
from providers.messages import ChatRequest

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class OpenAIChatAdapter(OpenAIAdapter):
    """Speaks ``POST /chat/completions``."""

    def _steps(self, client: AsyncOpenAI, request: ChatRequest) -> Steps:
        return self._chat(client, request)
