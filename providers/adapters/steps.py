"""What flows from an SDK's stream to the watch: events, and signs of life without content."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from enum import Enum, auto

from providers.events import (
    ProviderEvent,
    ReasoningDelta,
    StreamFinished,
    TextDelta,
    ToolCallMade,
    UsageReported,
)


class Signal(Enum):
    """Progress that has nothing to show."""

    ALIVE = auto()
    """The provider said something about the answer, but no text: the first-token phase is over."""


Step = ProviderEvent | Signal
"""What an adapter's own generator yields."""

Steps = AsyncGenerator[Step, None]
"""An adapter's own generator."""


async def gathered(steps: Steps) -> Steps:
    """Wait for a stream to end, and yield what it said in one piece."""
    text, thought, usage, end = "", "", None, None
    calls: list[ToolCallMade] = []
    async with aclosing(steps):
        async for step in steps:
            match step:
                case TextDelta(more):
                    text += more
                case ReasoningDelta(more):
                    thought += more
                case ToolCallMade():
                    calls.append(step)
                case UsageReported():
                    usage = step
                case StreamFinished():
                    end = step
    if thought:
        yield ReasoningDelta(thought)
    if text:
        yield TextDelta(text)
    for call in calls:
        yield call
    if usage is not None:
        yield usage
    if end is not None:
        yield end
