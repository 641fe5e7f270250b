"""Reading Chat Completions, which OpenAI, Groq, llama.cpp and every compatible endpoint speak."""

from __future__ import annotations

from collections.abc import Mapping

from providers.adapters.call_pieces import CallPieces
from providers.adapters.fields import Fields, number_of, text_of
from providers.adapters.steps import Signal, Step
from providers.adapters.translate import from_response
from providers.events import (
    FinishKind,
    ReasoningDelta,
    StreamFinished,
    TextDelta,
    UsageReported,
)
from providers.usage import Usage

_FINISH: Mapping[str, FinishKind] = {
    "stop": FinishKind.STOP,
    "length": FinishKind.LENGTH,
    "content_filter": FinishKind.CONTENT_FILTER,
    "tool_calls": FinishKind.TOOL_CALLS,
    "function_call": FinishKind.TOOL_CALLS,
}


class ChatChunks:
    """Turns chunks into steps; feed it each chunk, then ask for the end.

    Args:
        part: where a choice holds its text: ``delta`` in a stream, ``message`` in an answer that
            came at once and is otherwise like a single chunk.
        calls_before: tool calls made earlier in the conversation.
    """

    def __init__(self, part: str = "delta", *, calls_before: int = 0) -> None:
        self._part = part
        self._calls = CallPieces(calls_before)
        self._called = False
        self._finish_reason = ""
        self._usage: Usage | None = None
        self._refusal = ""
        self._model = ""

    def read(self, chunk: Fields) -> list[Step]:
        """Return what ``chunk`` says; the last step is ``StreamFinished`` once all is known."""
        self._model = text_of(chunk, "model") or self._model
        steps: list[Step] = []
        for choice in chunk.get("choices") or ():
            if not choice.get("index"):
                steps += self._read_part(choice.get(self._part) or {})
                self._finish_reason = text_of(choice, "finish_reason") or self._finish_reason
                if self._finish_reason and self._calls and not self._called:
                    self._called = True
                    steps += self._calls.made()
        usage = _usage_of(chunk)
        if usage is not None:
            self._usage = usage
            steps.append(self.end() or UsageReported(usage))
        return steps or [Signal.ALIVE]

    def end(self) -> StreamFinished | None:
        """Return the proof of a whole answer, or None when the server gave no finish reason."""
        if not self._finish_reason:
            return None
        kind = _FINISH.get(self._finish_reason, FinishKind.OTHER)
        if kind is FinishKind.STOP and self._called:
            kind = FinishKind.TOOL_CALLS  # a tool that had to be called ends with "stop"
        return StreamFinished(
            kind=FinishKind.REFUSAL if self._refusal and kind is FinishKind.STOP else kind,
            raw_reason=self._finish_reason,
            usage=self._usage,
            response_model=self._model or None,
            refusal=self._refusal or None,
        )

    def _read_part(self, part: Fields) -> list[Step]:
        steps: list[Step] = []
        # `reasoning_content` is DeepSeek's and vLLM's word, `reasoning` OpenRouter's and Groq's.
        thought = part.get("reasoning_content") or part.get("reasoning")
        if isinstance(thought, str) and thought:
            steps.append(ReasoningDelta(thought))
        if text := text_of(part, "content"):
            steps.append(TextDelta(text))
        self._refusal += text_of(part, "refusal")
        for number, piece in enumerate(part.get("tool_calls") or ()):
            # Calls that come at once are whole, and have no index.
            index = number if self._part == "message" else piece.get("index")
            self._calls.add(piece, index)
        return steps


def _usage_of(chunk: Fields) -> Usage | None:
    usage = chunk.get("usage")
    if groq := chunk.get("x_groq"):
        if groq.get("error"):
            raise from_response(None, {"message": str(groq["error"])}, {})
        usage = groq.get("usage") or usage
    if not usage or usage.get("prompt_tokens") is None:
        return None
    read = usage.get("prompt_tokens_details")
    return Usage(
        input_tokens=number_of(usage, "prompt_tokens"),
        output_tokens=number_of(usage, "completion_tokens"),
        cached_tokens=number_of(read, "cached_tokens")
        or number_of(usage, "prompt_cache_hit_tokens"),
        cache_write_tokens=number_of(read, "cache_write_tokens"),
        reasoning_tokens=number_of(usage.get("completion_tokens_details"), "reasoning_tokens"),
    )
