"""The pure parts: codes and words to types, waits, comment lines, redaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.adapters.http import without_comments
from providers.adapters.redaction import MAX_MESSAGE_CHARACTERS, redact
from providers.adapters.retry_after import retry_after
from providers.adapters.translate import from_response
from providers.errors import (
    AuthFailed,
    BadRequest,
    ContextTooLong,
    ModelNotFound,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    Refused,
    Unavailable,
)

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (429, {"code": "insufficient_quota"}, QuotaExhausted),
        (400, {"message": "Your credit balance is too low to access the API"}, QuotaExhausted),
        (400, {"code": "context_length_exceeded"}, ContextTooLong),
        (400, {"type": "exceed_context_size_error"}, ContextTooLong),
        (
            400,
            {"message": "The input token count (9) exceeds the maximum number of tokens"},
            ContextTooLong,
        ),
        (400, {"message": "This model's maximum context length is 8192 tokens."}, ContextTooLong),
        (413, {"code": "rate_limit_exceeded"}, ContextTooLong),
        (400, {"message": "API key expired. Please renew the API key."}, AuthFailed),
        (400, {"details": [{"reason": "API_KEY_INVALID"}]}, AuthFailed),
        (403, {"status": "PERMISSION_DENIED"}, AuthFailed),
        (400, {"code": "model_decommissioned"}, ModelNotFound),
        (400, {"code": "content_filter"}, Refused),
        (400, {"code": 400, "message": "unknown field"}, BadRequest),
        (418, {}, BadRequest),
        (429, {"message": "too many"}, RateLimited),
        (429, {"message": "Request too large for gpt-x on tokens per min"}, ContextTooLong),
        (None, {"type": "rate_limit_error"}, RateLimited),
        (None, {"type": "overloaded_error"}, Unavailable),
        (None, {"type": "invalid_request_error", "code": "tool_use_failed"}, Unavailable),
        (503, {"status": "UNAVAILABLE"}, Unavailable),
        (599, {}, Unavailable),
    ],
)
def test_kinds(status: int | None, error: dict[str, Any], kind: type[ProviderError]) -> None:
    assert type(from_response(status, {"error": error}, {})) is kind
    assert type(from_response(status, [{"error": error}], {})) is kind  # as Google nests it
    assert type(from_response(status, error, {})) is kind


def test_a_proxy_page_is_read_like_a_person_would() -> None:
    page = "<html><style>b {x}</style><h1>502</h1>\n <p>Bad <b>gateway</b></p></html>"
    assert from_response(502, page, {}).message == "502 Bad gateway"


@given(
    st.sampled_from([None, 200, 302, 400, 401, 404, 429, 500]),
    st.recursive(
        st.none() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["error", "message", "code", "details"]), inner)
        ),
    ),
)
def test_any_body_makes_an_error(status: int | None, body: object) -> None:
    error = from_response(status, body, {})
    assert error.message
    assert error.status == status


@pytest.mark.parametrize(
    ("headers", "body", "message", "seconds"),
    [
        ({"retry-after": "3"}, None, "", 3.0),
        ({"retry-after": " 2.5 "}, None, "", 2.5),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:30 GMT"}, None, "", 30.0),
        ({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT"}, None, "", 0.0),
        ({"retry-after": "soon"}, None, "try again in 2s", None),
        ({"retry-after": "-5"}, None, "", None),
        ({"retry-after-ms": "250", "retry-after": "9"}, None, "", 0.25),
        ({}, {"error": {"details": [{"retryDelay": "48.9s"}]}}, "", 48.9),
        ({}, None, "Please try again in 6m0s.", 360.0),
        ({}, None, "Please try again in 1h2m3.5s.", 3723.5),
        ({}, None, "Please try again in 250ms.", 0.25),
        ({}, None, "Please retry in 48.939935699s.", 48.939935699),
        ({}, None, "Please try again later.", None),
    ],
)
def test_waits(headers: dict[str, str], body: object, message: str, seconds: float | None) -> None:
    found = retry_after(headers, body, message, now=NOW)
    assert found == (None if seconds is None else pytest.approx(seconds))


async def _stripped(chunks: list[bytes]) -> bytes:
    async def source() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return b"".join([chunk async for chunk in without_comments(source())])


@given(st.lists(st.sampled_from([b"data: a:b", b": note", b"", b":", b"x"])), st.integers(1, 5))
async def test_comment_lines_go_however_the_bytes_are_cut(lines: list[bytes], size: int) -> None:
    body = b"".join(line + b"\n" for line in lines)
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    kept = b"".join(line + b"\n" for line in lines if not line.startswith(b":"))
    assert await _stripped(chunks) == kept


@given(st.text(), st.text(min_size=8))
def test_a_redacted_message_has_no_key_and_bounded_length(text: str, key: str) -> None:
    shown = redact(f"{text}{key}{text}" * 50, key)
    assert len(shown) <= MAX_MESSAGE_CHARACTERS
