"""The server: sockets, HTTP/1.1, and the playing of replies. See the package's docstring for its use."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from tests.fakeserver.formats import (
    AnthropicMessages,
    Call,
    Gemini,
    GroqChat,
    OpenAIChat,
    OpenAIResponses,
    WireFormat,
)
from tests.fakeserver.replies import Fault, Reply, ok

_MODELS = {
    "openai": ["gpt-6.1-terra", "gpt-6.1-mini"],
    "anthropic": ["claude-sonnet-5-5"],
    "google": ["gemini-3.8-flash"],
    "groq": ["openai/gpt-oss-120b"],
}
_BASE_PATHS = {"openai": "/v1", "anthropic": "", "google": "", "groq": ""}
_REASONS = {200: "OK", 307: "Temporary Redirect", 429: "Too Many Requests"}


@dataclass
class RecordedRequest:
    """One request as it arrived. Header names are in lower case."""

    endpoint: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: dict[str, Any]
    raw_body: bytes
    _disconnected: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def is_chat(self) -> bool:
        """Whether this asks for an answer, and not for the list of models."""
        return self.method == "POST"

    @property
    def model(self) -> str:
        """The model that was asked."""
        if ":streamGenerateContent" in self.path:
            return self.path.rsplit("/models/", 1)[-1].split(":")[0]
        return str(self.body.get("model", ""))

    @property
    def disconnected(self) -> bool:
        """Whether the client hung up before the reply was whole."""
        return self._disconnected.is_set()

    def wait_disconnected(self, timeout: float = 2.0) -> bool:
        """Block until the client hangs up; False when it does not within ``timeout`` seconds."""
        return self._disconnected.wait(timeout)


Behaviour = Reply | Callable[[RecordedRequest], Reply]
"""What to do with a request."""


class Endpoint:
    """One provider of the server: its queue of replies and its log of requests."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.models = list(_MODELS.get(name, ["custom-model"]))
        self.listing: Behaviour | None = None
        self.requests: list[RecordedRequest] = []
        self._queues: dict[str | None, deque[Behaviour]] = {}
        self._defaults: dict[str | None, Behaviour] = {None: ok("Hello!")}
        self._changed = threading.Condition()

    def reply(self, *behaviours: Behaviour, model: str | None = None) -> None:
        """Queue behaviours, for requests of ``model`` only or of any model."""
        with self._changed:
            self._queues.setdefault(model, deque()).extend(behaviours)

    def default(self, behaviour: Behaviour, *, model: str | None = None) -> None:
        """Set what happens when nothing is queued."""
        with self._changed:
            self._defaults[model] = behaviour

    @property
    def chats(self) -> list[RecordedRequest]:
        """The chat requests so far."""
        return [request for request in self.requests if request.is_chat]

    def wait_for(self, count: int = 1, timeout: float = 5.0) -> list[RecordedRequest]:
        """Block until ``count`` chat requests have come, and return them.

        Raises:
            TimeoutError: fewer came within ``timeout`` seconds.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.chats) >= count, timeout):
                raise TimeoutError(f"{self.name}: {len(self.chats)} of {count} requests came")
        return self.chats

    def take(self, request: RecordedRequest) -> Reply:
        """Log ``request`` and return the reply for it."""
        with self._changed:
            self.requests.append(request)
            self._changed.notify_all()
            behaviour = self._next(request)
        return behaviour if isinstance(behaviour, Reply) else behaviour(request)

    def _next(self, request: RecordedRequest) -> Behaviour:
        if not request.is_chat:
            return self.listing or Reply()
        for model in (request.model, None):
            if self._queues.get(model):
                return self._queues[model].popleft()
        return self._defaults.get(request.model, self._defaults[None])


class FakeServer:
    """A server on 127.0.0.1; a context manager. ``port`` 0 picks a free one."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self._endpoints: dict[str, Endpoint] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._held = contextlib.ExitStack()
        self._closing = asyncio.Event()

    def endpoint(self, name: str) -> Endpoint:
        """Return the endpoint called ``name``; an unknown name is a new OpenAI-compatible one."""
        return self._endpoints.setdefault(name, Endpoint(name))

    @property
    def openai(self) -> Endpoint:
        return self.endpoint("openai")

    @property
    def anthropic(self) -> Endpoint:
        return self.endpoint("anthropic")

    @property
    def google(self) -> Endpoint:
        return self.endpoint("google")

    @property
    def groq(self) -> Endpoint:
        return self.endpoint("groq")

    @property
    def custom(self) -> Endpoint:
        return self.endpoint("custom")

    def base_url(self, name: str) -> str:
        """Return the ``base_url`` to configure for the endpoint ``name``."""
        return self._url(self.port, name)

    def _url(self, port: int, name: str) -> str:
        return f"http://127.0.0.1:{port}/{name}{_BASE_PATHS.get(name, '/v1')}"

    def refused_url(self, name: str) -> str:
        """Return a base URL whose connections are refused."""
        return self._url(self._hold().getsockname()[1], name)

    def unresponsive_url(self, name: str) -> str:
        """Return a base URL whose connections are never established (Linux: a full backlog)."""
        listener = self._hold()
        listener.listen(0)
        for _ in range(4):
            filler = self._held.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        return self._url(listener.getsockname()[1], name)

    def _hold(self) -> socket.socket:
        # Bound until the server stops, so that nobody else can take the port.
        held = self._held.enter_context(socket.socket())
        held.bind(("127.0.0.1", 0))
        return held

    def environment(self) -> dict[str, str]:
        """Return the variables that point the four SDKs here, with dummy keys."""
        return {
            "OPENAI_BASE_URL": self.base_url("openai"),
            "ANTHROPIC_BASE_URL": self.base_url("anthropic"),
            "GOOGLE_GEMINI_BASE_URL": self.base_url("google"),
            "GROQ_BASE_URL": self.base_url("groq"),
            "OPENAI_API_KEY": "sk-test-openai",
            "ANTHROPIC_API_KEY": "sk-ant-test-anthropic",
            "GEMINI_API_KEY": "AIza-test-google",
            "GROQ_API_KEY": "gsk_test_groq",
        }

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(5)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()
        self._held.close()

    async def _start(self) -> None:
        self._server = await asyncio.start_server(
            self._connected, "127.0.0.1", self.port, limit=64 * 2**20
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        self._server.close()
        self._closing.set()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(ConnectionError):
                while request := await _read_request(reader):
                    reply = self.endpoint(request.endpoint).take(request)
                    if not await self._answer(request, reply, reader, writer):
                        break
        except asyncio.CancelledError:
            if not self._closing.is_set():
                raise
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(
        self,
        request: RecordedRequest,
        reply: Reply,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        """Play ``reply``; return whether the connection may be used again."""
        playing = asyncio.create_task(self._play(request, reply, writer))
        watching = asyncio.create_task(reader.read(1))
        try:
            await asyncio.wait({playing, watching}, return_when=asyncio.FIRST_COMPLETED)
            if playing.done() and playing.exception() is None:
                return playing.result()
            request._disconnected.set()
            return False
        finally:
            for task in (playing, watching):
                task.cancel()
            await asyncio.gather(playing, watching, return_exceptions=True)

    async def _play(
        self, request: RecordedRequest, reply: Reply, writer: asyncio.StreamWriter
    ) -> bool:
        wire = _wire_format(request)
        if reply.fault is Fault.RESET:
            _reset(writer)
            return False
        if reply.fault is Fault.HANG:
            await asyncio.sleep(3600)
        if not request.is_chat and reply.body is None and reply.status == 200:
            models = self.endpoint(request.endpoint).models
            return await _send_whole(writer, 200, {}, wire.listing(models))
        if reply.body is not None and reply.chunk_size is None:
            return await _send_whole(writer, reply.status, reply.headers, reply.body)
        if reply.status != 200 and reply.body is None:
            return await _send_whole(writer, reply.status, reply.headers, wire.error_body(reply))
        return await self._stream(request, reply, wire, writer)

    async def _stream(
        self, request: RecordedRequest, reply: Reply, wire: WireFormat, writer: asyncio.StreamWriter
    ) -> bool:
        headers = {"content-type": "text/event-stream", **reply.headers}
        _write_head(writer, reply.status, {**headers, "transfer-encoding": "chunked"})
        await writer.drain()
        if reply.fault is Fault.HANG_FIRST_TOKEN:
            await asyncio.sleep(3600)
        if reply.first_delay:
            await asyncio.sleep(reply.first_delay)
        if reply.body is not None:
            frames: Iterator[tuple[bytes, bool]] = iter([(reply.body, False)])
        else:
            frames = _frames(request, reply, wire)
        sent = 0
        for frame, is_token in frames:
            if is_token:
                if _breaks(reply) and sent >= reply.after:
                    break
                if reply.delay:
                    await asyncio.sleep(reply.delay)
                sent += 1
            elif sent and _breaks(reply):
                break
            await _send_chunks(writer, frame, reply)
        return await self._end(reply, wire, writer)

    async def _end(self, reply: Reply, wire: WireFormat, writer: asyncio.StreamWriter) -> bool:
        if reply.fault is Fault.STALL:
            await asyncio.sleep(3600)
        if reply.fault is Fault.CUT:
            return False
        if reply.fault is Fault.ERROR_EVENT:
            await _send_chunks(writer, wire.error_event(reply), reply)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True


def _breaks(reply: Reply) -> bool:
    return reply.fault in {Fault.CUT, Fault.STALL, Fault.NO_FINISH, Fault.ERROR_EVENT}


def _frames(
    request: RecordedRequest, reply: Reply, wire: WireFormat
) -> Iterator[tuple[bytes, bool]]:
    """Yield each frame of an answer, and whether it carries a token of the text."""
    asked = request.body.get("stream_options") or {}
    call = Call(
        model=request.model,
        reply=reply,
        usage=reply.billed(len(request.raw_body)),
        wants_usage=bool(asked.get("include_usage")),
    )
    yield wire.start(call), False
    if reply.reasoning:
        yield wire.reasoning(call, reply.reasoning), False
    for token in reply.tokens():
        yield wire.text(call, token), True
    yield wire.finish(call), False


def _wire_format(request: RecordedRequest) -> WireFormat:
    if request.endpoint == "groq":
        return GroqChat()
    if request.endpoint == "anthropic" or request.path.endswith("/messages"):
        return AnthropicMessages()
    if request.endpoint == "google":
        return Gemini()
    if request.path.endswith("/responses"):
        return OpenAIResponses()
    return OpenAIChat()


async def _read_request(reader: asyncio.StreamReader) -> RecordedRequest | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines if line)
    }
    content = await reader.readexactly(int(headers.get("content-length", "0")))
    try:
        body = json.loads(content) if content else {}
    except ValueError:
        body = {}
    url = urlsplit(target)
    return RecordedRequest(
        endpoint=url.path.split("/")[1],
        method=method,
        path=url.path,
        query=url.query,
        headers=headers,
        body=body,
        raw_body=content,
    )


def _write_head(writer: asyncio.StreamWriter, code: int, headers: dict[str, str]) -> None:
    lines = [f"HTTP/1.1 {code} {_REASONS.get(code, 'Status')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))


async def _send_whole(
    writer: asyncio.StreamWriter, code: int, headers: Any, content: bytes
) -> bool:
    framing = ("content-length", "transfer-encoding", "content-encoding")
    given = {k.lower(): v for k, v in headers.items() if k.lower() not in framing}
    every = {"content-type": "application/json", **given, "content-length": str(len(content))}
    _write_head(writer, code, every)
    writer.write(content)
    await writer.drain()
    return True


async def _send_chunks(writer: asyncio.StreamWriter, content: bytes, reply: Reply) -> None:
    if reply.crlf:
        content = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    size = reply.chunk_size or max(1, len(content))
    for at in range(0, len(content), size):
        piece = content[at : at + size]
        writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    # Zero linger makes close send RST instead of FIN.
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
