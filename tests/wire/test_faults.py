"""Everything a provider can do wrong becomes one typed error, with what is known about it."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Mapping

import pytest

from providers.config import Timeouts
from providers.errors import (
    AuthFailed,
    BadRequest,
    ContextTooLong,
    ModelNotFound,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    StreamInterrupted,
    TimedOut,
    Unavailable,
)
from tests.fakeserver import (
    FakeServer,
    Reply,
    cut,
    drip,
    empty,
    error_event,
    garbage,
    gigantic,
    hang,
    hang_first_token,
    html,
    no_finish,
    raw,
    redirect,
    reset,
    stall,
    status,
)
from tests.wire.apis import ANTHROPIC, CHAT, GOOGLE, GROQ, RESPONSES, Api, question, read
from tests.wire.conftest import Connect, Fail

STATUSES: Mapping[int, type[ProviderError]] = {
    400: BadRequest,
    401: AuthFailed,
    402: QuotaExhausted,
    403: AuthFailed,
    404: ModelNotFound,
    408: Unavailable,
    413: ContextTooLong,
    422: BadRequest,
    429: RateLimited,
    500: Unavailable,
    502: Unavailable,
    503: Unavailable,
    529: Unavailable,
}


@pytest.mark.parametrize("code", STATUSES)
async def test_statuses(
    server: FakeServer, fail: Fail, api: Api, code: int, streamed: bool
) -> None:
    error = await fail(api, status(code, "in the provider's words"), streamed=streamed)
    assert type(error) is STATUSES[code]
    assert (error.status, error.message) == (code, "in the provider's words")
    assert error.partial_text == ""
    assert len(server.endpoint(api.endpoint).chats) == 1  # no retries below the router


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"retry-after": "17"}, 17.0), ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5)],
)
async def test_retry_after(
    fail: Fail, api: Api, headers: dict[str, str], seconds: float, streamed: bool
) -> None:
    error = await fail(api, status(429, "slow down", headers=headers), streamed=streamed)
    assert error.retry_after == seconds


async def test_an_exhausted_quota_is_no_rate_limit(fail: Fail, streamed: bool) -> None:
    reply = status(429, "You exceeded your quota", error_code="insufficient_quota")
    assert type(await fail(CHAT, reply, streamed=streamed)) is QuotaExhausted


async def test_an_error_page_is_quoted_in_part(fail: Fail, api: Api, streamed: bool) -> None:
    page = b"<html>" + b"bad gateway " * 100_000
    error = await fail(api, status(502, body=page), streamed=streamed)
    assert type(error) is Unavailable
    assert "bad gateway" in error.message
    assert len(error.message) <= 2_000


async def test_an_error_without_a_word(fail: Fail, api: Api, streamed: bool) -> None:
    error = await fail(api, status(500, body=b""), streamed=streamed)
    assert type(error) is Unavailable
    assert "500" in error.message


async def test_reset(fail: Fail, api: Api, streamed: bool) -> None:
    assert type(await fail(api, reset(), streamed=streamed)) is Unavailable


async def test_refused(server: FakeServer, connect: Connect, api: Api, streamed: bool) -> None:
    adapter = connect(api, base_url=server.refused_url(api.endpoint))
    with pytest.raises(Unavailable, match="cannot reach"):
        await read(adapter.respond(question(streamed=streamed)))
    with pytest.raises(Unavailable, match="cannot reach"):
        await adapter.list_models()


@pytest.mark.parametrize("make", [cut, no_finish])
async def test_a_stream_that_ends_early(fail: Fail, api: Api, make: type[Reply]) -> None:
    error = await fail(api, make("one two three", after=2))
    assert type(error) is StreamInterrupted
    assert error.partial_text == "one two"


@pytest.mark.parametrize("make", [empty, html, garbage])
async def test_a_200_that_is_no_answer(
    fail: Fail, api: Api, make: type[Reply], streamed: bool
) -> None:
    error = await fail(api, make(), streamed=streamed)
    assert type(error) is StreamInterrupted


@pytest.mark.parametrize("body", [b"data: 5\n\n", b"data: []\n\n", b'data: {"choices": 3}\n\n'])
async def test_json_of_the_wrong_shape(fail: Fail, api: Api, body: bytes) -> None:
    if api is ANTHROPIC:
        body = b"event: message_start\n" + body
    assert type(await fail(api, raw(body))) is StreamInterrupted


async def test_an_error_inside_a_200(fail: Fail, api: Api, streamed: bool) -> None:
    error = await fail(api, error_event("Overloaded", after=2), streamed=streamed)
    assert type(error) is Unavailable
    assert (error.message, error.partial_text) == ("Overloaded", "one two" if streamed else "")


async def test_the_usage_so_far_survives_a_failure(fail: Fail) -> None:
    error = await fail(ANTHROPIC, cut(after=1))
    assert error.usage is not None
    assert error.usage.input_tokens > 0


PATIENCE = Timeouts(connect=5, first_token=0.2, idle=5, total=5)


@pytest.mark.parametrize("make", [hang, hang_first_token])
async def test_no_first_token(
    server: FakeServer, connect: Connect, fail: Fail, api: Api, make: type[Reply]
) -> None:
    await read(connect(api).respond(question()))  # so that no import falls into the time
    error = await fail(api, make(), timeouts=PATIENCE)
    assert isinstance(error, TimedOut)
    assert error.phase == "first_token"
    # In a thread: closing a connection takes another turn of the event loop.
    assert await asyncio.to_thread(server.endpoint(api.endpoint).chats[-1].wait_disconnected)


async def test_silence_between_tokens(server: FakeServer, fail: Fail, api: Api) -> None:
    patience = Timeouts(connect=5, first_token=5, idle=0.2, total=5)
    error = await fail(api, stall(after=2), timeouts=patience)
    assert isinstance(error, TimedOut)
    assert (error.phase, error.partial_text) == ("idle", "one two")
    # In a thread: closing a connection takes another turn of the event loop.
    assert await asyncio.to_thread(server.endpoint(api.endpoint).chats[-1].wait_disconnected)


async def test_a_slow_drip_ends(fail: Fail, api: Api) -> None:
    patience = Timeouts(connect=5, first_token=5, idle=5, total=0.3)
    error = await fail(api, drip(delay=0.02), timeouts=patience)
    assert isinstance(error, TimedOut)
    assert error.phase == "total"
    assert "drip" in error.partial_text


async def test_no_connection(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    patience = Timeouts(connect=0.2, first_token=5, idle=5, total=5)
    adapter = connect(api, timeouts=patience, base_url=server.unresponsive_url(api.endpoint))
    with pytest.raises(TimedOut) as caught:
        await read(adapter.respond(question(streamed=streamed)))
    assert caught.value.phase == "connect"


async def test_the_listing_has_a_timeout(server: FakeServer, connect: Connect, api: Api) -> None:
    server.endpoint(api.endpoint).listing = hang()
    with pytest.raises(TimedOut):
        await connect(api, timeouts=PATIENCE).list_models()


async def test_the_listing_fails_by_type(server: FakeServer, connect: Connect, api: Api) -> None:
    server.endpoint(api.endpoint).listing = status(401, "no")
    with pytest.raises(AuthFailed) as caught:
        await connect(api).list_models()
    assert caught.value.provider == api.endpoint


async def test_an_endless_answer_is_cut(fail: Fail, api: Api, streamed: bool) -> None:
    error = await fail(api, gigantic(9_000_000), streamed=streamed)
    assert type(error) is StreamInterrupted
    assert len(error.partial_text) == 8_000_000


async def test_an_endless_line_is_cut(
    fail: Fail, api: Api, monkeypatch: pytest.MonkeyPatch, streamed: bool
) -> None:
    monkeypatch.setattr("providers.adapters.http.MAX_BODY_BYTES", 100_000)
    error = await fail(api, raw(b"data: " + b"x" * 300_000), streamed=streamed)
    assert type(error) is StreamInterrupted
    assert "100,000" in error.message


async def test_a_redirect_is_not_followed(
    server: FakeServer, fail: Fail, api: Api, streamed: bool
) -> None:
    target = f"{server.base_url('elsewhere')}/chat?key=1"
    error = await fail(api, redirect(target), streamed=streamed)
    assert type(error) is BadRequest
    assert "base_url" in error.message
    assert "?" not in error.message
    assert server.endpoint("elsewhere").requests == []


async def test_comment_lines_do_no_harm(server: FakeServer, connect: Connect, api: Api) -> None:
    comments = b": keep-alive\n\n: processing {\n\n"

    reply = Reply(text="fine", preamble=comments)
    server.endpoint(api.endpoint).reply(reply, dataclasses.replace(reply, chunk_size=1))
    adapter = connect(api)
    assert (await read(adapter.respond(question()))).text == "fine"
    assert (await read(adapter.respond(question()))).text == "fine"


async def test_a_response_that_failed(fail: Fail) -> None:
    event = {
        "type": "response.failed",
        "response": {"error": {"code": "rate_limit_exceeded", "message": "Slow down"}},
    }
    reply = raw(f"event: response.failed\ndata: {json.dumps(event)}\n\n".encode())
    error = await fail(RESPONSES, reply)
    assert type(error) is RateLimited
    assert error.message == "Slow down"


async def test_an_error_inside_groqs_own_field(fail: Fail) -> None:
    chunk = {"choices": [], "x_groq": {"error": "out of capacity"}}
    reply = raw(f"data: {json.dumps(chunk)}\n\n".encode())
    error = await fail(GROQ, reply)
    assert type(error) is Unavailable
    assert error.message == "out of capacity"


async def test_gemini_says_a_bad_key_with_400(fail: Fail, streamed: bool) -> None:
    reply = status(400, "API key not valid. Please pass a valid API key.")
    assert type(await fail(GOOGLE, reply, streamed=streamed)) is AuthFailed


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:99999999/v1", "http://[::1/v1", "http://"])
async def test_a_broken_address(connect: Connect, api: Api, base_url: str) -> None:
    adapter = connect(api, base_url=base_url)
    with pytest.raises(BadRequest, match="base_url"):
        await read(adapter.respond(question()))
