"""Groq: Chat Completions through its own SDK, which rides on httpx."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from providers.adapters import stainless
from providers.adapters.adapter import HttpAdapter
from providers.adapters.chat_completions import chat_body, chat_steps
from providers.adapters.http import open_client
from providers.adapters.steps import Steps
from providers.errors import ProviderError
from providers.messages import ChatRequest

if TYPE_CHECKING:
    from groq import AsyncGroq

_PATH = "/openai/v1/chat/completions"


class GroqAdapter(HttpAdapter["AsyncGroq"]):
    """Speaks ``POST /openai/v1/chat/completions``; usage comes unasked, in ``x_groq``."""

    def foreign(self) -> tuple[type[Exception], ...]:
        """Return the SDK's and httpx's exceptions."""
        import groq
        import httpx

        return stainless.foreign(groq, httpx)

    def translate(self, error: Exception) -> ProviderError:
        """Return the typed error for one of ``foreign``."""
        import groq
        import httpx

        return stainless.translate(error, groq, httpx)

    def _import(self) -> None:
        import groq  # noqa: F401  (so that the first call finds it loaded)

    def _open(self) -> AsyncGroq:
        import groq
        import httpx

        return groq.AsyncGroq(
            api_key=self.key,
            base_url=self._config.base_url,
            max_retries=0,
            timeout=None,
            http_client=open_client(httpx, self._timeouts),
        )

    async def _close(self, client: AsyncGroq) -> None:
        await client.close()

    async def _list(self, client: AsyncGroq) -> Sequence[str]:
        listing = await client.models.list()
        return [model.id for model in listing.data]

    def _steps(self, client: AsyncGroq, request: ChatRequest) -> Steps:
        import groq
        import httpx

        caller = stainless.Caller(client, groq, httpx)
        return chat_steps(caller, _PATH, request, self._body(request), {})

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        body = chat_body(self._model(request), request, self._temperature(request))
        if (ceiling := self._max_tokens(request)) is not None:
            body["max_completion_tokens"] = ceiling
        return body
