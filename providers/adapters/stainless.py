"""Errors of the OpenAI, Anthropic and Groq SDKs, which come from one generator and look alike."""

from __future__ import annotations

from types import ModuleType

from providers.adapters.adapter import MALFORMED
from providers.adapters.translate import from_response, from_transport, malformed
from providers.errors import ProviderError


def foreign(sdk: ModuleType, http: ModuleType) -> tuple[type[Exception], ...]:
    """Return what calling and reading through ``sdk`` can raise."""
    return (sdk.APIError, http.HTTPError, http.InvalidURL, http.StreamError, *MALFORMED)


def translate(
    error: Exception, sdk: ModuleType, http: ModuleType, *, started: bool
) -> ProviderError:
    """Return the typed error for one of ``foreign``.

    Args:
        error: what was raised.
        sdk: the module ``openai``, ``anthropic`` or ``groq``.
        http: the library it rides on.
        started: whether the response headers had arrived.
    """
    if isinstance(error, sdk.APIConnectionError):
        # The SDK only says "Connection error."; its cause says which.
        cause = error.__cause__
        if isinstance(cause, ProviderError):
            return cause
        broken = cause if isinstance(cause, Exception) else error
        return from_transport(broken, http, started=started)
    if isinstance(error, sdk.APIStatusError):
        # An error event inside a stream borrows the stream's status, 200, which says nothing.
        status = error.status_code if error.status_code >= 300 else None
        body = error.body if error.body is not None else error.response.text
        return from_response(status, body, error.response.headers)
    if isinstance(error, sdk.APIError):
        return from_response(None, error.body or {"message": error.message}, {})
    if isinstance(error, (http.HTTPError, http.InvalidURL, http.StreamError)):
        return from_transport(error, http, started=started)
    return malformed(error)
