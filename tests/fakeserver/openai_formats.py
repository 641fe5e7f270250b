"""OpenAI's two APIs, and Groq's variant of the second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from providers.events import FinishKind
from providers.usage import Usage
from tests.fakeserver.formats import Call, Json, data, dump, events, pieces
from tests.fakeserver.replies import Reply


def _error(reply: Reply) -> Json:
    return {
        "error": {
            "message": reply.message,
            "type": "server_error" if reply.status >= 500 else "invalid_request_error",
            "param": None,
            "code": reply.code or None,
        }
    }


def _listing(models: Sequence[str]) -> bytes:
    entries = [{"id": name, "object": "model", "created": 1, "owned_by": "test"} for name in models]
    return dump({"object": "list", "data": entries})


class OpenAIChat:
    """Chat Completions: OpenAI and everything compatible with it."""

    _FINISH: ClassVar = {
        FinishKind.STOP: "stop",
        FinishKind.REFUSAL: "stop",
        FinishKind.LENGTH: "length",
        FinishKind.CONTENT_FILTER: "content_filter",
        FinishKind.TOOL_CALLS: "tool_calls",
        FinishKind.OTHER: "unheard_of",
    }

    _REASONING = "reasoning_content"

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
        return data(self._chunk(call, {"role": "assistant", "content": ""}))

    def reasoning(self, call: Call, token: str) -> bytes:
        return data(self._chunk(call, {self._REASONING: token}))

    def text(self, call: Call, token: str) -> bytes:
        return data(self._chunk(call, {"content": token}))

    def calls(self, call: Call) -> Iterator[bytes]:
        for index, wanted in enumerate(call.reply.calls):
            start = {"name": wanted.name, "arguments": ""}
            begun = {"index": index, "id": wanted.id, "type": "function", "function": start}
            yield data(self._chunk(call, {"tool_calls": [begun]}))
            for piece in pieces(wanted.arguments):
                more = {"index": index, "function": {"arguments": piece}}
                yield data(self._chunk(call, {"tool_calls": [more]}))

    def finish(self, call: Call) -> bytes:
        frames = [self._chunk(call, {}, self._FINISH[call.reply.finish])]
        if call.reply.refusal:
            frames.insert(0, self._chunk(call, {"refusal": call.reply.refusal}))
        if call.wants_usage and call.reply.tell_usage:
            frames.append(
                {**self._chunk(call, {}), "choices": [], "usage": self._usage(call.usage)}
            )
        return data(*frames) + b"data: [DONE]\n\n"

    def whole(self, call: Call) -> bytes:
        reply = call.reply
        message: dict[str, Any] = {
            "role": "assistant",
            "content": reply.text or None,
            "refusal": reply.refusal or None,
            **({self._REASONING: reply.reasoning} if reply.reasoning else {}),
        }
        if reply.calls:
            message["tool_calls"] = [
                {
                    "id": wanted.id,
                    "type": "function",
                    "function": {"name": wanted.name, "arguments": wanted.arguments},
                }
                for wanted in reply.calls
            ]
        finish = self._FINISH[reply.finish] if call.finished else None
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
        usage = {"usage": self._usage(call.usage)} if reply.tell_usage else {}
        chunk = self._chunk(call, {})
        return dump({**chunk, "object": "chat.completion", "choices": [choice], **usage})

    def error_event(self, reply: Reply) -> bytes:
        return data(_error(reply))

    def error_body(self, reply: Reply) -> bytes:
        return dump(_error(reply))

    def listing(self, models: Sequence[str]) -> bytes:
        return _listing(models)


class GroqChat(OpenAIChat):
    """Groq's Chat Completions: ``reasoning``, and usage inside ``x_groq`` of the last chunk."""

    _REASONING = "reasoning"

    def finish(self, call: Call) -> bytes:
        last = self._chunk(call, {}, self._FINISH[call.reply.finish])
        if call.reply.tell_usage:
            last["x_groq"] = {"id": "req_test", "usage": self._usage(call.usage)}
        return data(last) + b"data: [DONE]\n\n"

    def error_event(self, reply: Reply) -> bytes:
        return b"event: error\n" + data(_error(reply))


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
        return events(
            {"type": "response.created", "sequence_number": 0, "response": response},
            {"type": "response.in_progress", "sequence_number": 1, "response": response},
        )

    def _delta(self, kind: str, token: str) -> bytes:
        place = {"item_id": "msg_test", "output_index": 0, "sequence_number": 2}
        index = "summary_index" if "summary" in kind else "content_index"
        return events({"type": kind, **place, index: 0, "delta": token})

    def reasoning(self, call: Call, token: str) -> bytes:
        return self._delta("response.reasoning_summary_text.delta", token)

    def text(self, call: Call, token: str) -> bytes:
        return self._delta("response.output_text.delta", token)

    def _items(self, call: Call) -> list[dict[str, Any]]:
        return [
            {
                "id": f"fc_{number}",
                "type": "function_call",
                "status": "completed",
                "call_id": wanted.id,
                "name": wanted.name,
                "arguments": wanted.arguments,
            }
            for number, wanted in enumerate(call.reply.calls)
        ]

    def calls(self, call: Call) -> Iterator[bytes]:
        for index, item in enumerate(self._items(call)):
            place: dict[str, Any] = {"output_index": index, "sequence_number": 2}
            begun = {**item, "status": "in_progress", "arguments": ""}
            yield events({"type": "response.output_item.added", **place, "item": begun})
            place["item_id"] = item["id"]
            kind = "response.function_call_arguments"
            for piece in pieces(item["arguments"]):
                yield events({"type": f"{kind}.delta", **place, "delta": piece})
            yield events({"type": f"{kind}.done", **place, "arguments": item["arguments"]})
            yield events({"type": "response.output_item.done", **place, "item": item})

    def finish(self, call: Call) -> bytes:
        reply = call.reply
        refusal = self._delta("response.refusal.delta", reply.refusal) if reply.refusal else b""
        response = self._ended(call)
        kind = f"response.{response['status']}"
        return refusal + events({"type": kind, "sequence_number": 3, "response": response})

    def _ended(self, call: Call) -> dict[str, Any]:
        reply = call.reply
        usage = {"usage": self._usage(call.usage)} if reply.tell_usage else {}
        reasons = {
            FinishKind.LENGTH: "max_output_tokens",
            FinishKind.CONTENT_FILTER: "content_filter",
        }
        word, details = "completed", None
        if reply.finish in reasons:
            word, details = "incomplete", {"reason": reasons[reply.finish]}
        items = self._items(call)
        return self._response(call, word, incomplete_details=details, output=items, **usage)

    def whole(self, call: Call) -> bytes:
        reply = call.reply
        content: list[Json] = []
        if reply.text:
            content.append({"type": "output_text", "text": reply.text, "annotations": []})
        if reply.refusal:
            content.append({"type": "refusal", "refusal": reply.refusal})
        output: list[Json] = []
        if reply.reasoning:
            summary = [{"type": "summary_text", "text": reply.reasoning}]
            output.append({"id": "rs_test", "type": "reasoning", "summary": summary})
        output.append(
            {"id": "msg_test", "type": "message", "role": "assistant", "content": content}
        )
        output += self._items(call)
        response = self._ended(call) if call.finished else self._response(call, "in_progress")
        return dump({**response, "output": output})

    def error_event(self, reply: Reply) -> bytes:
        return events(
            {
                "type": "error",
                "sequence_number": 3,
                "code": reply.code or "server_error",
                "message": reply.message,
                "param": None,
            }
        )

    def error_body(self, reply: Reply) -> bytes:
        return dump(_error(reply))

    def listing(self, models: Sequence[str]) -> bytes:
        return _listing(models)
