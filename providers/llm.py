"""What users of the library hold in their hands: an LLM to call."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast, overload

from providers.base import ModelInfo
from providers.errors import AllProvidersFailed, ProviderError, StreamInterrupted, Unavailable
from providers.events import (
    AttemptCancelled,
    AttemptFailed,
    Completed,
    ProviderEvent,
    ReasoningDelta,
    RouteChosen,
    RouterEvent,
    TextDelta,
    ToolCallMade,
    UsageReported,
)
from providers.messages import AttachmentKind, ChatRequest
from providers.reply import Prompt, Reply, build_reply, to_request
from providers.routing.options import RouteOptions
from providers.routing.prediction import Prediction
from providers.routing.router import Router
from providers.sync import LoopThread

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@dataclass(frozen=True, slots=True)
class Restart:
    """In a stream with ``restarts=True``: forget the text so far, another answer begins.

    Args:
        provider, model: who broke off.
        error: why.
        partial_text: what it had said.
    """

    provider: str
    model: str
    error: ProviderError
    partial_text: str


class LLM:
    """Asks one provider or, by the routing strategy, the best of many.

    It is itself a ``Provider``, so that it can stand wherever one can. Safe to use from many
    threads and tasks at once.

    Args:
        router: does the work.
        loop: serves the calls that are not async.
        options: strategy or provider to insist on.
    """

    def __init__(self, router: Router, loop: LoopThread, options: RouteOptions) -> None:
        self._router = router
        self._loop = loop
        self._options = options

    def invoke(self, prompt: Prompt, **settings: Any) -> Reply:
        """Answer ``prompt``; see ``ainvoke``."""
        return self._loop.run(self.ainvoke(prompt, **settings))

    async def ainvoke(self, prompt: Prompt, **settings: Any) -> Reply:
        """Answer ``prompt``.

        Args:
            prompt: a question or a conversation.
            settings: ``system``, ``temperature``, ``max_tokens``, ``tools`` and ``tool_choice`` of
                ``ChatRequest``.

        Raises:
            AllProvidersFailed: lists every attempt and why it failed.
            ValueError: a message has a role that does not exist, or ``tool_choice`` names no tool.
        """
        # What nobody watches grow is cheaper to receive whole; a hedge needs the first token.
        streamed = self._router.config.hedging is not None
        request = to_request(prompt, streamed=streamed, **settings)
        chosen: RouteChosen | None = None
        done: Completed | None = None
        lost: list[AttemptFailed | AttemptCancelled] = []
        async for event in self._router.stream(request, self._options):
            match event:
                case RouteChosen():
                    chosen = event
                case AttemptFailed() | AttemptCancelled():
                    lost.append(event)
                case Completed():
                    done = event
                case _:
                    pass
        assert chosen is not None  # the first event
        assert done is not None  # the last one; without an answer the router raises
        return build_reply(chosen, lost, done)

    @overload
    def stream(
        self, prompt: Prompt, *, restarts: Literal[False] = False, **settings: Any
    ) -> Iterator[str]: ...
    @overload
    def stream(
        self, prompt: Prompt, *, restarts: Literal[True], **settings: Any
    ) -> Iterator[str | Restart]: ...
    def stream(
        self, prompt: Prompt, *, restarts: bool = False, **settings: Any
    ) -> Iterator[str] | Iterator[str | Restart]:
        """Yield the answer in pieces; see ``astream``."""
        return self._loop.iterate(self._pieces(prompt, restarts, settings))

    @overload
    def astream(
        self, prompt: Prompt, *, restarts: Literal[False] = False, **settings: Any
    ) -> AsyncIterator[str]: ...
    @overload
    def astream(
        self, prompt: Prompt, *, restarts: Literal[True], **settings: Any
    ) -> AsyncIterator[str | Restart]: ...
    def astream(
        self, prompt: Prompt, *, restarts: bool = False, **settings: Any
    ) -> AsyncIterator[str] | AsyncIterator[str | Restart]:
        """Yield the answer's text in pieces; what calls tools, ``aevents`` and ``ainvoke`` tell.

        Args:
            prompt: a question or a conversation.
            restarts: when an answer breaks off after text was yielded, yield a ``Restart`` and
                then another provider's answer from the start, instead of raising.
            settings: ``system``, ``temperature``, ``max_tokens``, ``tools`` and ``tool_choice`` of
                ``ChatRequest``.

        Raises:
            StreamInterrupted: it broke after text was yielded; ``partial_text`` holds that. The
                answer of another provider is never spliced onto it.
            AllProvidersFailed: it failed before, or everywhere.
            ValueError: a message has a role that does not exist, or ``tool_choice`` names no tool.
        """
        return self._pieces(prompt, restarts, settings)

    async def aevents(self, prompt: Prompt, **settings: Any) -> AsyncIterator[RouterEvent]:
        """Yield everything that happens: the route, attempts, text, failures, the bill.

        Args:
            prompt: a question or a conversation.
            settings: ``system``, ``temperature``, ``max_tokens``, ``tools`` and ``tool_choice`` of
                ``ChatRequest``.

        Raises:
            AllProvidersFailed: lists every attempt and why it failed.
        """
        events = self._events(to_request(prompt, **settings), self._options)
        async with aclosing(events):
            async for event in events:
                yield event

    def events(self, prompt: Prompt, **settings: Any) -> Iterator[RouterEvent]:
        """Yield everything that happens; see ``aevents``. Closing the iterator ends the call."""
        return self._loop.iterate(self.aevents(prompt, **settings))

    def with_options(self, **changes: Any) -> LLM:
        """Return an LLM of the same router that insists on more, or on something else.

        Args:
            changes: fields of ``RouteOptions``.
        """
        return LLM(self._router, self._loop, replace(self._options, **changes))

    def predict(self, prompt: Prompt, **settings: Any) -> Sequence[Prediction]:
        """Return cost, latency and quality to expect, by candidate; see ``apredict``."""
        return self._loop.run(self.apredict(prompt, **settings))

    async def apredict(self, prompt: Prompt, **settings: Any) -> Sequence[Prediction]:
        """Return every candidate's numbers for ``prompt``, first choice first. Nothing is sent."""
        return await self._router.predict(to_request(prompt, **settings), self._options)

    # What makes it a Provider

    @property
    def name(self) -> str:
        """The named provider, or the strategy that picks one."""
        return self._options.provider or self._router.strategy_of(self._options).value

    @property
    def model(self) -> str:
        """The named provider's model; empty where the strategy picks one."""
        if self._options.provider is None:
            return ""
        names = {config.name: config.model for config in self._router.config}
        return self._options.model or names[self._options.provider]

    @property
    def accepts(self) -> frozenset[AttachmentKind]:
        """The kinds of attachments that any of the providers takes."""
        return self._router.accepts(self._options.provider)

    async def respond(self, request: ChatRequest) -> AsyncIterator[ProviderEvent]:
        """Yield the answer's events; see ``Provider.respond``.

        Raises:
            StreamInterrupted: it broke after text or a tool call was yielded.
            Unavailable: nobody answered; the message lists every attempt.
        """
        events = self._events(request, replace(self._options, restarts=False))
        called = False
        try:
            async with aclosing(events):
                async for event in events:
                    match event:
                        case TextDelta() | ReasoningDelta() | UsageReported():
                            yield event
                        case ToolCallMade():
                            called = True
                            yield event
                        case AttemptFailed(error=error) if error.partial_text or called:
                            raise interrupted(error)
                        case Completed():
                            yield replace(event.finish, usage=event.usage)
                        case _:
                            pass
        except AllProvidersFailed as error:
            raise Unavailable(str(error), provider=self.name, model=self.model) from error

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return the models of all the providers that may answer.

        Raises:
            ProviderError: one of them did not answer.
        """
        return await self._router.list_models(self._options.provider)

    def warm_up(self) -> None:
        """Import what the first call needs. Slow; meant for a background thread."""
        self._router.warm_up(self._options.provider)

    async def aclose(self) -> None:
        """Close connections of the running event loop. Safe to call twice."""
        await self._router.aclose()

    async def _pieces(
        self, prompt: Prompt, restarts: bool, settings: dict[str, Any]
    ) -> AsyncIterator[Any]:
        options = replace(self._options, restarts=restarts)
        events = self._events(to_request(prompt, **settings), options)
        async with aclosing(events):
            async for event in events:
                if isinstance(event, TextDelta):
                    yield event.text
                elif isinstance(event, AttemptFailed) and event.error.partial_text:
                    error = event.error
                    if not restarts:
                        raise interrupted(error)
                    yield Restart(event.provider, event.model, error, error.partial_text)

    def _events(self, request: ChatRequest, options: RouteOptions) -> AsyncGenerator[RouterEvent]:
        return cast("AsyncGenerator[RouterEvent]", self._router.stream(request, options))


def interrupted(error: ProviderError) -> StreamInterrupted:
    """Return what tells a reader who cannot begin anew that the answer was lost half-way."""
    broken = StreamInterrupted(
        error.message,
        provider=error.provider,
        model=error.model,
        status=error.status,
        partial_text=error.partial_text,
        usage=error.usage,
    )
    broken.__cause__ = error
    return broken
