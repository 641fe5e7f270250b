"""Anthropic's Messages API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from providers.adapters import stainless
from providers.adapters.adapter import HttpAdapter
from providers.adapters.anthropic_blocks import Blocks, tools_asked, turns_asked
from providers.adapters.conversation import system_prompt
from providers.adapters.fields import Fields, text_of
from providers.adapters.http import open_client
from providers.adapters.steps import Signal, Step, Steps
from providers.errors import ProviderError
from providers.events import FinishKind, ReasoningDelta, StreamFinished, TextDelta, UsageReported
from providers.messages import ChatRequest
from providers.usage import Usage

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

_PATH = "/v1/messages"
DEFAULT_MAX_TOKENS = 8_192
"""The API requires a ceiling; every current model allows this one."""

_FINISH: Mapping[str, FinishKind] = {
    "end_turn": FinishKind.STOP,
    "stop_sequence": FinishKind.STOP,
    "max_tokens": FinishKind.LENGTH,
    "model_context_window_exceeded": FinishKind.LENGTH,
    "tool_use": FinishKind.TOOL_CALLS,
    "refusal": FinishKind.REFUSAL,
}


class AnthropicAdapter(HttpAdapter["AsyncAnthropic"]):
    """Speaks ``POST /v1/messages``."""

    def foreign(self) -> tuple[type[Exception], ...]:
        """Return the SDK's and httpx2's exceptions."""
        import anthropic
        import httpx2

        return stainless.foreign(anthropic, httpx2)

    def translate(self, error: Exception) -> ProviderError:
        """Return the typed error for one of ``foreign``."""
        import anthropic
        import httpx2

        return stainless.translate(error, anthropic, httpx2)

    def _import(self) -> None:
        import anthropic.resources.messages  # noqa: F401  (so that the first call finds it loaded)

    def _open(self) -> AsyncAnthropic:
        import anthropic
        import httpx2

        return anthropic.AsyncAnthropic(
            api_key=self.key,
            base_url=self._config.base_url,
            max_retries=0,
            timeout=None,
            http_client=open_client(httpx2, self._timeouts),
        )

    async def _close(self, client: AsyncAnthropic) -> None:
        await client.close()

    async def _list(self, client: AsyncAnthropic) -> Sequence[str]:
        page = await client.models.list(limit=1000)
        return [model.id for model in page.data]

    async def _steps(self, client: AsyncAnthropic, request: ChatRequest) -> Steps:
        import anthropic
        import httpx2

        caller = stainless.Caller(client, anthropic, httpx2)
        body, answer = self._body(request), MessageEvents()
        if not request.streamed:
            message = await caller.ask(_PATH, body, {})
            for step in (*caller.told(), *answer.whole(message)):
                yield step
            return
        async with await caller.open(_PATH, body, {}) as stream:
            for quota in caller.told():
                yield quota
            async for event in stream:
                yield answer.read(event)

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._model(request),
            "messages": turns_asked(request),
            "max_tokens": self._max_tokens(request) or DEFAULT_MAX_TOKENS,
        }
        if request.streamed:
            body["stream"] = True
        if (system := system_prompt(request)) is not None:
            body["system"] = system
        if (temperature := self._temperature(request)) is not None:
            # Gone from the SDK's signature, since newer models refuse it; older ones still take it.
            body["temperature"] = temperature
        if request.uses_tools:
            body.update(tools_asked(request))
        return body


class MessageEvents:
    """Turns the events of one message into steps."""

    def __init__(self) -> None:
        self._blocks = Blocks()
        self._usage: Usage | None = None
        self._stop_reason = ""
        self._model = ""

    def read(self, event: Fields) -> Step:
        """Return what ``event`` says."""
        match event["type"]:
            case "message_start":
                message = event["message"]
                self._model = text_of(message, "model")
                return self._count(message.get("usage") or {})
            case "content_block_delta":
                return self._blocks.grow(event["delta"])
            case "content_block_start":
                self._blocks.start(event["content_block"])
            case "content_block_stop":
                return self._blocks.stop() or Signal.ALIVE
            case "message_delta":
                self._stop_reason = text_of(event["delta"], "stop_reason") or self._stop_reason
                return self._count(event.get("usage") or {})
            case "message_stop" if self._stop_reason:
                return self._finished()
        return Signal.ALIVE

    def whole(self, message: Fields) -> Iterator[Step]:
        """Yield what a message that came at once says; no end when it gives no stop reason."""
        blocks = message.get("content") or ()
        if thought := "".join(text_of(block, "thinking") for block in blocks):
            yield ReasoningDelta(thought)
        if text := "".join(text_of(block, "text") for block in blocks):
            yield TextDelta(text)
        for block in blocks:
            self._blocks.start(block)
            if call := self._blocks.stop():
                yield call
        self._model = text_of(message, "model")
        self._stop_reason = text_of(message, "stop_reason")
        if usage := message.get("usage"):
            yield self._count(usage)
        if self._stop_reason:
            yield self._finished()

    def _finished(self) -> StreamFinished:
        return StreamFinished(
            kind=_FINISH.get(self._stop_reason, FinishKind.OTHER),
            raw_reason=self._stop_reason,
            usage=self._usage,
            response_model=self._model or None,
        )

    def _count(self, usage: Fields) -> UsageReported:
        """Take over usage: what a later event leaves out stays as an earlier one told it."""
        before = self._usage or Usage(0, 0)
        fresh = before.input_tokens - before.cached_tokens - before.cache_write_tokens
        cached = _told(usage, "cache_read_input_tokens", before.cached_tokens)
        written = _told(usage, "cache_creation_input_tokens", before.cache_write_tokens)
        self._usage = Usage(
            input_tokens=_told(usage, "input_tokens", fresh) + cached + written,
            output_tokens=_told(usage, "output_tokens", before.output_tokens),
            cached_tokens=cached,
            cache_write_tokens=written,
        )
        return UsageReported(self._usage)


def _told(usage: Fields, name: str, before: int) -> int:
    value = usage.get(name)
    return value if isinstance(value, int) else before
