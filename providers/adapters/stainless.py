"""What the SDKs of OpenAI, Anthropic and Groq share: one generator made all three."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from providers.adapters.adapter import MALFORMED
from providers.adapters.fields import Fields
from providers.adapters.rate_limits import quota_of
from providers.adapters.translate import from_answer, from_response, from_transport, malformed
from providers.errors import ProviderError
from providers.events import QuotaReported
from providers.quota import Quota


@dataclass(slots=True)
class Caller:
    """Calls through an SDK's ``post``, which is what the SDK's own methods do.

    Only the SDK's models are left out: building them costs more than all the rest of a call, and
    checks nothing.

    Args:
        client: the SDK's client.
        sdk: the module ``openai``, ``anthropic`` or ``groq``.
        http: the library it rides on.
        quota: what the headers of its last response say of rate limits.
    """

    client: Any
    sdk: ModuleType
    http: ModuleType
    quota: Quota | None = field(default=None, init=False)

    async def ask(self, path: str, body: Fields, options: Fields) -> Fields:
        """Return the answer that comes at once, as parsed JSON.

        Args:
            path: below the base URL.
            body: what is sent, as JSON.
            options: of the request, such as ``headers``.

        Raises:
            ProviderError: the answer is an error object.
        """
        kind = self.http.Response
        response = await self.client.post(path, body=body, options=options, cast_to=kind)
        self.quota = quota_of(response.headers)
        answer: Fields = response.json()
        if answer.get("error"):
            raise from_answer(answer)
        return answer

    async def open(self, path: str, body: Fields, options: Fields) -> Any:
        """Return the SDK's stream of the answer, whose items are parsed JSON; see ``ask``."""
        stream = await self.client.post(
            path,
            body=body,
            options=options,
            cast_to=object,
            stream=True,
            stream_cls=self.sdk.AsyncStream[object],
        )
        self.quota = quota_of(stream.response.headers)
        return stream

    def told(self) -> Iterator[QuotaReported]:
        """Yield what the headers said, once there are any."""
        if self.quota is not None:
            yield QuotaReported(self.quota)


def foreign(sdk: ModuleType, http: ModuleType) -> tuple[type[Exception], ...]:
    """Return what calling and reading through ``sdk`` can raise."""
    return (sdk.APIError, http.HTTPError, http.InvalidURL, http.StreamError, *MALFORMED)


def translate(error: Exception, sdk: ModuleType, http: ModuleType) -> ProviderError:
    """Return the typed error for one of ``foreign``.

    Args:
        error: what was raised.
        sdk: the module ``openai``, ``anthropic`` or ``groq``.
        http: the library it rides on.
    """
    if isinstance(error, sdk.APIConnectionError):
        # The SDK only says "Connection error."; its cause says which.
        cause = error.__cause__
        if isinstance(cause, ProviderError):
            return cause
        return from_transport(cause if isinstance(cause, Exception) else error, http)
    if isinstance(error, sdk.APIStatusError):
        # An error event inside a stream borrows the stream's status, 200, which says nothing.
        status = error.status_code if error.status_code >= 300 else None
        body = error.body if error.body is not None else error.response.text
        return from_response(status, body, error.response.headers)
    if isinstance(error, sdk.APIError):
        return from_response(None, error.body or {"message": error.message}, {})
    if isinstance(error, (http.HTTPError, http.InvalidURL, http.StreamError)):
        return from_transport(error, http)
    return malformed(error)
