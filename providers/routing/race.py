"""Hedging: a second call when the first is slow to begin. Who speaks first, answers.

The loser is stopped, and billed for what it generated. Its words are never shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from providers.events import (
    AttemptFailed,
    AttemptStarted,
    Completed,
    ReasoningDelta,
    RouterEvent,
    TextDelta,
    ToolCallMade,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable

_WORDS = (TextDelta, ReasoningDelta, ToolCallMade, Completed)
"""Whoever says one of these first has won."""
_Item = tuple["_Runner", RouterEvent | None]
"""An event of one of the two; None says that it has ended."""


@dataclass(eq=False, slots=True)
class _Runner:
    """One of the two calls, in a task of its own.

    Args:
        source: its events.
        queue: where both put what they have.
    """

    source: AsyncIterator[RouterEvent]
    queue: asyncio.Queue[_Item]
    task: asyncio.Task[None] = field(init=False)
    under_way: AttemptStarted | None = None
    ended: bool = False

    def __post_init__(self) -> None:
        self.task = asyncio.create_task(self._pump())

    async def _pump(self) -> None:
        try:
            async with aclosing(cast("AsyncGenerator[RouterEvent]", self.source)) as events:
                async for event in events:
                    self.queue.put_nowait((self, event))
        finally:
            self.queue.put_nowait((self, None))

    def note(self, event: RouterEvent) -> None:
        """Keep track of the call that is under way."""
        match event:
            case AttemptStarted():
                self.under_way = event
            case AttemptFailed() | Completed():
                self.under_way = None

    async def end(self) -> None:
        """Wait until it is settled, and raise what it raised."""
        self.ended = True
        await asyncio.wait([self.task])
        if not self.task.cancelled():
            self.task.result()

    async def stop(self) -> None:
        """Stop it."""
        self.task.cancel()
        await self.end()


async def race(
    first: AsyncIterator[RouterEvent],
    backup: Callable[[], AsyncIterator[RouterEvent]],
    *,
    after: Awaitable[None],
    stopped: Callable[[AttemptStarted], RouterEvent],
) -> AsyncIterator[RouterEvent]:
    """Yield the events of ``first``, or of ``backup`` where that one speaks first.

    Until one has spoken, events of both come through (attempts that start or fail); from then on
    only the winner's. When one fails before either has spoken the other goes on alone.

    Args:
        first: the events of the first call.
        backup: starts the second one.
        after: ends when it is time for the second one.
        stopped: makes the event that says a loser was stopped.
    """
    queue: asyncio.Queue[_Item] = asyncio.Queue()
    runners = [_Runner(first, queue)]
    alarm: asyncio.Future[None] = asyncio.ensure_future(after)
    winner: _Runner | None = None
    try:
        while not all(runner.ended for runner in runners):
            if len(runners) == 1 and winner is None:
                item = await _next_or_alarm(queue, alarm)
                if item is None:
                    runners.append(_Runner(backup(), queue))
                    continue
            else:
                item = await queue.get()
            runner, event = item
            if winner is not None and runner is not winner:
                continue  # said after it had lost
            if event is None:
                await runner.end()
                continue
            runner.note(event)
            if winner is None and isinstance(event, _WORDS):
                winner = runner
                for loser in [other for other in runners if other is not runner]:
                    await loser.stop()
                    if loser.under_way is not None:
                        yield stopped(loser.under_way)
            yield event
    finally:
        alarm.cancel()
        for runner in runners:
            await runner.stop()


async def _next_or_alarm(queue: asyncio.Queue[_Item], alarm: asyncio.Future[None]) -> _Item | None:
    """Return what comes next, or None when the alarm goes off first."""
    getting = asyncio.ensure_future(queue.get())
    try:
        both: set[asyncio.Future[Any]] = {getting, alarm}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        getting.cancel()
        raise
    if getting.done():
        return getting.result()
    getting.cancel()
    alarm.result()
    return None
