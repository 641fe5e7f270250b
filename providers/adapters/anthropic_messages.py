"""Anthropic's Messages API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from providers.adapters import stainless
from providers.adapters.adapter import HttpAdapter
from providers.adapters.conversation import system_prompt, turns
from providers.adapters.http import open_client
from providers.adapters.steps import Signal, Step, Steps
from providers.errors import ProviderError
from providers.events import FinishKind, ReasoningDelta, StreamFinished, TextDelta, UsageReported
from providers.messages import ChatRequest
from providers.usage import Usage

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic
    from anthropic.types import RawMessageStreamEvent

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
    """Speaks ``POST /v1/messages`` with streaming."""

    def foreign(self) -> tuple[type[Exception], ...]:
        """Return the SDK's and httpx2's exceptions."""
        import anthropic
        import httpx2

        return stainless.foreign(anthropic, httpx2)

    def translate(self, error: Exception, *, started: bool) -> ProviderError:
        """Return the typed error for one of ``foreign``."""
        import anthropic
        import httpx2

        return stainless.translate(error, anthropic, httpx2, started=started)

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
        events = MessageEvents()
        stream = await client.messages.create(**self._body(request))
        async with stream:
            yield Signal.OPENED
            async for event in stream:
                for step in events.read(event):
                    yield step

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [
                {"role": message.role.value, "content": message.content}
                for message in turns(request)
            ],
            "max_tokens": self._max_tokens(request) or DEFAULT_MAX_TOKENS,
            "stream": True,
        }
        if (system := system_prompt(request)) is not None:
            body["system"] = system
        if (temperature := self._temperature(request)) is not None:
            # Gone from the SDK's signature, since newer models refuse it; older ones still take it.
            body["extra_body"] = {"temperature": temperature}
        return body


class MessageEvents:
    """Turns the events of one message into steps."""

    def __init__(self) -> None:
        self._usage: Usage | None = None
        self._stop_reason: str | None = None
        self._model: str | None = None

    def read(self, event: RawMessageStreamEvent) -> Iterator[Step]:
        """Yield what ``event`` says."""
        match event.type:
            case "message_start":
                self._model = event.message.model
                yield from self._count(event.message.usage)
            case "content_block_delta" if event.delta.type == "text_delta":
                yield TextDelta(event.delta.text)
            case "content_block_delta" if event.delta.type == "thinking_delta":
                yield ReasoningDelta(event.delta.thinking)
            case "message_delta":
                self._stop_reason = event.delta.stop_reason or self._stop_reason
                yield from self._count(event.usage)
            case "message_stop" if self._stop_reason is not None:
                yield StreamFinished(
                    kind=_FINISH.get(self._stop_reason, FinishKind.OTHER),
                    raw_reason=self._stop_reason,
                    usage=self._usage,
                    response_model=self._model,
                )
            case _:
                yield Signal.ALIVE

    def _count(self, usage: Any) -> Iterator[Step]:
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
        yield UsageReported(self._usage)


def _told(usage: Any, name: str, before: int) -> int:
    value = getattr(usage, name, None)
    return value if isinstance(value, int) else before
