"""A reply, turned into what goes over the wire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from tests.fakeserver.endpoint import RecordedRequest
from tests.fakeserver.formats import Call, WireFormat
from tests.fakeserver.replies import Fault, Reply


def breaks(reply: Reply) -> bool:
    return reply.fault in {Fault.CUT, Fault.STALL, Fault.NO_FINISH, Fault.ERROR_EVENT}


def frames_of(
    request: RecordedRequest, reply: Reply, wire: WireFormat
) -> Iterator[tuple[bytes, bool]]:
    """Yield each frame of an answer, and whether it carries a token of the text."""
    asked = request.body.get("stream_options") or {}
    call = replace(_call(request, reply), wants_usage=bool(asked.get("include_usage")))
    yield wire.start(call), False
    if reply.reasoning:
        yield wire.reasoning(call, reply.reasoning), False
    for token in reply.tokens():
        yield wire.text(call, token), True
    for frame in wire.calls(call):
        yield frame, True
    if reply.tell_usage and not breaks(reply):
        request.billed = call.usage
    yield wire.finish(call), False


def plain_body(request: RecordedRequest, reply: Reply, wire: WireFormat) -> bytes:
    """Return an answer that comes at once, or what takes its place."""
    if reply.fault is Fault.ERROR_EVENT:
        return wire.error_body(replace(reply, status=503))
    if reply.endless:
        return b""
    call = _call(request, reply)
    if reply.fault is Fault.NO_FINISH:
        said = "".join(islice(reply.tokens(), reply.after))
        call = replace(call, reply=replace(reply, text=said), finished=False)
    if reply.tell_usage and reply.fault in {Fault.NONE, Fault.NO_FINISH}:
        request.billed = call.usage
    return wire.whole(call)


def _call(request: RecordedRequest, reply: Reply) -> Call:
    return Call(model=request.model, reply=reply, usage=reply.billed(len(request.raw_body)))
