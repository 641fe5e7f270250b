"""The OpenAI SDK's client, for both of its APIs and for compatible endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from providers.adapters import stainless
from providers.adapters.adapter import HttpAdapter
from providers.adapters.http import open_client
from providers.config import Kind
from providers.errors import ProviderError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_NO_KEY = "no-key"  # the SDK insists on one; the header that would carry it is left out


class OpenAIAdapter(HttpAdapter["AsyncOpenAI"]):
    """What the adapters over the OpenAI SDK share."""

    def foreign(self) -> tuple[type[Exception], ...]:
        """Return the SDK's and httpx2's exceptions."""
        import httpx2
        import openai

        return stainless.foreign(openai, httpx2)

    def translate(self, error: Exception, *, started: bool) -> ProviderError:
        """Return the typed error for one of ``foreign``."""
        import httpx2
        import openai

        return stainless.translate(error, openai, httpx2, started=started)

    def _import(self) -> None:
        import openai.resources.chat
        import openai.resources.responses  # noqa: F401  (imported for its side effect: speed later)

    def _open(self) -> AsyncOpenAI:
        import httpx2
        import openai

        headers = {} if self.key else {"Authorization": openai.Omit()}
        client = openai.AsyncOpenAI(
            api_key=self.key or _NO_KEY,
            base_url=self._config.base_url,
            max_retries=0,
            timeout=None,
            http_client=open_client(httpx2, self._timeouts),
            default_headers=headers,  # type: ignore[arg-type]  # Omit is the SDK's way to drop one
        )
        if self._config.kind is not Kind.OPENAI:
            # The SDK read OPENAI_ORG_ID and OPENAI_PROJECT_ID: none of a stranger's business.
            client.organization = client.project = None
        return client

    async def _close(self, client: AsyncOpenAI) -> None:
        await client.close()

    async def _list(self, client: AsyncOpenAI) -> Sequence[str]:
        page = await client.models.list()
        return [model.id for model in page.data]
