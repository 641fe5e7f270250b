"""Anthropic's Messages API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from providers.events import FinishKind
from providers.usage import Usage
from tests.fakeserver.formats import Call, Json, dump, events
from tests.fakeserver.replies import Reply


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
        return events(
            {"type": "message_start", "message": message},
            {
                "type": "content_block_start",
                "index": 0,
                "content_block": {"type": "text", "text": ""},
            },
            {"type": "ping"},
        )

    def _delta(self, delta: Json) -> bytes:
        return events({"type": "content_block_delta", "index": 0, "delta": delta})

    def reasoning(self, call: Call, token: str) -> bytes:
        return self._delta({"type": "thinking_delta", "thinking": token})

    def text(self, call: Call, token: str) -> bytes:
        return self._delta({"type": "text_delta", "text": token})

    def finish(self, call: Call) -> bytes:
        usage = self._usage(call.usage, call.usage.output_tokens)
        return events(
            {"type": "content_block_stop", "index": 0},
            {
                "type": "message_delta",
                "delta": {"stop_reason": self._FINISH[call.reply.finish], "stop_sequence": None},
                "usage": usage if call.reply.tell_usage else {"output_tokens": 0},
            },
            {"type": "message_stop"},
        )

    def whole(self, call: Call) -> bytes:
        reply = call.reply
        content: list[Json] = [{"type": "text", "text": reply.text}]
        if reply.reasoning:
            content.insert(0, {"type": "thinking", "thinking": reply.reasoning, "signature": "x"})
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
