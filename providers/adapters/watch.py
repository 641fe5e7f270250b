"""The one edge every answer crosses: timeouts, size limit, translation, proof of an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from providers.adapters.alarm import Alarm
from providers.adapters.redaction import redact
from providers.adapters.steps import Signal, Step, Steps
from providers.config import Timeouts
from providers.errors import ProviderError, StreamInterrupted, TimedOut
from providers.events import (
    ProviderEvent,
    QuotaReported,
    ReasoningDelta,
    StreamFinished,
    TextDelta,
    ToolCallMade,
    UsageReported,
)
from providers.messages import ChatRequest
from providers.usage import Usage

MAX_ANSWER_CHARACTERS = 8_000_000
"""Answer and reasoning together. Far beyond any model's output; a stream past it is broken."""

_TAIL_SECONDS = 0.2  # what follows the end is read only so that the connection can be used again


class Edge(Protocol):
    """What the watch asks of an adapter."""

    @property
    def name(self) -> str:
        """The configured name."""

    @property
    def model(self) -> str:
        """The configured model."""

    @property
    def key(self) -> str | None:
        """The key to keep out of messages, or None."""

    def foreign(self) -> tuple[type[Exception], ...]:
        """Return the exception types of the SDK and its HTTP library."""

    def translate(self, error: Exception) -> ProviderError:
        """Return the typed error for one of ``foreign``."""


class Watch:
    """Watches one answer.

    Args:
        edge: the adapter whose answer it is.
        timeouts: patience, phase by phase.
        request: what is asked.
    """

    def __init__(self, edge: Edge, timeouts: Timeouts, request: ChatRequest) -> None:
        self._edge = edge
        self._timeouts = timeouts
        self._streamed = request.streamed
        self._model = request.model
        self._text: list[str] = []
        self._characters = 0
        self._usage: Usage | None = None
        self._spoke = False
        self._opened = 0.0

    async def over(self, steps: Steps) -> AsyncGenerator[ProviderEvent, None]:
        """Yield the events of ``steps``, ending with exactly one ``StreamFinished``.

        Raises:
            ProviderError: with the text and usage so far; never an exception of the SDK's.
        """
        async with aclosing(steps):
            with Alarm() as alarm:
                self._opened = alarm.now()
                deadline = self._opened + self._timeouts.total
                while True:
                    step = await self._next(steps, alarm, deadline)
                    if step is None:
                        raise self._dress(
                            StreamInterrupted("the stream ended before the answer was finished")
                        )
                    if isinstance(step, QuotaReported):
                        yield step  # headers: it has not spoken yet
                        continue
                    self._spoke = True
                    if isinstance(step, Signal):
                        continue
                    self._note(step)
                    yield step
                    if isinstance(step, StreamFinished):
                        break
            if self._streamed:
                await self._drain(steps)

    async def _next(self, steps: Steps, alarm: Alarm, deadline: float) -> Step | None:
        phase, patience = self._phase()
        now = alarm.now()
        # Headers that say something do not begin the wait for the first word anew.
        until = now + patience if self._spoke else self._opened + patience
        if deadline < until:
            phase, until = "total", deadline
        alarm.set(max(now, until))
        try:
            return await anext(steps, None)
        except asyncio.CancelledError:
            if not alarm.off():
                raise
            error: ProviderError = TimedOut(
                f"nothing came for {patience:g} s ({phase})"
                if phase != "total"
                else f"the answer took longer than {self._timeouts.total:g} s",
                phase=phase,
            )
        except ProviderError as told:
            error = told
        except self._edge.foreign() as raised:
            error = self._edge.translate(raised)
        finally:
            alarm.off()
        # Raised out here, without the SDK's exception as cause: that one may quote the key.
        raise self._dress(error)

    def _phase(self) -> tuple[str, float]:
        if not self._streamed:
            return "plain", self._timeouts.plain
        if self._spoke:
            return "idle", self._timeouts.idle
        return "first_token", self._timeouts.first_token

    def _note(self, event: ProviderEvent) -> None:
        match event:
            case TextDelta(text):
                self._text.append(text)
                self._characters += len(text)
            case ReasoningDelta(text):
                self._characters += len(text)
            case ToolCallMade(call):
                self._characters += len(call.arguments)
            case UsageReported(usage):
                self._usage = usage
        if self._characters > MAX_ANSWER_CHARACTERS:
            raise self._dress(
                StreamInterrupted(f"the answer is longer than {MAX_ANSWER_CHARACTERS:,} characters")
            )

    def _dress(self, error: ProviderError) -> ProviderError:
        dress(error, self._edge, self._model)
        error.partial_text = "".join(self._text)[:MAX_ANSWER_CHARACTERS]
        error.usage = error.usage or self._usage
        return error

    async def _drain(self, steps: Steps) -> None:
        """Read to the end of the body; the answer is whole, so nothing here is an error."""
        try:
            async with asyncio.timeout(_TAIL_SECONDS):
                async for _ in steps:
                    pass
        except (TimeoutError, ProviderError):
            return
        except self._edge.foreign():
            return


def dress(error: ProviderError, edge: Edge, model: str | None = None) -> None:
    """Fill in who failed, and clean the message.

    Args:
        error: what is to be raised.
        edge: the adapter that was asked.
        model: the model that was asked, None for the configured one.
    """
    error.provider, error.model = edge.name, model or edge.model
    error.message = redact(error.message, edge.key)
    error.args = (error.message,)
