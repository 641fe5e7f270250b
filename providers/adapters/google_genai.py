"""Google Gemini through google-genai."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

from providers.adapters.adapter import MALFORMED, HttpAdapter
from providers.adapters.conversation import system_prompt
from providers.adapters.google_parts import call_made, tools_asked, turns_asked
from providers.adapters.http import open_client, without_comments
from providers.adapters.steps import Signal, Step, Steps, gathered
from providers.adapters.tool_calls import calls_before
from providers.adapters.translate import from_answer, from_response, from_transport, malformed
from providers.errors import ProviderError
from providers.events import FinishKind, ReasoningDelta, StreamFinished, TextDelta, UsageReported
from providers.messages import ChatRequest
from providers.usage import Usage

if TYPE_CHECKING:
    from google.genai import Client
    from google.genai.types import GenerateContentResponse, Part
    from httpx2 import AsyncClient, Response

_FINISH: Mapping[str, FinishKind] = {
    "STOP": FinishKind.STOP,
    "MAX_TOKENS": FinishKind.LENGTH,
    **dict.fromkeys(
        ("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE"),
        FinishKind.CONTENT_FILTER,
    ),
}


_RESPONSES: ContextVar[list[Response] | None] = ContextVar("responses", default=None)
"""Where the call that is being opened wants its HTTP response noted."""


@contextmanager
def _noted(responses: list[Response]) -> Iterator[None]:
    """Collect the responses to the calls made inside."""
    token = _RESPONSES.set(responses)
    try:
        yield
    finally:
        _RESPONSES.reset(token)


def _note(response: Response) -> None:
    wanted = _RESPONSES.get()
    if wanted is not None:
        wanted.append(response)


class GeminiClient(NamedTuple):
    """The SDK's client, and the HTTP client under it."""

    sdk: Client
    http: AsyncClient


class GoogleAdapter(HttpAdapter[GeminiClient]):
    """Speaks ``streamGenerateContent`` and ``generateContent``."""

    def foreign(self) -> tuple[type[Exception], ...]:
        """Return the SDK's and httpx2's exceptions."""
        import httpx2
        from google.genai.errors import APIError

        return (APIError, httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, *MALFORMED)

    def translate(self, error: Exception) -> ProviderError:
        """Return the typed error for one of ``foreign``."""
        import httpx2
        from google.genai.errors import APIError

        if isinstance(error, APIError):
            headers = getattr(error.response, "headers", None) or {}
            # In a stream the code is the error's own, the HTTP status was 200.
            return from_response(error.code, error.details, headers)
        if isinstance(error, (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError)):
            return from_transport(error, httpx2)
        return malformed(error)

    def _import(self) -> None:
        import google.genai  # noqa: F401  (so that the first call finds it loaded)

    def _open(self) -> GeminiClient:
        import httpx2
        from google.genai import Client
        from google.genai.types import HttpOptions

        # Our own client keeps the SDK off aiohttp, off redirects (it would send the key along) and
        # off comment lines; its Vertex mode could be switched on by a variable and is ruled out.
        http = open_client(httpx2, self._timeouts, rewrite=without_comments, on_response=_note)
        options = HttpOptions(base_url=self._config.base_url, httpx_async_client=http)
        return GeminiClient(Client(vertexai=False, api_key=self.key, http_options=options), http)

    async def _close(self, client: GeminiClient) -> None:
        await client.sdk.aio.aclose()
        # The SDK leaves open a client it was given.
        await client.http.aclose()

    async def _list(self, client: GeminiClient) -> Sequence[str]:
        page = await client.sdk.aio.models.list(config={"page_size": 1000})
        return [
            (model.name or "").removeprefix("models/")
            for model in page.page
            if "generateContent" in (model.supported_actions or ("generateContent",))
        ]

    def _steps(self, client: GeminiClient, request: ChatRequest) -> Steps:
        if request.streamed:
            return self._stream(client, request)
        return gathered(self._whole(client, request))

    async def _stream(self, client: GeminiClient, request: ChatRequest) -> Steps:
        chunks = GeminiChunks(calls_before=calls_before(request))
        stream = await client.sdk.aio.models.generate_content_stream(**self._asked(request))
        # The SDK sends its requests only now (a model can ask for more than one, to go on), and
        # has no way to close the stream it returns.
        responses: list[Response] = []
        try:
            while True:
                with _noted(responses):
                    chunk = await anext(stream, None)
                if chunk is None:
                    break
                for step in chunks.read(chunk):
                    yield step
            if end := chunks.end():
                yield end
        finally:
            for response in responses:
                await response.aclose()

    async def _whole(self, client: GeminiClient, request: ChatRequest) -> Steps:
        chunks = GeminiChunks(calls_before=calls_before(request))
        responses: list[Response] = []
        with _noted(responses):
            answer = await client.sdk.aio.models.generate_content(**self._asked(request))
        for step in chunks.read(answer):
            yield step
        if end := chunks.end():
            yield end
            return
        # The SDK makes an answer of any JSON, an error object too.
        told = responses[-1].json()
        if told.get("error"):
            raise from_answer(told)

    def _asked(self, request: ChatRequest) -> dict[str, Any]:
        from google.genai.types import GenerateContentConfig

        settings: dict[str, Any] = {
            "system_instruction": system_prompt(request),
            "temperature": self._temperature(request),
            "max_output_tokens": self._max_tokens(request),
        }
        told = {name: value for name, value in settings.items() if value is not None}
        if request.tools:
            told |= tools_asked(request)
        model = self._model(request)
        return {
            "model": model,
            "contents": turns_asked(request, model),
            # The SDK looks at every field of a configuration, so that an empty one costs, too.
            "config": GenerateContentConfig(**told) if told else None,
        }


class GeminiChunks:
    """Turns chunks into steps; feed it each chunk, then ask for the end.

    Args:
        calls_before: tool calls made earlier in the conversation.
    """

    def __init__(self, *, calls_before: int = 0) -> None:
        self._calls_before = calls_before
        self._calls = 0
        self._finish_reason: str | None = None
        self._blocked = False
        self._usage: Usage | None = None
        self._model: str | None = None

    def read(self, chunk: GenerateContentResponse) -> list[Step]:
        """Return what ``chunk`` says."""
        steps: list[Step] = []
        self._model = chunk.model_version or self._model
        feedback = chunk.prompt_feedback
        if feedback is not None and feedback.block_reason is not None:
            self._blocked = True
            self._finish_reason = f"promptFeedback:{feedback.block_reason.value}"
        for candidate in (chunk.candidates or ())[:1]:
            for part in (candidate.content.parts if candidate.content else None) or ():
                steps += self._read_part(part)
            if candidate.finish_reason is not None:
                self._finish_reason = candidate.finish_reason.value
        usage = _usage_of(chunk)
        if usage is not None and usage != self._usage:
            self._usage = usage
            steps.append(UsageReported(usage))
        return steps or [Signal.ALIVE]

    def _read_part(self, part: Part) -> list[Step]:
        if part.text:
            return [ReasoningDelta(part.text) if part.thought else TextDelta(part.text)]
        if part.function_call is None:
            return []
        self._calls += 1
        return [call_made(part, part.function_call, self._calls_before + self._calls)]

    def end(self) -> StreamFinished | None:
        """Return the proof of a whole answer, or None when there was no finish reason."""
        if self._finish_reason is None:
            return None
        kind = _FINISH.get(self._finish_reason, FinishKind.OTHER)
        if kind is FinishKind.STOP and self._calls:
            kind = FinishKind.TOOL_CALLS  # for which this API has no word
        return StreamFinished(
            kind=FinishKind.CONTENT_FILTER if self._blocked else kind,
            raw_reason=self._finish_reason,
            usage=self._usage,
            response_model=self._model,
        )


def _usage_of(chunk: GenerateContentResponse) -> Usage | None:
    usage = chunk.usage_metadata
    if usage is None:
        return None
    thoughts = usage.thoughts_token_count or 0
    return Usage(
        # Tool results are billed as input but counted apart.
        input_tokens=(usage.prompt_token_count or 0) + (usage.tool_use_prompt_token_count or 0),
        output_tokens=(usage.candidates_token_count or 0) + thoughts,
        cached_tokens=usage.cached_content_token_count or 0,
        reasoning_tokens=thoughts,
    )
