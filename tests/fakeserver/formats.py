"""The five wire formats, as the providers' documentation and recorded traffic show them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from providers.events import FinishKind
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


class WireFormat(Protocol):
    """One provider API: its frames, its errors and its model listing."""

    def start(self, call: Call) -> bytes: ...

    def reasoning(self, call: Call, token: str) -> bytes: ...

    def text(self, call: Call, token: str) -> bytes: ...

    def finish(self, call: Call) -> bytes: ...

    def error_event(self, reply: Reply) -> bytes: ...

    def error_body(self, reply: Reply) -> bytes: ...

    def listing(self, models: Sequence[str]) -> bytes: ...


def _dump(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _data(*values: Json) -> bytes:
    return b"".join(b"data: " + _dump(value) + b"\n\n" for value in values)


def _events(*values: Json) -> bytes:
    return b"".join(
        b"event: " + value["type"].encode() + b"\ndata: " + _dump(value) + b"\n\n"
        for value in values
    )


def _openai_error(reply: Reply) -> Json:
    return {
        "error": {
            "message": reply.message,
            "type": "server_error" if reply.status >= 500 else "invalid_request_error",
            "param": None,
            "code": reply.code or None,
        }
    }


def _openai_listing(models: Sequence[str]) -> bytes:
    entries = [{"id": name, "object": "model", "created": 1, "owned_by": "test"} for name in models]
    return _dump({"object": "list", "data": entries})


class OpenAIChat:
    """Chat Completions: OpenAI and everything compatible with it."""

    _FINISH = {
        FinishKind.STOP: "stop",
        FinishKind.REFUSAL: "stop",
        FinishKind.LENGTH: "length",
        FinishKind.CONTENT_FILTER: "content_filter",
        FinishKind.TOOL_CALLS: "tool_calls",
        FinishKind.OTHER: "unheard_of",
    }

    def _chunk(self, call: Call, delta: Json, finish: str | None = None) -> dict[str, Any]:
        return {
            "id": "chatcmpl-test",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": call.reply.model or call.model,
            "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}],
        }

    def _usage(self, usage: Usage) -> dict[str, Any]:
        return {
            "prompt_tokens": usage.input_tokens,
            "completion_tokens": usage.output_tokens,
            "total_tokens": usage.total_tokens,
            "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
            "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        }

    def start(self, call: Call) -> bytes:
        return _data(self._chunk(call, {"role": "assistant", "content": ""}))

    def reasoning(self, call: Call, token: str) -> bytes:
        return _data(self._chunk(call, {"reasoning_content": token}))

    def text(self, call: Call, token: str) -> bytes:
        return _data(self._chunk(call, {"content": token}))

    def finish(self, call: Call) -> bytes:
        frames = [self._chunk(call, {}, self._FINISH[call.reply.finish])]
        if call.reply.refusal:
            frames.insert(0, self._chunk(call, {"refusal": call.reply.refusal}))
        if call.wants_usage and call.reply.tell_usage:
            frames.append(
                {**self._chunk(call, {}), "choices": [], "usage": self._usage(call.usage)}
            )
        return _data(*frames) + b"data: [DONE]\n\n"

    def error_event(self, reply: Reply) -> bytes:
        return _data(_openai_error(reply))

    def error_body(self, reply: Reply) -> bytes:
        return _dump(_openai_error(reply))

    def listing(self, models: Sequence[str]) -> bytes:
        return _openai_listing(models)


class GroqChat(OpenAIChat):
    """Groq's Chat Completions: ``reasoning``, and usage inside ``x_groq`` of the last chunk."""

    def reasoning(self, call: Call, token: str) -> bytes:
        return _data(self._chunk(call, {"reasoning": token}))

    def finish(self, call: Call) -> bytes:
        last = self._chunk(call, {}, self._FINISH[call.reply.finish])
        if call.reply.tell_usage:
            last["x_groq"] = {"id": "req_test", "usage": self._usage(call.usage)}
        return _data(last) + b"data: [DONE]\n\n"

    def error_event(self, reply: Reply) -> bytes:
        return b"event: error\n" + _data(_openai_error(reply))


class OpenAIResponses:
    """OpenAI's Responses API."""

    def _response(self, call: Call, status: str, **more: Any) -> dict[str, Any]:
        return {
            "id": "resp_test",
            "object": "response",
            "created_at": 1,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "model": call.reply.model or call.model,
            "output": [],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "usage": None,
            **more,
        }

    def _usage(self, usage: Usage) -> dict[str, Any]:
        return {
            "input_tokens": usage.input_tokens,
            "input_tokens_details": {"cached_tokens": usage.cached_tokens},
            "output_tokens": usage.output_tokens,
            "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
            "total_tokens": usage.total_tokens,
        }

    def start(self, call: Call) -> bytes:
        response = self._response(call, "in_progress")
        return _events(
            {"type": "response.created", "sequence_number": 0, "response": response},
            {"type": "response.in_progress", "sequence_number": 1, "response": response},
        )

    def _delta(self, kind: str, token: str) -> bytes:
        place = {"item_id": "msg_test", "output_index": 0, "sequence_number": 2}
        index = "summary_index" if "summary" in kind else "content_index"
        return _events({"type": kind, **place, index: 0, "delta": token})

    def reasoning(self, call: Call, token: str) -> bytes:
        return self._delta("response.reasoning_summary_text.delta", token)

    def text(self, call: Call, token: str) -> bytes:
        return self._delta("response.output_text.delta", token)

    def finish(self, call: Call) -> bytes:
        reply = call.reply
        refusal = self._delta("response.refusal.delta", reply.refusal) if reply.refusal else b""
        usage = {"usage": self._usage(call.usage)} if reply.tell_usage else {}
        reasons = {
            FinishKind.LENGTH: "max_output_tokens",
            FinishKind.CONTENT_FILTER: "content_filter",
        }
        word, details = "completed", None
        if reply.finish in reasons:
            word, details = "incomplete", {"reason": reasons[reply.finish]}
        response = self._response(call, word, incomplete_details=details, **usage)
        last = {"type": f"response.{word}", "sequence_number": 3, "response": response}
        return refusal + _events(last)

    def error_event(self, reply: Reply) -> bytes:
        return _events(
            {
                "type": "error",
                "sequence_number": 3,
                "code": reply.code or "server_error",
                "message": reply.message,
                "param": None,
            }
        )

    def error_body(self, reply: Reply) -> bytes:
        return _dump(_openai_error(reply))

    def listing(self, models: Sequence[str]) -> bytes:
        return _openai_listing(models)


class AnthropicMessages:
    """Anthropic's Messages API."""

    _FINISH = {
        FinishKind.STOP: "end_turn",
        FinishKind.LENGTH: "max_tokens",
        FinishKind.REFUSAL: "refusal",
        FinishKind.CONTENT_FILTER: "refusal",
        FinishKind.TOOL_CALLS: "tool_use",
        FinishKind.OTHER: "unheard_of",
    }
    _ERRORS = {
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

    def start(self, call: Call) -> bytes:
        message = {
            "id": "msg_test",
            "type": "message",
            "role": "assistant",
            "model": call.reply.model or call.model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": self._usage(call.usage, 1),
        }
        return _events(
            {"type": "message_start", "message": message},
            {
                "type": "content_block_start",
                "index": 0,
                "content_block": {"type": "text", "text": ""},
            },
            {"type": "ping"},
        )

    def _delta(self, delta: Json) -> bytes:
        return _events({"type": "content_block_delta", "index": 0, "delta": delta})

    def reasoning(self, call: Call, token: str) -> bytes:
        return self._delta({"type": "thinking_delta", "thinking": token})

    def text(self, call: Call, token: str) -> bytes:
        return self._delta({"type": "text_delta", "text": token})

    def finish(self, call: Call) -> bytes:
        usage = self._usage(call.usage, call.usage.output_tokens)
        return _events(
            {"type": "content_block_stop", "index": 0},
            {
                "type": "message_delta",
                "delta": {"stop_reason": self._FINISH[call.reply.finish], "stop_sequence": None},
                "usage": usage if call.reply.tell_usage else {"output_tokens": 0},
            },
            {"type": "message_stop"},
        )

    def error_event(self, reply: Reply) -> bytes:
        error = {"type": reply.code or "overloaded_error", "message": reply.message}
        return _events({"type": "error", "error": error})

    def error_body(self, reply: Reply) -> bytes:
        kind = reply.code or self._ERRORS.get(reply.status, "api_error")
        error = {"type": kind, "message": reply.message}
        return _dump({"type": "error", "error": error, "request_id": "req_test"})

    def listing(self, models: Sequence[str]) -> bytes:
        entries = [
            {"type": "model", "id": n, "display_name": n, "created_at": "2026-01-01T00:00:00Z"}
            for n in models
        ]
        return _dump({"data": entries, "has_more": False, "first_id": None, "last_id": None})


class Gemini:
    """Gemini's ``streamGenerateContent`` with ``alt=sse``."""

    _FINISH = {
        FinishKind.STOP: "STOP",
        FinishKind.LENGTH: "MAX_TOKENS",
        FinishKind.REFUSAL: "SAFETY",
        FinishKind.CONTENT_FILTER: "SAFETY",
        FinishKind.TOOL_CALLS: "STOP",
        FinishKind.OTHER: "OTHER",
    }
    _ERRORS = {
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
        return _data(self._chunk(call, [{"text": token, "thought": True}]))

    def text(self, call: Call, token: str) -> bytes:
        return _data(self._chunk(call, [{"text": token}]))

    def finish(self, call: Call) -> bytes:
        last = self._chunk(call, [{"text": ""}], finishReason=self._FINISH[call.reply.finish])
        usage = call.usage
        if call.reply.tell_usage:
            last["usageMetadata"] = {
                "promptTokenCount": usage.input_tokens,
                "candidatesTokenCount": usage.output_tokens - usage.reasoning_tokens,
                "thoughtsTokenCount": usage.reasoning_tokens,
                "cachedContentTokenCount": usage.cached_tokens,
                "totalTokenCount": usage.total_tokens,
            }
        return _data(last)

    def _error(self, reply: Reply, status: int) -> Json:
        word = reply.code or self._ERRORS.get(status, "INTERNAL")
        return {"error": {"code": status, "message": reply.message, "status": word}}

    def error_event(self, reply: Reply) -> bytes:
        # Gemini drops out of SSE here: the error comes as bare, indented JSON.
        return json.dumps(self._error(reply, 503), indent=2).encode() + b"\n"

    def error_body(self, reply: Reply) -> bytes:
        return _dump(self._error(reply, reply.status))

    def listing(self, models: Sequence[str]) -> bytes:
        entries = [
            {"name": f"models/{n}", "supportedGenerationMethods": ["generateContent"]}
            for n in models
        ]
        return _dump({"models": entries})
