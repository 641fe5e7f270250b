"""Anthropic's Messages API."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from providers.events import FinishKind
from providers.usage import Usage
from tests.fakeserver.formats import Call, Json, dump, events, pieces
from tests.fakeserver.replies import Reply

SIGNATURE = "c2lnbmVk"
"""Of every thought."""


def _has_text(call: Call) -> bool:
    return bool(call.reply.text) or not call.reply.calls


def _text_index(call: Call) -> int:
    return 1 if call.reply.reasoning else 0


class AnthropicMessages:
    """Anthropic's Messages API."""

    _FINISH: ClassVar = {
        FinishKind.STOP: "end_turn",
        FinishKind.LENGTH: "max_tokens",
        FinishKind.REFUSAL: "refusal",
        FinishKind.CONTENT_FILTER: "refusal",
        FinishKind.TOOL_CALLS: "tool_use",
        FinishKind.OTHER: "unheard_of",
    }
    _ERRORS: ClassVar = {
        400: "invalid_request_error",
        401: "authentication_error",
        403: "permission_error",
        404: "not_found_error",
        413: "request_too_large",
        429: "rate_limit_error",
        529: "overloaded_error",
    }

    def _usage(self, usage: Usage, output: int) -> dict[str, int]:
        return {
            "input_tokens": usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens,
            "cache_creation_input_tokens": usage.cache_write_tokens,
            "cache_read_input_tokens": usage.cached_tokens,
            "output_tokens": output,
        }

    def _message(self, call: Call) -> dict[str, Any]:
        return {
            "id": "msg_test",
            "type": "message",
            "role": "assistant",
            "model": call.reply.model or call.model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
        }

    def start(self, call: Call) -> bytes:
        message = {**self._message(call), "usage": self._usage(call.usage, 1)}
        begun = events({"type": "message_start", "message": message}, {"type": "ping"})
        return begun if call.reply.reasoning else begun + self._start_text(call)

    def _start_text(self, call: Call) -> bytes:
        block = {"type": "text", "text": ""}
        return self._start(_text_index(call), block) if _has_text(call) else b""

    def _start(self, index: int, block: Json) -> bytes:
        return events({"type": "content_block_start", "index": index, "content_block": block})

    def _delta(self, index: int, delta: Json) -> bytes:
        return events({"type": "content_block_delta", "index": index, "delta": delta})

    def _stop(self, index: int) -> bytes:
        return events({"type": "content_block_stop", "index": index})

    def reasoning(self, call: Call, token: str) -> bytes:
        return b"".join(
            (
                self._start(0, {"type": "thinking", "thinking": "", "signature": ""}),
                self._delta(0, {"type": "thinking_delta", "thinking": token}),
                self._delta(0, {"type": "signature_delta", "signature": SIGNATURE}),
                self._stop(0),
                self._start_text(call),
            )
        )

    def text(self, call: Call, token: str) -> bytes:
        return self._delta(_text_index(call), {"type": "text_delta", "text": token})

    def calls(self, call: Call) -> Iterator[bytes]:
        first = _text_index(call) + _has_text(call)
        for index, wanted in enumerate(call.reply.calls, first):
            block = {"type": "tool_use", "id": wanted.id, "name": wanted.name, "input": {}}
            stop = self._stop(index - 1) if index == first and _has_text(call) else b""
            yield stop + self._start(index, block)
            for piece in pieces(wanted.arguments):
                yield self._delta(index, {"type": "input_json_delta", "partial_json": piece})
            yield self._stop(index)

    def finish(self, call: Call) -> bytes:
        usage = self._usage(call.usage, call.usage.output_tokens)
        open_text = b"" if call.reply.calls else self._stop(_text_index(call))
        return open_text + events(
            {
                "type": "message_delta",
                "delta": {"stop_reason": self._FINISH[call.reply.finish], "stop_sequence": None},
                "usage": usage if call.reply.tell_usage else {"output_tokens": 0},
            },
            {"type": "message_stop"},
        )

    def whole(self, call: Call) -> bytes:
        reply = call.reply
        content: list[Json] = [{"type": "text", "text": reply.text}] if _has_text(call) else []
        if reply.reasoning:
            thought = {"type": "thinking", "thinking": reply.reasoning, "signature": SIGNATURE}
            content.insert(0, thought)
        content += [
            {
                "type": "tool_use",
                "id": wanted.id,
                "name": wanted.name,
                "input": json.loads(wanted.arguments),
            }
            for wanted in reply.calls
        ]
        message = {**self._message(call), "content": content}
        if call.finished:
            message["stop_reason"] = self._FINISH[reply.finish]
        if reply.tell_usage:
            message["usage"] = self._usage(call.usage, call.usage.output_tokens)
        return dump(message)

    def error_event(self, reply: Reply) -> bytes:
        error = {"type": reply.code or "overloaded_error", "message": reply.message}
        return events({"type": "error", "error": error})

    def error_body(self, reply: Reply) -> bytes:
        kind = reply.code or self._ERRORS.get(
            reply.status, "api_error" if reply.status >= 500 else "invalid_request_error"
        )
        error = {"type": kind, "message": reply.message}
        return dump({"type": "error", "error": error, "request_id": "req_test"})

    def listing(self, models: Sequence[str]) -> bytes:
        entries = [
            {"type": "model", "id": n, "display_name": n, "created_at": "2026-01-01T00:00:00Z"}
            for n in models
        ]
        return dump({"data": entries, "has_more": False, "first_id": None, "last_id": None})
