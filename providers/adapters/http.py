"""HTTP clients for the SDKs: no redirects, a connect timeout, bodies of bounded size.

The SDKs ride on two libraries with one API, ``httpx`` and ``httpx2``; both are passed as modules.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from types import ModuleType
from typing import Any

from providers.config import Timeouts
from providers.errors import StreamInterrupted

MAX_BODY_BYTES = 64 * 2**20
"""Of a good response: text is at most a fraction of it, the rest is framing."""
MAX_ERROR_BYTES = 256 * 2**10
"""Of an error response, whose rest is dropped."""

_CONNECTIONS = {"max_connections": 1000, "max_keepalive_connections": 100}
"""As the SDKs' own clients have it; the libraries' defaults close what a burst has opened."""

Filter = Callable[[AsyncIterator[bytes]], AsyncIterator[bytes]]


def open_client(
    http: ModuleType,
    timeouts: Timeouts,
    *,
    rewrite: Filter | None = None,
    on_response: Callable[[Any], None] | None = None,
) -> Any:
    """Return an async client of the library ``http``.

    Args:
        http: the module ``httpx`` or ``httpx2``.
        timeouts: only the connect phase is timed here, the rest by the watch.
        rewrite: applied to the bytes of every good response; compression is then declined.
        on_response: told of every response when its headers are here.
    """
    patience = {
        "connect": min(timeouts.connect, timeouts.first_token),
        "read": None,
        "write": None,
        "pool": None,
    }

    async def set_timeouts(request: Any) -> None:
        # Here and not on the client, because the SDKs override a client's timeouts per request.
        request.extensions["timeout"] = patience

    class Body(http.AsyncByteStream):  # type: ignore[misc, name-defined]  # a module by value
        def __init__(self, inner: Any, chunks: AsyncIterator[bytes]) -> None:
            self._inner = inner
            self._chunks = chunks

        def __aiter__(self) -> AsyncIterator[bytes]:
            return self._chunks

        async def aclose(self) -> None:
            await self._inner.aclose()

    async def bound_body(response: Any) -> None:
        if on_response is not None:
            on_response(response)
        chunks = _bounded(response.stream, http, failed=response.status_code >= 400)
        plain = "content-encoding" not in response.headers
        if rewrite is not None and plain and response.status_code == 200:
            chunks = rewrite(chunks)
        response.stream = Body(response.stream, chunks)

    return http.AsyncClient(
        follow_redirects=False,
        timeout=None,
        limits=http.Limits(**_CONNECTIONS),
        headers={"accept-encoding": "identity"} if rewrite is not None else None,
        event_hooks={"request": [set_timeouts], "response": [bound_body]},
    )


async def _bounded(body: Any, http: ModuleType, *, failed: bool) -> AsyncIterator[bytes]:
    left = MAX_ERROR_BYTES if failed else MAX_BODY_BYTES
    try:
        async for chunk in body:
            if len(chunk) > left:
                if not failed:
                    raise StreamInterrupted(f"the response is larger than {MAX_BODY_BYTES:,} bytes")
                yield chunk[:left]
                return
            left -= len(chunk)
            yield chunk
    except http.TransportError as error:
        if failed:
            raise
        # Told here, because further up it looks like a connection that never stood.
        reason = str(error) or type(error).__name__
        raise StreamInterrupted(
            f"the connection broke in the middle of the answer: {reason}"
        ) from None


async def without_comments(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Drop SSE comment lines (they start with a colon), on which google-genai fails."""
    at_line_start, in_comment = True, False
    async for chunk in chunks:
        kept = bytearray()
        for line in _lines(chunk):
            if at_line_start:
                in_comment = line.startswith(b":")
            at_line_start = line.endswith((b"\n", b"\r"))
            if not in_comment:
                kept += line
        if kept:
            yield bytes(kept)


def _lines(chunk: bytes) -> list[bytes]:
    return chunk.splitlines(keepends=True)
