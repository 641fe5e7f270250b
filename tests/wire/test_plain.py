"""An answer that comes at once: one call, one piece of text, and its own ways to go wrong."""

from __future__ import annotations

import asyncio
import json

import pytest

from providers.config import Timeouts
from providers.errors import (
    ProviderError,
    RateLimited,
    StreamInterrupted,
    TimedOut,
    Unavailable,
)
from providers.events import FinishKind, ReasoningDelta, StreamFinished, TextDelta
from tests.fakeserver import (
    FakeServer,
    Reply,
    cut,
    drip,
    error_event,
    hang,
    hang_first_token,
    no_finish,
    ok,
    raw,
    stall,
)
from tests.wire.apis import ANTHROPIC, CHAT, CUSTOM, GOOGLE, GROQ, RESPONSES, Api, question, read
from tests.wire.conftest import Connect, Fail

ASKED = question(streamed=False)


def _json(body: object) -> Reply:
    return raw(json.dumps(body).encode(), content_type="application/json")


async def test_the_whole_answer_is_one_piece(
    server: FakeServer, connect: Connect, api: Api
) -> None:
    text = "One two  three\n\nfour 🚦"
    server.endpoint(api.endpoint).reply(ok(text, reasoning="well, well"))
    answer = await read(connect(api).respond(ASKED))
    told = [event for event in answer.events if not isinstance(event, StreamFinished)]
    shown = [event for event in told if isinstance(event, ReasoningDelta | TextDelta)]
    assert shown == [ReasoningDelta("well, well"), TextDelta(text)]
    assert answer.events[-1] == answer.end
    assert (answer.end.kind, answer.end.response_model) == (FinishKind.STOP, "some-model")


async def test_no_stream_is_asked_for(server: FakeServer, connect: Connect, api: Api) -> None:
    await read(connect(api).respond(ASKED))
    (request,) = server.endpoint(api.endpoint).chats
    assert not request.streamed
    assert not {"stream", "stream_options"} & set(request.body)
    assert api is not GOOGLE or request.path.endswith("/some-model:generateContent")


async def test_both_ways_send_the_same_headers(
    server: FakeServer, connect: Connect, api: Api
) -> None:
    adapter = connect(api)
    await read(adapter.respond(question()))
    await read(adapter.respond(ASKED))
    streamed, plain = (dict(request.headers) for request in server.endpoint(api.endpoint).chats)
    for headers in (streamed, plain):
        del headers["content-length"]
    assert plain == streamed


async def test_no_reason_for_the_end(fail: Fail, api: Api) -> None:
    error = await fail(api, no_finish("one two three", after=2), streamed=False)
    assert type(error) is StreamInterrupted
    assert error.partial_text == "one two"


async def test_a_cut_body(fail: Fail, api: Api) -> None:
    error = await fail(api, cut(), streamed=False)
    assert type(error) is StreamInterrupted
    assert "in the middle" in error.message


@pytest.mark.parametrize(
    "body",
    [b"5", b"[]", b"{}", b"null", b'"text"', b"\xff\xfe{", b"[" * 100_000, b'{"choices": 3'],
    ids=lambda body: body[:12],
)
async def test_a_body_that_is_no_answer(fail: Fail, api: Api, body: bytes) -> None:
    reply = raw(body, content_type="application/json")
    assert type(await fail(api, reply, streamed=False)) is StreamInterrupted


@pytest.mark.parametrize("wrong", [3, "x", [3], {"a": 1}], ids=str)
async def test_an_answer_of_the_wrong_shape(fail: Fail, api: Api, wrong: object) -> None:
    names = ("choices", "content", "output", "candidates")
    error = await fail(api, _json(dict.fromkeys(names, wrong)), streamed=False)
    assert type(error) is StreamInterrupted


async def test_a_text_that_is_none(fail: Fail) -> None:
    choice = {"index": 0, "message": {"content": {"text": "hi"}}, "finish_reason": "stop"}
    error = await fail(CHAT, _json({"choices": [choice]}), streamed=False)
    assert type(error) is StreamInterrupted


async def test_garbage_that_says_it_is_compressed(fail: Fail, api: Api, streamed: bool) -> None:
    reply = Reply(
        body=b"no gzip at all",
        headers={"content-type": "application/json", "content-encoding": "gzip"},
        chunk_size=100,
    )
    assert type(await fail(api, reply, streamed=streamed)) is StreamInterrupted


@pytest.mark.parametrize("make", [hang, hang_first_token, stall, drip])
async def test_patience_ends(
    server: FakeServer, connect: Connect, fail: Fail, api: Api, make: type[Reply]
) -> None:
    await read(connect(api).respond(ASKED))  # so that no import falls into the time
    patience = Timeouts(connect=5, first_token=5, idle=5, total=5, plain=0.2)
    error = await fail(api, make(), timeouts=patience, streamed=False)
    assert isinstance(error, TimedOut)
    assert (error.phase, error.partial_text) == ("plain", "")
    # In a thread: closing a connection takes another turn of the event loop.
    assert await asyncio.to_thread(server.endpoint(api.endpoint).chats[-1].wait_disconnected)


async def test_the_time_for_all_counts_too(connect: Connect, fail: Fail, api: Api) -> None:
    await read(connect(api).respond(ASKED))
    patience = Timeouts(connect=5, first_token=5, idle=5, total=0.2, plain=5)
    error = await fail(api, drip(), timeouts=patience, streamed=False)
    assert isinstance(error, TimedOut)
    assert error.phase == "total"


async def test_the_first_token_does_not_matter(
    server: FakeServer, connect: Connect, api: Api
) -> None:
    """Nothing comes before all, so the patience with a stream's parts says nothing here."""
    adapter = connect(api, timeouts=Timeouts(first_token=0.1, idle=0.1))
    server.endpoint(api.endpoint).reply(ok("late", first_delay=0.3))
    assert (await read(adapter.respond(ASKED))).text == "late"


async def test_what_is_left_is_used_again(server: FakeServer, connect: Connect, api: Api) -> None:
    """A time-out closes its own connection only."""
    adapter = connect(api, timeouts=Timeouts(plain=0.3))
    await read(adapter.respond(ASKED))
    server.endpoint(api.endpoint).reply(hang())
    with pytest.raises(TimedOut):
        await read(adapter.respond(ASKED))
    assert (await read(adapter.respond(ASKED))).text == "Hello!"


async def test_a_response_that_failed(fail: Fail) -> None:
    told = {"code": "rate_limit_exceeded", "message": "Slow down"}
    error = await fail(RESPONSES, _json({"status": "failed", "error": told}), streamed=False)
    assert type(error) is RateLimited
    assert error.message == "Slow down"


@pytest.mark.parametrize("api", [CHAT, CUSTOM, GROQ, GOOGLE], ids=lambda api: api.id)
async def test_a_status_that_was_not_sent(fail: Fail, api: Api) -> None:
    """OpenRouter says 429 inside a 200."""
    told = {"error": {"code": 429, "message": "slow down"}}
    error = await fail(api, _json(told), streamed=False)
    assert (type(error), error.status) == (RateLimited, 429)


async def test_an_error_in_anthropics_own_shape(fail: Fail) -> None:
    error = await fail(ANTHROPIC, error_event("Overloaded"), streamed=False)
    assert type(error) is Unavailable
    assert isinstance(error, ProviderError)
