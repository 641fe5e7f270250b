"""Recorded traffic of real providers, served again: whole, in crumbs, with other newlines."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from providers.errors import (
    AuthFailed,
    BadRequest,
    ContextTooLong,
    ModelNotFound,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    StreamInterrupted,
    Unavailable,
)
from providers.usage import Usage
from tests.fakeserver import FakeServer, Reply
from tests.wire.apis import ANTHROPIC, CHAT, CUSTOM, GOOGLE, GROQ, RESPONSES, Api, question, read
from tests.wire.conftest import Connect

_FOLDER = Path(__file__).parents[2].parent / "shared" / "recordings"
pytestmark = pytest.mark.skipif(
    not _FOLDER.is_dir(), reason="recordings of real traffic are kept outside the repository"
)

_FRAMING = {"content-length", "content-encoding", "transfer-encoding", "connection"}
_KINDS: dict[str, type[ProviderError]] = {
    "auth": AuthFailed,
    "permission": AuthFailed,
    "model_not_found": ModelNotFound,
    "context_length": ContextTooLong,
    "too_large": ContextTooLong,
    "bad_request": BadRequest,
    "rate_limit": RateLimited,
    "quota": QuotaExhausted,
    "overloaded": Unavailable,
    "server": Unavailable,
}


@dataclass(frozen=True)
class Recording:
    """One exchange, and what an independent parser made of it."""

    folder: Path

    @property
    def id(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @cached_property
    def expected(self) -> dict[str, Any]:
        return self._json("expected.json")

    @property
    def streamed(self) -> bool:
        return bool(self.expected.get("stream"))

    @property
    def body(self) -> bytes:
        return (self.folder / "body.bin").read_bytes()

    @property
    def reply(self) -> Reply:
        response = self._json("response.json")
        headers = {n: v for n, v in response["headers"].items() if n.lower() not in _FRAMING}
        return Reply(status=response["status"], headers=headers, body=self.body)

    @property
    def api(self) -> Api:
        match self.expected["api"], self.folder.parent.name:
            case "anthropic", _:
                return ANTHROPIC
            case "gemini", _:
                return GOOGLE
            case "openai-responses", _:
                return RESPONSES
            case _, "groq":
                return GROQ
            case _, "openai":
                return CHAT
            case _:
                return CUSTOM

    def _json(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder / name).read_text())
        return content


def _recordings() -> list[Recording]:
    return [Recording(path.parent) for path in sorted(_FOLDER.glob("*/*/expected.json"))]


def _chosen(*, failed: bool) -> list[Recording]:
    """Return the recordings of calls telex makes: chats, and their errors."""
    return [
        recording
        for recording in _recordings()
        if "finish_kind" in recording.expected and bool(recording.expected["error_kind"]) is failed
    ]


def _all(*, streamed: bool, failed: bool) -> pytest.MarkDecorator:
    chosen = [each for each in _chosen(failed=failed) if each.streamed is streamed]
    return pytest.mark.parametrize("recording", chosen, ids=lambda recording: recording.id)


def _varied(reply: Reply, way: str) -> Reply:
    assert reply.body is not None
    match way:
        case "crumbs":
            return replace(reply, chunk_size=1)
        case "crlf":
            body = reply.body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            return replace(reply, body=body)
        case "crlf crumbs":
            return replace(reply, crlf=True, chunk_size=1)
        case "gzip":
            headers = {**reply.headers, "content-encoding": "gzip"}
            return replace(reply, headers=headers, body=gzip.compress(reply.body), chunk_size=97)
        case _:
            return reply


each_way = pytest.mark.parametrize("way", ["whole", "crumbs", "crlf", "crlf crumbs", "gzip"])


def _check_usage(usage: Usage | None, expected: dict[str, Any]) -> None:
    total, told = expected["usage_total"], expected["usage"]
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens) == (total["input"], total["output"])
    assert usage.cached_tokens == (told["cached_tokens"] or 0)
    assert usage.cache_write_tokens == (expected["cache_write_tokens"] or 0)
    assert usage.reasoning_tokens == (told["reasoning_tokens"] or 0)


@each_way
@pytest.mark.parametrize("recording", _chosen(failed=False), ids=lambda recording: recording.id)
async def test_answers(
    server: FakeServer, connect: Connect, recording: Recording, way: str
) -> None:
    api, expected = recording.api, recording.expected
    server.endpoint(api.endpoint).reply(_varied(recording.reply, way))
    answer = await read(connect(api).respond(question(streamed=recording.streamed)))
    assert answer.text == expected["text"]
    assert answer.reasoning == expected["reasoning_text"]
    assert answer.end.kind.value == expected["finish_kind"]
    assert answer.end.raw_reason == expected["finish_reason"]
    assert answer.end.refusal == expected["refusal"]
    assert answer.end.response_model == expected["model"]
    _check_usage(answer.end.usage, expected)


@each_way
@_all(streamed=False, failed=True)
async def test_errors(
    server: FakeServer, connect: Connect, recording: Recording, way: str, *, streamed: bool
) -> None:
    error = await _failure(server, connect, recording, way, streamed=streamed)
    expected = recording.expected
    assert type(error) is _KINDS[expected["error_kind"]]
    assert error.message == expected["error_message"].strip()
    assert error.status == expected["status"]


@each_way
@_all(streamed=True, failed=True)
async def test_errors_in_the_middle(
    server: FakeServer, connect: Connect, recording: Recording, way: str
) -> None:
    error = await _failure(server, connect, recording, way)
    expected = recording.expected
    assert type(error) is _KINDS[expected["error_kind"]]
    assert error.message == expected["error_message"]
    assert error.partial_text == expected["text"]
    if expected["usage_total"]["input"] is not None:
        _check_usage(error.usage, expected)


async def _failure(
    server: FakeServer, connect: Connect, recording: Recording, way: str, *, streamed: bool = True
) -> ProviderError:
    server.endpoint(recording.api.endpoint).reply(_varied(recording.reply, way))
    with pytest.raises(ProviderError) as caught:
        await read(connect(recording.api).respond(question(streamed=streamed)))
    return caught.value


@_all(streamed=False, failed=False)
async def test_a_body_that_is_no_stream(
    server: FakeServer, connect: Connect, recording: Recording
) -> None:
    """Google's SDK reads one as a stream of one; for the others it is no proof of an answer."""
    api, expected = recording.api, recording.expected
    server.endpoint(api.endpoint).reply(recording.reply)
    adapter = connect(api)
    if api is not GOOGLE:
        with pytest.raises(StreamInterrupted):
            await read(adapter.respond(question()))
        return
    answer = await read(adapter.respond(question()))
    assert answer.text == expected["text"]
    assert answer.end.kind.value == expected["finish_kind"]
    _check_usage(answer.end.usage, expected)


@pytest.mark.parametrize("part", range(1, 10))
@_all(streamed=True, failed=False)
async def test_a_cut_is_noticed(
    server: FakeServer, connect: Connect, recording: Recording, part: int
) -> None:
    """Cut anywhere, cleanly: either the answer is whole, or the cut is an error."""
    api, expected, body = recording.api, recording.expected, recording.body
    cut = replace(recording.reply, body=body[: len(body) * part // 10])
    server.endpoint(api.endpoint).reply(cut)
    try:
        text = (await read(connect(api).respond(question()))).text
        whole = True
    except StreamInterrupted as error:
        text, whole = error.partial_text, False
    assert text == expected["text"] if whole else expected["text"].startswith(text)


@_all(streamed=True, failed=False)
async def test_a_stream_that_nobody_asked_for(
    server: FakeServer, connect: Connect, recording: Recording
) -> None:
    error = await _failure(server, connect, recording, "whole", streamed=False)
    assert type(error) is StreamInterrupted


@pytest.mark.parametrize("part", range(1, 10))
@_all(streamed=False, failed=False)
async def test_a_cut_of_a_plain_answer_is_noticed(
    server: FakeServer, connect: Connect, recording: Recording, part: int
) -> None:
    body = recording.body
    cut = replace(recording.reply, body=body[: len(body) * part // 10])
    server.endpoint(recording.api.endpoint).reply(cut)
    with pytest.raises(StreamInterrupted):
        await read(connect(recording.api).respond(question(streamed=False)))


def _waits() -> dict[str, float]:
    return {
        "anthropic/err_429_tokens": 16.0,
        "gemini/err_429_quota_retryinfo": 48.0,
        "groq/err_429_rpm_retry_after": 2.0,
        "openai/err_429_tpm": 3.89,
    }


@pytest.mark.parametrize(("name", "seconds"), _waits().items())
async def test_how_long_to_wait(
    server: FakeServer, connect: Connect, name: str, seconds: float
) -> None:
    error = await _failure(server, connect, Recording(_FOLDER / name), "whole")
    assert error.retry_after == pytest.approx(seconds, abs=1)


async def test_a_real_list_of_models(server: FakeServer, connect: Connect) -> None:
    recording = Recording(_FOLDER / "openai" / "models_list")
    server.openai.listing = recording.reply
    assert len(await connect(CHAT).list_models()) == recording.expected["models"]
