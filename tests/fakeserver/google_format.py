"""Gemini's API."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from providers.events import FinishKind
from tests.fakeserver.formats import Call, Json, data, dump
from tests.fakeserver.replies import Reply


class Gemini:
    """Gemini's ``streamGenerateContent`` with ``alt=sse``, and ``generateContent``."""

    _FINISH: ClassVar = {
        FinishKind.STOP: "STOP",
        FinishKind.LENGTH: "MAX_TOKENS",
        FinishKind.REFUSAL: "SAFETY",
        FinishKind.CONTENT_FILTER: "SAFETY",
        FinishKind.TOOL_CALLS: "STOP",
        FinishKind.OTHER: "OTHER",
    }
    _ERRORS: ClassVar = {
        400: "INVALID_ARGUMENT",
        401: "UNAUTHENTICATED",
        403: "PERMISSION_DENIED",
        404: "NOT_FOUND",
        429: "RESOURCE_EXHAUSTED",
        503: "UNAVAILABLE",
    }

    def _chunk(self, call: Call, parts: Iterable[Json], **candidate: Any) -> dict[str, Any]:
        return {
            "candidates": [
                {"content": {"parts": list(parts), "role": "model"}, "index": 0, **candidate}
            ],
            "modelVersion": call.reply.model or call.model,
            "responseId": "test",
        }

    def start(self, call: Call) -> bytes:
        return b""

    def reasoning(self, call: Call, token: str) -> bytes:
        return data(self._chunk(call, [{"text": token, "thought": True}]))

    def text(self, call: Call, token: str) -> bytes:
        return data(self._chunk(call, [{"text": token}]))

    def calls(self, call: Call) -> Iterator[bytes]:
        for part in _call_parts(call):
            yield data(self._chunk(call, [part]))

    def finish(self, call: Call) -> bytes:
        last = self._chunk(call, [{"text": ""}], finishReason=self._FINISH[call.reply.finish])
        return data({**last, **self._usage(call)})

    def whole(self, call: Call) -> bytes:
        reply = call.reply
        parts: list[Json] = [{"text": reply.text}, *_call_parts(call)]
        if reply.reasoning:
            parts.insert(0, {"text": reply.reasoning, "thought": True})
        ending = {"finishReason": self._FINISH[reply.finish]} if call.finished else {}
        return dump({**self._chunk(call, parts, **ending), **self._usage(call)})

    def _usage(self, call: Call) -> Json:
        usage = call.usage
        if not call.reply.tell_usage:
            return {}
        return {
            "usageMetadata": {
                "promptTokenCount": usage.input_tokens,
                "candidatesTokenCount": usage.output_tokens - usage.reasoning_tokens,
                "thoughtsTokenCount": usage.reasoning_tokens,
                "cachedContentTokenCount": usage.cached_tokens,
                "totalTokenCount": usage.total_tokens,
            }
        }

    def _error(self, reply: Reply, status: int) -> Json:
        word = reply.code or self._ERRORS.get(status, "INTERNAL")
        return {"error": {"code": status, "message": reply.message, "status": word}}

    def error_event(self, reply: Reply) -> bytes:
        # Gemini drops out of SSE here: the error comes as bare, indented JSON.
        return json.dumps(self._error(reply, 503), indent=2).encode() + b"\n"

    def error_body(self, reply: Reply) -> bytes:
        return dump(self._error(reply, reply.status))

    def listing(self, models: Sequence[str]) -> bytes:
        entries = [
            {"name": f"models/{n}", "supportedGenerationMethods": ["generateContent"]}
            for n in models
        ]
        return dump({"models": entries})


def _call_parts(call: Call) -> Iterator[Json]:
    """Yield the calls; the API sends arguments as objects, and not always an id."""
    for wanted in call.reply.calls:
        function: dict[str, Any] = {"name": wanted.name, "args": json.loads(wanted.arguments)}
        if wanted.id:
            function["id"] = wanted.id
        signature = wanted.signature.partition(":")[2]
        signed = {"thoughtSignature": signature} if signature else {}
        yield {"functionCall": function, **signed}
