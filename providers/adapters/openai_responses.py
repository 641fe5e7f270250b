"""OpenAI's Responses API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from providers.adapters.conversation import system_prompt, turns
from providers.adapters.fields import Fields, number_of, text_of
from providers.adapters.media import data_url
from providers.adapters.openai_client import OpenAIAdapter
from providers.adapters.steps import Signal, Step, Steps
from providers.adapters.tool_calls import arguments_text, schema_of
from providers.adapters.translate import from_response
from providers.capabilities import speaks_only_chat
from providers.events import (
    FinishKind,
    ProviderEvent,
    ReasoningDelta,
    StreamFinished,
    TextDelta,
    ToolCallMade,
)
from providers.messages import TOOL_CHOICES, ChatRequest, Message, Role, ToolCall
from providers.usage import Usage

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_PATH = "/responses"
_INCOMPLETE = {
    "max_output_tokens": FinishKind.LENGTH,
    "content_filter": FinishKind.CONTENT_FILTER,
}


class OpenAIResponsesAdapter(OpenAIAdapter):
    """Speaks ``POST /responses``; nothing is stored at OpenAI.

    The models that this API does not serve are asked through Chat Completions.
    """

    def _steps(self, client: AsyncOpenAI, request: ChatRequest) -> Steps:
        if speaks_only_chat(self._model(request)):
            return self._chat(client, request)
        return self._respond(client, request)

    async def _respond(self, client: AsyncOpenAI, request: ChatRequest) -> Steps:
        caller, body, options = self._caller(client), self._body(request), self._options()
        if not request.streamed:
            answer = await caller.ask(_PATH, body, options)
            for step in (*caller.told(), *whole_response(answer)):
                yield step
            return
        events = ResponsesEvents()
        async with await caller.open(_PATH, body, options) as stream:
            for quota in caller.told():
                yield quota
            async for event in stream:
                yield events.read(event)

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._model(request),
            "input": _input(request),
            "store": False,
        }
        if request.streamed:
            body["stream"] = True
        if (system := system_prompt(request)) is not None:
            body["instructions"] = system
        if (temperature := self._temperature(request)) is not None:
            body["temperature"] = temperature
        if (ceiling := self._max_tokens(request)) is not None:
            body["max_output_tokens"] = ceiling
        if request.tools:
            body["tools"] = [
                {
                    "type": "function",
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": schema_of(tool),
                    # Strict schemas are a dialect of their own, which few are written in.
                    "strict": False,
                }
                for tool in request.tools
            ]
            if choice := request.tool_choice:
                named = {"type": "function", "name": choice}
                body["tool_choice"] = choice if choice in TOOL_CHOICES else named
        return body


class ResponsesEvents:
    """Turns the events of one response into steps."""

    def __init__(self) -> None:
        self._refusal = ""
        self._called = False

    def read(self, event: Fields) -> Step:
        """Return what ``event`` says.

        Raises:
            ProviderError: the event reports a failure.
        """
        match event["type"]:
            case "response.output_text.delta":
                return TextDelta(text_of(event, "delta"))
            case "response.reasoning_summary_text.delta" | "response.reasoning_text.delta":
                return ReasoningDelta(text_of(event, "delta"))
            case "response.refusal.delta":
                self._refusal += text_of(event, "delta")
            case "response.output_item.done" if event["item"].get("type") == "function_call":
                self._called = True
                return _call(event["item"])
            case "response.completed" | "response.incomplete":
                return _finished(event["response"], self._refusal, called=self._called)
            case "response.failed":
                raise from_response(None, event["response"].get("error") or {}, {})
            case "error":
                # Its type says only that it is one.
                told = {name: value for name, value in event.items() if name != "type"}
                raise from_response(None, told, {})
        return Signal.ALIVE


def whole_response(response: Fields) -> Iterator[ProviderEvent]:
    """Yield what a response that came at once says; no ``StreamFinished`` when it is not whole."""
    said = {"summary_text": "", "reasoning_text": "", "output_text": "", "refusal": ""}
    calls = []
    for item in response.get("output") or ():
        if item.get("type") == "function_call":
            calls.append(_call(item))
        for part in (*(item.get("summary") or ()), *(item.get("content") or ())):
            kind = part.get("type")
            if kind in said:
                said[kind] += text_of(part, "refusal" if kind == "refusal" else "text")
    if thought := said["summary_text"] + said["reasoning_text"]:
        yield ReasoningDelta(thought)
    if text := said["output_text"]:
        yield TextDelta(text)
    yield from calls
    if response.get("status") in {"completed", "incomplete"}:
        yield _finished(response, said["refusal"], called=bool(calls))


def _call(item: Fields) -> ToolCallMade:
    arguments = arguments_text(item.get("arguments"))
    return ToolCallMade(ToolCall(text_of(item, "call_id"), text_of(item, "name"), arguments))


def _finished(response: Fields, refusal: str, *, called: bool) -> StreamFinished:
    kind, reason = FinishKind.STOP, text_of(response, "status")
    if reason == "incomplete":
        reason = text_of(response.get("incomplete_details") or {}, "reason") or reason
        kind = _INCOMPLETE.get(reason, FinishKind.OTHER)
    elif refusal:
        kind = FinishKind.REFUSAL
    elif called:
        kind = FinishKind.TOOL_CALLS
    return StreamFinished(
        kind=kind,
        raw_reason=reason,
        usage=_usage_of(response),
        response_model=text_of(response, "model") or None,
        refusal=refusal or None,
    )


def _usage_of(response: Fields) -> Usage | None:
    usage = response.get("usage")
    if not usage:
        return None
    read = usage.get("input_tokens_details")
    return Usage(
        input_tokens=number_of(usage, "input_tokens"),
        output_tokens=number_of(usage, "output_tokens"),
        cached_tokens=number_of(read, "cached_tokens"),
        cache_write_tokens=number_of(read, "cache_write_tokens"),
        reasoning_tokens=number_of(usage.get("output_tokens_details"), "reasoning_tokens"),
    )


def _input(request: ChatRequest) -> list[dict[str, Any]]:
    if request.uses_tools:
        return [item for message in turns(request) for item in _items(message)]
    return [{"role": each.role.value, "content": _content(each)} for each in turns(request)]


def _items(message: Message) -> Iterable[dict[str, Any]]:
    if message.role is Role.TOOL:
        yield {
            "type": "function_call_output",
            "call_id": message.tool_call_id,
            "output": message.content,
        }
        return
    if message.content.strip() or message.attachments:
        yield {"role": message.role.value, "content": _content(message)}
    for call in message.tool_calls:
        yield {
            "type": "function_call",
            "call_id": call.id,
            "name": call.name,
            "arguments": call.arguments,
        }


def _content(message: Message) -> str | list[dict[str, Any]]:
    if not message.attachments:
        return message.content
    parts: list[dict[str, Any]] = [
        {"type": "input_image", "image_url": data_url(image)} for image in message.attachments
    ]
    if message.content.strip():
        parts.append({"type": "input_text", "text": message.content})
    return parts
