"""The server itself: connections, and the playing of replies. The package says how to use it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from tests.fakeserver.anthropic_format import AnthropicMessages
from tests.fakeserver.endpoint import Endpoint, RecordedRequest
from tests.fakeserver.formats import WireFormat
from tests.fakeserver.frames import breaks, frames_of, plain_body
from tests.fakeserver.google_format import Gemini
from tests.fakeserver.http import (
    read_request,
    reset_connection,
    send_chunks,
    send_plain,
    send_whole,
    write_head,
)
from tests.fakeserver.openai_formats import GroqChat, OpenAIChat, OpenAIResponses
from tests.fakeserver.replies import Fault, Reply

_BASE_PATHS = {"openai": "/v1", "anthropic": "", "google": "", "groq": ""}


class FakeServer:
    """A server on 127.0.0.1; a context manager. ``port`` 0 picks a free one.

    ``connections`` counts the connections accepted so far, ``open_connections`` those of now.
    """

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.connections = 0
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
    def open_connections(self) -> int:
        """How many connections there are now."""
        return len(self._tasks)

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
        self.connections += 1
        early = b""
        try:
            with contextlib.suppress(ConnectionError):
                while request := await read_request(reader, early):
                    reply = self.endpoint(request.endpoint).take(request)
                    again, early = await self._answer(request, reply, reader, writer)
                    if not again:
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
    ) -> tuple[bool, bytes]:
        """Play ``reply`` while watching for the client to hang up.

        Returns whether the connection may be used again, and what came of the next request.
        """
        playing = asyncio.create_task(self._play(request, reply, writer))
        watching = asyncio.create_task(reader.read(1))
        try:
            await asyncio.wait({playing, watching}, return_when=asyncio.FIRST_COMPLETED)
            hung_up = not playing.done()
        finally:
            playing.cancel()
            watching.cancel()
            again, early = await asyncio.gather(playing, watching, return_exceptions=True)
        if hung_up or isinstance(again, ConnectionError):
            request._disconnected.set()
            return False, b""
        if isinstance(again, BaseException):  # a mistake in a test
            raise again
        return again, early if isinstance(early, bytes) else b""

    async def _play(
        self, request: RecordedRequest, reply: Reply, writer: asyncio.StreamWriter
    ) -> bool:
        wire = _wire_format(request)
        if reply.fault is Fault.RESET:
            reset_connection(writer)
            return False
        if reply.fault is Fault.HANG:
            await asyncio.sleep(3600)
        if not request.is_chat and reply.body is None and reply.status == 200:
            models = self.endpoint(request.endpoint).models
            return await send_whole(writer, 200, {}, wire.listing(models))
        if reply.body is not None and reply.chunk_size is None:
            return await send_whole(writer, reply.status, reply.headers, reply.body)
        if reply.status != 200 and reply.body is None:
            return await send_whole(writer, reply.status, reply.headers, wire.error_body(reply))
        if reply.body is None and not request.streamed:
            return await send_plain(writer, reply, plain_body(request, reply, wire))
        return await self._stream(request, reply, wire, writer)

    async def _stream(
        self, request: RecordedRequest, reply: Reply, wire: WireFormat, writer: asyncio.StreamWriter
    ) -> bool:
        headers = {"content-type": "text/event-stream"}
        headers.update({name.lower(): value for name, value in reply.headers.items()})
        write_head(writer, reply.status, {**headers, "transfer-encoding": "chunked"})
        await writer.drain()
        if reply.fault is Fault.HANG_FIRST_TOKEN:
            await asyncio.sleep(3600)
        if reply.first_delay:
            await asyncio.sleep(reply.first_delay)
        if reply.body is not None:
            frames: Iterator[tuple[bytes, bool]] = iter([(reply.body, False)])
        else:
            frames = frames_of(request, reply, wire)
        if reply.preamble:
            await send_chunks(writer, reply.preamble, reply)
        sent = 0
        for frame, is_token in frames:
            if is_token:
                if breaks(reply) and sent >= reply.after:
                    break
                if reply.delay:
                    await asyncio.sleep(reply.delay)
                sent += 1
            elif sent and breaks(reply):
                break
            await send_chunks(writer, frame, reply)
        return await self._end(reply, wire, writer)

    async def _end(self, reply: Reply, wire: WireFormat, writer: asyncio.StreamWriter) -> bool:
        if reply.fault is Fault.STALL:
            await asyncio.sleep(3600)
        if reply.fault is Fault.CUT:
            return False
        if reply.fault is Fault.ERROR_EVENT:
            await send_chunks(writer, wire.error_event(reply), reply)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True


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
