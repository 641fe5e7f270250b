"""An answer while it grows: the router's events, as chunks of a message."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from langchain_core.messages import AIMessageChunk

from providers.events import (
    AttemptCancelled,
    AttemptFailed,
    AttemptStarted,
    Completed,
    FinishKind,
    ReasoningDelta,
    RouteChosen,
    RouterEvent,
    StreamFinished,
    TextDelta,
    UsageReported,
)
from providers.langchain.answers import to_chunk, to_last_chunk
from providers.langchain.stops import StopScanner
from providers.learning.estimate import estimate_text
from providers.llm import interrupted
from providers.reply import Reply, build_reply
from providers.usage import Usage

Price = Callable[[str, str, Usage], Decimal | None]
"""Tells what a provider's model takes for a usage, in US dollars, None when that is unknown."""


class GrowingAnswer:
    """Makes chunks of events.

    LangChain cannot take back what it was given. So reasoning waits for the first text: as long as
    nothing was given, the next provider can answer instead of one that failed. Tool calls wait for
    the end, which is when they come anyway.

    Args:
        stops: sequences that end the answer, and are no part of it.
        restarts: whether nobody reads along, so that an answer that broke off is no loss.
        price: asked for the cost of a call that a stop sequence ended.
        clock: gives seconds.
    """

    def __init__(
        self,
        stops: Sequence[str],
        *,
        restarts: bool,
        price: Price,
        clock: Callable[[], float],
    ) -> None:
        self.reply: Reply | None = None
        """The whole answer; there is nothing more to read then."""
        self._stops = tuple(stops)
        self._restarts = restarts
        self._price = price
        self._clock = clock
        self._chosen: RouteChosen | None = None
        self._lost: list[AttemptFailed | AttemptCancelled] = []
        self._running: dict[int, tuple[AttemptStarted, float]] = {}
        self._reported: Usage | None = None
        self._begin_anew()

    def take(self, event: RouterEvent) -> Iterator[AIMessageChunk]:
        """Yield the chunks that ``event`` gives, most often none or one.

        Raises:
            StreamInterrupted: the answer broke off after some of it was given.
        """
        match event:
            case RouteChosen():
                self._chosen = event
            case AttemptStarted():
                self._running[event.position] = (event, self._clock())
            case AttemptCancelled():
                self._lose(event)
            case AttemptFailed():
                self._lose(event)
                if self._text and not self._restarts:
                    raise interrupted(event.error)
                self._begin_anew()
            case UsageReported():
                self._reported = event.usage
            case ReasoningDelta():
                self._reasoning += event.text
                self._waiting += event.text
                if self._text:
                    yield from self._give("")
            case TextDelta():
                yield from self._give(self._scanner.take(event.text))
                if self._scanner.found and self._running:
                    yield from self._end(self._stopped())
            case Completed():
                yield from self._complete(event)
            case _:
                pass

    def _begin_anew(self) -> None:
        self._scanner = StopScanner(self._stops)
        self._text = self._reasoning = self._waiting = ""
        self._reported = None

    def _lose(self, event: AttemptFailed | AttemptCancelled) -> None:
        self._lost.append(event)
        self._running.pop(event.position, None)

    def _give(self, text: str) -> Iterator[AIMessageChunk]:
        self._text += text
        if text or (self._waiting and self._text):
            yield to_chunk(text, self._waiting)
            self._waiting = ""

    def _complete(self, done: Completed) -> Iterator[AIMessageChunk]:
        yield from self._give(self._scanner.rest())
        if self._waiting:
            yield to_chunk("", self._waiting)
        if self._scanner.found:  # in an answer from the cache, which no call had to end
            finish = replace(done.finish, kind=FinishKind.STOP, raw_reason="stop_sequence")
            done = replace(done, text=self._text, finish=finish, tool_calls=())
        yield from self._end(done)

    def _end(self, done: Completed) -> Iterator[AIMessageChunk]:
        assert self._chosen is not None  # the first event
        self.reply = build_reply(self._chosen, self._lost, done)
        yield to_last_chunk(self.reply)

    def _stopped(self) -> Completed:
        """Return the end of a call that is left before its provider says what it took."""
        # Whoever speaks is the last one: a backup that spoke first had the other cancelled.
        attempt, began = list(self._running.values())[-1]
        usage = self._usage(attempt)
        cost = self._price(attempt.provider, attempt.model, usage)
        costs = [cost, *(event.cost for event in self._lost)]
        known = [each for each in costs if each is not None]
        return Completed(
            provider=attempt.provider,
            model=attempt.model,
            text=self._text,
            reasoning=self._reasoning,
            finish=StreamFinished(FinishKind.STOP, "stop_sequence", usage),
            usage=usage,
            cost=cost,
            total_cost=sum(known, Decimal(0)) if len(known) == len(costs) else None,
            latency=self._clock() - began,
            time_to_first_token=None,
            position=attempt.position,
            cost_estimated=True,
        )

    def _usage(self, attempt: AttemptStarted) -> Usage:
        said = estimate_text(self._text) + estimate_text(self._reasoning)
        told = self._reported or Usage(attempt.input_tokens, 0)
        return replace(told, output_tokens=max(told.output_tokens, said), estimated=True)
