"""OpenAI's Responses API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from providers.adapters.conversation import system_prompt, turns
from providers.adapters.openai_client import OpenAIAdapter
from providers.adapters.steps import Signal, Step, Steps
from providers.adapters.translate import from_response
from providers.events import FinishKind, ReasoningDelta, StreamFinished, TextDelta
from providers.messages import ChatRequest
from providers.usage import Usage

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.responses import Response, ResponseStreamEvent

_INCOMPLETE = {
    "max_output_tokens": FinishKind.LENGTH,
    "content_filter": FinishKind.CONTENT_FILTER,
}


class OpenAIResponsesAdapter(OpenAIAdapter):
    """Speaks ``POST /responses`` with streaming; nothing is stored at OpenAI."""

    async def _steps(self, client: AsyncOpenAI, request: ChatRequest) -> Steps:
        events = ResponsesEvents()
        stream = await client.responses.create(**self._body(request))
        async with stream:
            yield Signal.OPENED
            async for event in stream:
                for step in events.read(event):
                    yield step

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.model,
            "input": [
                {"role": message.role.value, "content": message.content}
                for message in turns(request)
            ],
            "stream": True,
            "store": False,
        }
        if (system := system_prompt(request)) is not None:
            body["instructions"] = system
        if (temperature := self._temperature(request)) is not None:
            body["temperature"] = temperature
        if (ceiling := self._max_tokens(request)) is not None:
            body["max_output_tokens"] = ceiling
        return body


class ResponsesEvents:
    """Turns the events of one response into steps."""

    def __init__(self) -> None:
        self._refusal: list[str] = []

    def read(self, event: ResponseStreamEvent) -> Iterator[Step]:
        """Yield what ``event`` says.

        Raises:
            ProviderError: the event reports a failure.
        """
        match event.type:
            case "response.output_text.delta":
                yield TextDelta(event.delta)
            case "response.reasoning_summary_text.delta" | "response.reasoning_text.delta":
                yield ReasoningDelta(event.delta)
            case "response.refusal.delta":
                self._refusal.append(event.delta)
                yield Signal.ALIVE
            case "response.completed" | "response.incomplete":
                yield self._finished(event.response)
            case "response.failed":
                error = event.response.error
                raise from_response(None, error.model_dump() if error else {}, {})
            case "error":
                raise from_response(None, event.model_dump(exclude={"type"}), {})
            case _:
                yield Signal.ALIVE

    def _finished(self, response: Response) -> StreamFinished:
        refusal = "".join(self._refusal) or None
        kind, reason = FinishKind.STOP, str(response.status)
        if response.status == "incomplete":
            details = response.incomplete_details
            reason = (details.reason if details else None) or "incomplete"
            kind = _INCOMPLETE.get(reason, FinishKind.OTHER)
        elif refusal:
            kind = FinishKind.REFUSAL
        return StreamFinished(
            kind=kind,
            raw_reason=reason,
            usage=_usage_of(response),
            response_model=response.model,
            refusal=refusal,
        )


def _usage_of(response: Response) -> Usage | None:
    usage = response.usage
    if usage is None:
        return None
    read, written = usage.input_tokens_details, usage.output_tokens_details
    return Usage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        # A compatible server may leave the details out, whatever the SDK's types promise.
        cached_tokens=getattr(read, "cached_tokens", None) or 0,
        cache_write_tokens=getattr(read, "cache_write_tokens", None) or 0,
        reasoning_tokens=getattr(written, "reasoning_tokens", None) or 0,
    )
