"""A web server for model files, and one for what other programs on a machine answer."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from storage.config_catalogue import CatalogueEntry

_RANGE = re.compile(r"bytes=(\d+)-")
_PIECE = 64 * 1024


@dataclass
class Served:
    """What is at one path, and how it is served.

    Args:
        content: the file.
        etag: what this version is called.
        ranges: whether a part can be had.
        other_part: whether a part is another one than was asked for.
        length: whether the size is announced.
        status: 200, or an error.
        location: where the server sends one on to.
        cut_after: bytes after which the connection breaks, once.
        hold_after: bytes after which the server waits for ``go_on``.
        headers: sent besides.
    """

    content: bytes = b""
    etag: str = ""
    ranges: bool = True
    other_part: bool = False
    length: bool = True
    status: int = 200
    location: str = ""
    cut_after: int | None = None
    hold_after: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    go_on: threading.Event = field(default_factory=threading.Event)
    holding: threading.Event = field(default_factory=threading.Event)


class ModelServer:
    """Serves ``files`` and remembers who asked for what."""

    def __init__(self, host: str, port: int) -> None:
        self.url = f"http://{host}:{port}"
        self.port = port
        self.files: dict[str, Served] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []

    def entry(self, content: bytes, name: str = "tiny", **changes: Any) -> CatalogueEntry:
        """Serve ``content`` and return the catalogue's entry for it."""
        self.files[f"/{name}.gguf"] = Served(content, etag=f'"{name}-1"')
        values: dict[str, Any] = {
            "id": name,
            "name": name.title(),
            "url": f"{self.url}/{name}.gguf",
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
        }
        return CatalogueEntry(**{**values, **changes})

    def json(self, path: str, body: object, **how: Any) -> None:
        """Serve an object."""
        self.files[path] = Served(json.dumps(body).encode(), **how)

    def asked(self, header: str) -> list[str | None]:
        """Return this header of every request, in order."""
        return [headers.get(header) for _, headers in self.requests]


@contextmanager
def model_server(host: str = "127.0.0.1") -> Iterator[ModelServer]:
    """Run a server on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "Files/1"

        def do_GET(self) -> None:
            _answer(self, running)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # its own name
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    running = ModelServer(host, server.server_port)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield running
    finally:
        for file in running.files.values():
            file.go_on.set()
        server.shutdown()
        server.server_close()


def _answer(handler: BaseHTTPRequestHandler, running: ModelServer) -> None:
    asked = {name.lower(): value for name, value in handler.headers.items()}
    running.requests.append((handler.path, asked))
    file = running.files.get(handler.path, Served(status=404))
    start = _start(file, asked)
    status = file.status
    headers = dict(file.headers)
    body = file.content[start:]
    if file.location:
        status, headers["location"] = 302, file.location
    elif start >= len(file.content) > 0:
        status, headers["content-range"], body = 416, f"bytes */{len(file.content)}", b""
    elif start:
        status = 206
        last = len(file.content) - 1
        headers["content-range"] = f"bytes {start}-{last}/{len(file.content)}"
    if file.etag:
        headers["etag"] = file.etag
    if file.length:
        headers["content-length"] = str(len(body))
    else:
        headers["connection"] = "close"
        handler.close_connection = True
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    _send(handler, file, body)


def _start(file: Served, asked: Mapping[str, str]) -> int:
    found = _RANGE.fullmatch(asked.get("range", ""))
    if found is None or not file.ranges:
        return 0
    # Who has another version gets all of this one (RFC 9110, If-Range).
    same = asked.get("if-range", file.etag) == file.etag
    return int(found[1]) + file.other_part if same else 0


def _send(handler: BaseHTTPRequestHandler, file: Served, body: bytes) -> None:
    cut, file.cut_after = file.cut_after, None
    sent = 0
    try:
        while sent < len(body):
            stops = [stop for stop in (cut, file.hold_after) if stop is not None and stop > sent]
            piece = body[sent : min([sent + _PIECE, *stops])]
            handler.wfile.write(piece)
            handler.wfile.flush()
            sent += len(piece)
            if sent == cut:
                handler.close_connection = True
                return
            if sent == file.hold_after:
                file.holding.set()
                file.go_on.wait(30)
    except OSError:
        handler.close_connection = True  # nobody reads any more
