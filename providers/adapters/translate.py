"""What a provider said about a failure, turned into the typed tree. Knows no SDK."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import ModuleType

from providers.adapters.retry_after import retry_after
from providers.errors import (
    AuthFailed,
    BadRequest,
    ContextTooLong,
    ModelNotFound,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    Refused,
    StreamInterrupted,
    TimedOut,
    Unavailable,
)

# Machine-readable codes, types and reasons, as the providers' error references list them. They win
# over the HTTP status, which is often too coarse. First match decides.
_BY_CODE: tuple[tuple[type[ProviderError], frozenset[str]], ...] = (
    (QuotaExhausted, frozenset({"insufficient_quota", "billing_error", "billing_not_active"})),
    (
        ContextTooLong,
        frozenset({
            "context_length_exceeded",
            "exceed_context_size_error",
            "request_too_large",
            "string_above_max_length",
        }),
    ),
    (
        AuthFailed,
        frozenset({
            "invalid_api_key",
            "authentication_error",
            "permission_error",
            "API_KEY_INVALID",
            "UNAUTHENTICATED",
            "PERMISSION_DENIED",
        }),
    ),
    (
        ModelNotFound,
        frozenset({"model_not_found", "not_found_error", "model_decommissioned", "NOT_FOUND"}),
    ),
    (Refused, frozenset({"content_filter", "content_policy_violation"})),
)  # fmt: skip
_LATE_CODES: tuple[tuple[type[ProviderError], frozenset[str]], ...] = (
    (RateLimited, frozenset({"rate_limit_exceeded", "rate_limit_error", "RESOURCE_EXHAUSTED"})),
    (Unavailable, frozenset({"overloaded_error", "api_error", "server_error", "UNAVAILABLE"})),
)
_BY_STATUS: Mapping[int, type[ProviderError]] = {
    401: AuthFailed,
    402: QuotaExhausted,
    403: AuthFailed,
    404: ModelNotFound,
    408: Unavailable,
    409: Unavailable,
    413: ContextTooLong,
    425: Unavailable,
    429: RateLimited,
}
# Some say these only in words, under a plain 400.
_BY_WORDS: tuple[tuple[type[ProviderError], re.Pattern[str]], ...] = (
    (
        ContextTooLong,
        re.compile(
            r"prompt is too long|context (?:length|window|size)|maximum context"
            r"|token count .* exceeds|request too large",
            re.IGNORECASE,
        ),
    ),
    (AuthFailed, re.compile(r"api key (?:not valid|not found|expired|is invalid)", re.IGNORECASE)),
    (QuotaExhausted, re.compile(r"credit balance is too low|insufficient balance", re.IGNORECASE)),
)


def from_response(status: int | None, body: object, headers: Mapping[str, str]) -> ProviderError:
    """Return the typed error for an error response, or for an error event in a stream.

    Args:
        status: HTTP status; None for an error event inside a stream that began with 200.
        body: the parsed error body, or its text.
        headers: the response's headers, looked up in lower case.
    """
    if status is not None and 300 <= status < 400:
        return _redirected(status, headers)
    message = _message(body) or f"the server answered with status {status} and no explanation"
    kind = _classify(status, frozenset(_codes(body)), message)
    wait = retry_after(headers, body, message)
    return kind(message, status=status, retry_after=wait)


def from_answer(body: object) -> ProviderError:
    """Return the typed error for an error object that came with status 200."""
    error = _inner(body)
    code = error.get("code") if isinstance(error, Mapping) else None
    # Some put the status in there that they did not send.
    status = code if isinstance(code, int) and 400 <= code < 600 else None
    return from_response(status, body, {})


def from_transport(error: Exception, http: ModuleType) -> ProviderError:
    """Return the typed error for a connection that failed.

    Args:
        error: what the HTTP library raised.
        http: that library, ``httpx`` or ``httpx2``.
    """
    reason = str(error) or type(error).__name__
    if isinstance(error, http.TimeoutException):
        phase = "connect" if isinstance(error, (http.ConnectTimeout, http.PoolTimeout)) else "idle"
        return TimedOut(f"no connection in time ({type(error).__name__})", phase=phase)
    if isinstance(error, (http.InvalidURL, http.UnsupportedProtocol)):
        return BadRequest(f"the base_url cannot be used: {reason}")
    if isinstance(error, (http.DecodingError, http.StreamError)):
        return StreamInterrupted(f"the response cannot be read: {reason}")
    return Unavailable(f"cannot reach the provider: {reason}")


def malformed(error: Exception) -> ProviderError:
    """Return the typed error for a response that is not what its API promises."""
    reason = f"{type(error).__name__}: {error}"
    return StreamInterrupted(f"the response is not valid for this API ({reason})")


def _classify(status: int | None, codes: frozenset[str], message: str) -> type[ProviderError]:
    for kind, known in _BY_CODE:
        if codes & known:
            return kind
    # OpenAI says 429 to a request that is larger than a whole minute's allowance: no wait helps.
    if status is None or status in {400, 422, 429, 500}:
        for kind, words in _BY_WORDS:
            if words.search(message):
                return kind
    if status is not None and status in _BY_STATUS:
        return _BY_STATUS[status]
    for kind, known in _LATE_CODES:
        if codes & known:
            return kind
    # A stream that had begun was a good request: what breaks it is the provider's.
    if status is None or status >= 500:
        return Unavailable
    return BadRequest


def _redirected(status: int, headers: Mapping[str, str]) -> ProviderError:
    target = headers.get("location", "another address").split("?")[0]
    return BadRequest(
        f"the base_url redirects to {target}; set base_url to the final address"
        " (redirects are not followed, so that the key goes nowhere else)",
        status=status,
    )


def _inner(body: object) -> object:
    """Unwrap the error object: some nest it, Google's streams in a list."""
    if isinstance(body, list) and body:
        body = body[0]
    if isinstance(body, Mapping) and body.get("error"):
        return body["error"]
    return body


def _message(body: object) -> str:
    error = _inner(body)
    if isinstance(error, Mapping):
        error = error.get("message") or error.get("detail") or ""
    if not isinstance(error, str):
        return ""
    return _page_text(error) if error.lstrip().startswith("<") else error.strip()


def _page_text(page: str) -> str:
    """Return what a person would read of an HTML error page, which proxies like to send."""
    text = re.sub(r"(?is)<(style|script)\b.*?</\1>|<[^>]*>", " ", page)
    return " ".join(text.split())


def _codes(body: object) -> Iterator[str]:
    error = _inner(body)
    if not isinstance(error, Mapping):
        return
    for name in ("code", "type", "status"):
        if isinstance(error.get(name), str):
            yield error[name]
    details = error.get("details")
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, Mapping) and isinstance(detail.get("reason"), str):
            yield detail["reason"]
