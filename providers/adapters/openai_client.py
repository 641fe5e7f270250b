"""The OpenAI SDK's client, for both of its APIs and for compatible endpoints."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from providers.adapters import stainless
from providers.adapters.adapter import HttpAdapter
from providers.adapters.chat_completions import chat_body, chat_steps
from providers.adapters.http import open_client
from providers.adapters.steps import Steps
from providers.capabilities import speaks_only_chat
from providers.config import Kind
from providers.errors import ProviderError
from providers.messages import ChatRequest

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_NO_KEY = "no-key"  # the SDK insists on one, but it is never sent


class OpenAIAdapter(HttpAdapter["AsyncOpenAI"]):
    """What the adapters over the OpenAI SDK share."""

    def foreign(self) -> tuple[type[Exception], ...]:
        """Return the SDK's and httpx2's exceptions."""
        import httpx2
        import openai

        return stainless.foreign(openai, httpx2)

    def translate(self, error: Exception) -> ProviderError:
        """Return the typed error for one of ``foreign``."""
        import httpx2
        import openai

        return stainless.translate(error, openai, httpx2)

    def _import(self) -> None:
        import openai.resources.chat
        import openai.resources.responses  # noqa: F401  (imported for its side effect: speed later)

    def _open(self) -> AsyncOpenAI:
        import httpx2
        import openai

        return openai.AsyncOpenAI(
            api_key=self.key or _NO_KEY,
            base_url=self._config.base_url,
            max_retries=0,
            timeout=None,
            http_client=open_client(httpx2, self._timeouts),
        )

    def _caller(self, client: AsyncOpenAI) -> stainless.Caller:
        import httpx2
        import openai

        return stainless.Caller(client, openai, httpx2)

    def _options(self) -> dict[str, Any]:
        """Return the options of a chat call: as the SDK's own methods give them."""
        return {"headers": self._headers(), "security": {"bearer_auth": True}}

    def _headers(self) -> dict[str, Any]:
        """Return the headers of each call that differ from the SDK's; its ``Omit`` takes one away.

        The SDK reads OpenAI's variables for every endpoint: none of a stranger's business.
        """
        import openai

        if self._config.kind is Kind.OPENAI:
            return {}
        variables = os.environ.get("OPENAI_CUSTOM_HEADERS", "").splitlines()
        names = [line.partition(":")[0].strip().lower() for line in variables if ":" in line]
        headers: dict[str, Any] = dict.fromkeys(
            ("openai-organization", "openai-project", *names), openai.Omit()
        )
        headers["authorization"] = f"Bearer {self.key}" if self.key else openai.Omit()
        return headers

    def _chat(self, client: AsyncOpenAI, request: ChatRequest) -> Steps:
        """Ask through Chat Completions."""
        body, own = self._chat_body(request), self._config.kind is Kind.OPENAI
        if own and speaks_only_chat(body["model"]):
            body["modalities"] = ["text"]
        caller, options = self._caller(client), self._options()
        return chat_steps(caller, "/chat/completions", request, body, options)

    def _chat_body(self, request: ChatRequest) -> dict[str, Any]:
        body = chat_body(self._model(request), request, self._temperature(request))
        if request.streamed:
            body["stream_options"] = {"include_usage": True}
        if (ceiling := self._max_tokens(request)) is not None:
            # OpenAI's reasoning models refuse the old name, most other servers know only that.
            own = self._config.kind is Kind.OPENAI
            body["max_completion_tokens" if own else "max_tokens"] = ceiling
        return body

    async def _close(self, client: AsyncOpenAI) -> None:
        await client.close()

    async def _list(self, client: AsyncOpenAI) -> Sequence[str]:
        page = await client.models.list(extra_headers=self._headers())
        return [model.id for model in page.data]
