"""What the server can be told to do with a request: one value, and a helper for each usual case."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from providers.events import FinishKind
from providers.messages import ToolCall
from providers.usage import Usage


class Fault(StrEnum):
    """How a reply goes wrong."""

    NONE = "none"
    RESET = "reset"
    """RST instead of response headers."""
    HANG = "hang"
    """Never a byte of response."""
    HANG_FIRST_TOKEN = "hang_first_token"
    """Headers, then silence."""
    CUT = "cut"
    """The connection is closed inside the body, after ``after`` tokens."""
    STALL = "stall"
    """Silence after ``after`` tokens."""
    NO_FINISH = "no_finish"
    """A clean end of the body, without finish reason, after ``after`` tokens."""
    ERROR_EVENT = "error_event"
    """The provider's error event inside the 200 stream, after ``after`` tokens."""


@dataclass(frozen=True)
class Reply:
    """One answer or failure. Times in seconds.

    ``usage`` None counts words; ``tell_usage`` False leaves usage out. ``body`` replaces everything
    the wire format would have sent; ``message`` and ``code`` fill the provider's own error shape;
    ``preamble`` goes before the stream; ``calls`` go after the text, the arguments in pieces.
    """

    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    finish: FinishKind = FinishKind.STOP
    usage: Usage | None = None
    tell_usage: bool = True
    first_delay: float = 0.0
    delay: float = 0.0
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    message: str = ""
    code: str = ""
    fault: Fault = Fault.NONE
    after: int = 0
    preamble: bytes = b""
    chunk_size: int | None = None
    crlf: bool = False
    token_size: int | None = None
    endless: bool = False
    model: str | None = None
    calls: tuple[ToolCall, ...] = ()

    def tokens(self) -> Iterator[str]:
        """Cut the text the way models do, roughly a word at a time, or in ``token_size`` pieces."""
        size = self.token_size
        if size is not None:
            pieces = [self.text[at : at + size] for at in range(0, len(self.text), size)]
        else:
            pieces = split(self.text)
        return itertools.cycle(pieces) if self.endless else iter(pieces)

    def billed(self, characters_in: int) -> Usage:
        """Return the usage to tell, counted from the texts when none was given."""
        if self.usage is not None:
            return self.usage
        reasoning = len(split(self.reasoning))
        return Usage(
            input_tokens=max(1, characters_in // 4),
            output_tokens=len(split(self.text)) + reasoning + self._called(),
            reasoning_tokens=reasoning,
        )

    def _called(self) -> int:
        return sum(len(split(call.name + call.arguments)) for call in self.calls)


def split(text: str) -> list[str]:
    """Cut ``text`` into word-sized pieces that join back to it."""
    return re.findall(r"\s*\S{1,8}|\s+", text)


def ok(
    text: str = "Hello!",
    *,
    usage: Usage | None = None,
    reasoning: str = "",
    finish: FinishKind = FinishKind.STOP,
    refusal: str = "",
    delay: float = 0.0,
    first_delay: float = 0.0,
) -> Reply:
    """Answer ``text``, waiting ``delay`` before each token."""
    return Reply(
        text=text,
        usage=usage,
        reasoning=reasoning,
        finish=finish,
        refusal=refusal,
        delay=delay,
        first_delay=first_delay,
    )


def tool_calls(*calls: ToolCall, text: str = "", reasoning: str = "") -> Reply:
    """Ask for tools, after saying ``text``."""
    return Reply(text=text, reasoning=reasoning, finish=FinishKind.TOOL_CALLS, calls=calls)


def status(
    code: int,
    message: str = "",
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    error_code: str = "",
) -> Reply:
    """Refuse with an HTTP status, in the provider's own error shape or with ``body``."""
    return Reply(
        status=code,
        message=message or f"the server says {code}",
        body=body,
        headers=headers or {},
        code=error_code,
    )


def reset() -> Reply:
    """Reset the connection instead of answering."""
    return Reply(fault=Fault.RESET)


def hang() -> Reply:
    """Take the request and never say anything."""
    return Reply(fault=Fault.HANG)


def hang_first_token() -> Reply:
    """Send the response headers and nothing more."""
    return Reply(fault=Fault.HANG_FIRST_TOKEN)


def cut(text: str = "one two three four", *, after: int = 2) -> Reply:
    """Close the connection in the middle of the body, after that many tokens."""
    return Reply(text=text, fault=Fault.CUT, after=after)


def stall(text: str = "one two three four", *, after: int = 2) -> Reply:
    """Fall silent after that many tokens."""
    return Reply(text=text, fault=Fault.STALL, after=after)


def no_finish(text: str = "one two three four", *, after: int = 2) -> Reply:
    """End the body cleanly, but without the provider's finish reason or terminal event."""
    return Reply(text=text, fault=Fault.NO_FINISH, after=after)


def error_event(
    message: str = "Overloaded", *, text: str = "one two three four", after: int = 2, code: str = ""
) -> Reply:
    """Send the provider's error event inside a 200 stream, after that many tokens."""
    return Reply(text=text, fault=Fault.ERROR_EVENT, after=after, message=message, code=code)


def raw(
    body: bytes, *, code: int = 200, content_type: str = "text/event-stream", **headers: str
) -> Reply:
    """Send exactly these bytes."""
    return Reply(status=code, body=body, headers={"content-type": content_type, **headers})


def garbage() -> Reply:
    """Send SSE whose data is not JSON."""
    return raw(b"data: {broken\n\ndata: \xff\xfe\n\n")


def html() -> Reply:
    """Send a web page with status 200, as captive portals and mistyped addresses do."""
    return raw(b"<!DOCTYPE html><html><body>Welcome</body></html>", content_type="text/html")


def empty() -> Reply:
    """Send status 200 and no body."""
    return raw(b"")


def redirect(location: str, *, code: int = 307) -> Reply:
    """Redirect to ``location``."""
    return Reply(status=code, headers={"location": location}, body=b"")


def drip(*, delay: float = 0.02) -> Reply:
    """Answer forever, one word every ``delay`` seconds."""
    return Reply(text="drip drop ", delay=delay, endless=True)


def gigantic(characters: int = 16_000_000) -> Reply:
    """Answer with that many characters, in large pieces."""
    return Reply(text="x" * characters, token_size=65_536)
