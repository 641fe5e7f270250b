"""As much HTTP/1.1 as the server needs."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from urllib.parse import urlsplit

from tests.fakeserver.endpoint import RecordedRequest
from tests.fakeserver.replies import Fault, Reply

_REASONS = {200: "OK", 307: "Temporary Redirect", 429: "Too Many Requests"}


async def read_request(reader: asyncio.StreamReader, early: bytes = b"") -> RecordedRequest | None:
    """Read one request, whose first bytes may have been read before; None when there is none."""
    try:
        head = early + await reader.readuntil(b"\r\n\r\n")
        headers = _headers(head)
        content = await reader.readexactly(int(headers.get("content-length", "0")))
    except asyncio.IncompleteReadError:
        return None
    method, target, _ = head.decode("latin-1").split(" ", 2)
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


def _headers(head: bytes) -> dict[str, str]:
    _, *lines = head.decode("latin-1").split("\r\n")
    return {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines if line)
    }


def write_head(writer: asyncio.StreamWriter, code: int, headers: dict[str, str]) -> None:
    lines = [f"HTTP/1.1 {code} {_REASONS.get(code, 'Status')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))


async def send_whole(
    writer: asyncio.StreamWriter, code: int, headers: Mapping[str, str], content: bytes
) -> bool:
    framing = ("content-length", "transfer-encoding", "content-encoding")
    given = {k.lower(): v for k, v in headers.items() if k.lower() not in framing}
    every = {"content-type": "application/json", **given, "content-length": str(len(content))}
    write_head(writer, code, every)
    writer.write(content)
    await writer.drain()
    return True


async def send_plain(writer: asyncio.StreamWriter, reply: Reply, content: bytes) -> bool:
    """Send an answer that was not to be streamed, which takes as long to make as a stream.

    The faults of a body: silence instead of it or within it, an end too early, and, for an
    endless reply, blanks for ever.
    """
    drips = reply.endless or reply.chunk_size is not None
    framing = {"transfer-encoding": "chunked"} if drips else {"content-length": str(len(content))}
    given = {name.lower(): value for name, value in reply.headers.items()}
    if not reply.endless:
        await asyncio.sleep(reply.first_delay + reply.delay * sum(1 for _ in reply.tokens()))
    write_head(writer, 200, {"content-type": "application/json", **given, **framing})
    await writer.drain()
    if reply.fault is Fault.HANG_FIRST_TOKEN:
        await asyncio.sleep(3600)
    while reply.endless:
        await send_chunks(writer, b" ", reply)
        await asyncio.sleep(reply.delay)
    if reply.fault in {Fault.CUT, Fault.STALL}:
        writer.write(content[: len(content) // 2])
        await writer.drain()
        await asyncio.sleep(3600 if reply.fault is Fault.STALL else 0)
        return False
    if drips:
        await send_chunks(writer, content, reply)
        content = b"0\r\n\r\n"
    writer.write(content)
    await writer.drain()
    return True


async def send_chunks(writer: asyncio.StreamWriter, content: bytes, reply: Reply) -> None:
    if reply.crlf:
        content = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    size = reply.chunk_size or max(1, len(content))
    for at in range(0, len(content), size):
        piece = content[at : at + size]
        writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await writer.drain()


def reset_connection(writer: asyncio.StreamWriter) -> None:
    # Zero linger makes close send RST instead of FIN.
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
