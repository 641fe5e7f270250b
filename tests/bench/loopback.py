"""A server that answers Chat Completions at once, so cheaply that it hides nothing of the client.

Run by itself it prints its port: ``python -m tests.bench.loopback``.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

MODEL = "gpt-5-mini"
ANSWER = (
    "Hello! Nice to meet you. I can look things up in what you send me, explain it in other words,"
    " turn a table into a list, or write the code for it. Tell me what you have in mind, and how"
    " long it may be."
)
"""Forty words: as many deltas when it is streamed."""

_USAGE = {"prompt_tokens": 5, "completion_tokens": 40, "total_tokens": 45}
_END = b"\r\n\r\n"


@contextmanager
def loopback() -> Iterator[str]:
    """Run the server in another process, so that its share of the interpreter counts for nobody.

    Yields its base URL.
    """
    command = [sys.executable, "-m", "tests.bench.loopback"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None  # it is a pipe
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
        finally:
            server.kill()


def _body(kind: str, choice: dict[str, Any] | None, **more: Any) -> bytes:
    choices = [] if choice is None else [{"index": 0, "logprobs": None, **choice}]
    fields = {"id": "chatcmpl-1", "object": kind, "created": 1, "model": MODEL, **more}
    return json.dumps({**fields, "choices": choices}).encode()


def _plain() -> bytes:
    message = {"role": "assistant", "content": ANSWER, "refusal": None}
    choice = {"message": message, "finish_reason": "stop"}
    body = _body("chat.completion", choice, usage=_USAGE)
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d" % len(body)
    return head + _END + body


def _streamed() -> list[bytes]:
    """Return what is written one by one: the head and the first event, then each word."""
    kind = "chat.completion.chunk"
    deltas = [{"role": "assistant", "content": ""}]
    words = ANSWER.split(" ")
    deltas += [{"content": word if n == 0 else f" {word}"} for n, word in enumerate(words)]
    bodies = [_body(kind, {"delta": delta, "finish_reason": None}) for delta in deltas]
    bodies.append(_body(kind, {"delta": {}, "finish_reason": "stop"}))
    bodies.append(_body(kind, None, usage=_USAGE))
    events = [b"data: %s\n\n" % body for body in (*bodies, b"[DONE]")]
    chunks = [b"%x\r\n%s\r\n" % (len(event), event) for event in events]
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked"
    return [head + _END + chunks[0], *chunks[1:-1], chunks[-1] + b"0" + _END]


class _Connection(asyncio.Protocol):
    """Answers one request after the other, by whether it asks for a stream."""

    plain = (_plain(),)
    streamed = tuple(_streamed())

    def __init__(self) -> None:
        self._came = b""
        self._out: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # a server's always is
        self._out = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, found, body = self._came.partition(_END)
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        if not found or len(body) < length:
            return
        self._came = b""
        assert self._out is not None  # it was connected before anything came
        for piece in self.streamed if b'"stream":true' in body else self.plain:
            self._out.write(piece)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 (the program's output)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
