"""What a wire format is, and what the five of them share.

They follow the providers' documentation and recorded traffic.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from providers.usage import Usage
from tests.fakeserver.replies import Reply

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """What a format needs to know of one request to answer it."""

    model: str
    reply: Reply
    usage: Usage
    wants_usage: bool = True
    finished: bool = True


class WireFormat(Protocol):
    """One provider API: its frames, its errors and its model listing."""

    def start(self, call: Call) -> bytes: ...

    def reasoning(self, call: Call, token: str) -> bytes: ...

    def text(self, call: Call, token: str) -> bytes: ...

    def calls(self, call: Call) -> Iterator[bytes]:
        """Yield the frames of the reply's tool calls."""

    def finish(self, call: Call) -> bytes: ...

    def whole(self, call: Call) -> bytes:
        """Return the answer to a request that asks for no stream."""

    def error_event(self, reply: Reply) -> bytes: ...

    def error_body(self, reply: Reply) -> bytes: ...

    def listing(self, models: Sequence[str]) -> bytes: ...


def pieces(text: str, size: int = 7) -> Iterator[str]:
    """Cut a call's arguments, where no JSON parser would."""
    return (text[at : at + size] for at in range(0, len(text), size))


def dump(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def data(*values: Json) -> bytes:
    return b"".join(b"data: " + dump(value) + b"\n\n" for value in values)


def events(*values: Json) -> bytes:
    return b"".join(
        b"event: " + value["type"].encode() + b"\ndata: " + dump(value) + b"\n\n"
        for value in values
    )
