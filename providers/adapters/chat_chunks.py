"""Reading a Chat Completions stream, which OpenAI, Groq and every compatible endpoint speak."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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

    Chunks are read attribute by attribute and not by type: two SDKs and many servers fill the same
    shape, with additions of their own.
    """

    def __init__(self) -> None:
        self._finish_reason: str | None = None
        self._usage: Usage | None = None
        self._refusal: list[str] = []
        self._model: str | None = None

    def read(self, chunk: Any) -> Iterator[Step]:
        """Yield what ``chunk`` says; the last step is ``StreamFinished`` once all is known."""
        self._model = getattr(chunk, "model", None) or self._model
        yield Signal.ALIVE
        for choice in chunk.choices or ():
            if choice.index == 0:
                yield from self._read_delta(choice.delta)
                self._finish_reason = choice.finish_reason or self._finish_reason
        usage = _usage_of(chunk)
        if usage is not None:
            self._usage = usage
            yield self.end() or UsageReported(usage)

    def end(self) -> StreamFinished | None:
        """Return the proof of a whole answer, or None when the server gave no finish reason."""
        if self._finish_reason is None:
            return None
        refusal = "".join(self._refusal) or None
        kind = _FINISH.get(self._finish_reason, FinishKind.OTHER)
        return StreamFinished(
            kind=FinishKind.REFUSAL if refusal and kind is FinishKind.STOP else kind,
            raw_reason=self._finish_reason,
            usage=self._usage,
            response_model=self._model,
            refusal=refusal,
        )

    def _read_delta(self, delta: Any) -> Iterator[Step]:
        # `reasoning_content` is DeepSeek's and vLLM's word, `reasoning` OpenRouter's and Groq's.
        thought = getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None)
        if isinstance(thought, str) and thought:
            yield ReasoningDelta(thought)
        if text := getattr(delta, "content", None):
            yield TextDelta(text)
        if getattr(delta, "refusal", None):
            self._refusal.append(delta.refusal)


def _usage_of(chunk: Any) -> Usage | None:
    usage = getattr(chunk, "usage", None)
    groq = getattr(chunk, "x_groq", None)
    if groq is not None:
        if getattr(groq, "error", None):
            raise from_response(None, {"message": str(groq.error)}, {})
        usage = getattr(groq, "usage", None) or usage
    if usage is None or usage.prompt_tokens is None:
        return None
    read = getattr(usage, "prompt_tokens_details", None)
    written = getattr(usage, "completion_tokens_details", None)
    return Usage(
        input_tokens=usage.prompt_tokens,
        output_tokens=usage.completion_tokens or 0,
        cached_tokens=_count(read, "cached_tokens") or _count(usage, "prompt_cache_hit_tokens"),
        cache_write_tokens=_count(read, "cache_write_tokens"),
        reasoning_tokens=_count(written, "reasoning_tokens"),
    )


def _count(details: Any, name: str) -> int:
    value = getattr(details, name, None)
    return value if isinstance(value, int) else 0
