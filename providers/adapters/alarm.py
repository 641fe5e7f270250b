"""A timer for a wait that is entered many times."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self


class Alarm:
    """Interrupts a task's waits, as ``asyncio.timeout`` does, at a fraction of the cost for each.

    The timer stays where it is when the next wait may last longer, which is nearly always: it
    looks, when it rings, whether it is time. Between waits it disturbs nobody.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[object] | None = None
        self._cancels = 0
        self._until: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._rang = False

    def now(self) -> float:
        """Return the loop's time."""
        return self._loop.time()

    def set(self, until: float) -> None:
        """Let the running task wait no longer than ``until``, in the loop's time."""
        self._task = asyncio.current_task()
        self._cancels = self._task.cancelling() if self._task else 0
        self._until = until
        timer = self._timer
        if timer is None or until < timer.when():
            if timer is not None:
                timer.cancel()
            self._timer = self._loop.call_at(until, self._ring)

    def off(self) -> bool:
        """End the wait. True when the alarm interrupted it, and nobody else."""
        self._until = None
        if not self._rang:
            return False
        self._rang = False
        assert self._task is not None  # it was interrupted
        return self._task.uncancel() <= self._cancels

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _ring(self) -> None:
        self._timer = None
        if self._until is None or self._task is None:
            return
        if self._until > self._loop.time():
            self._timer = self._loop.call_at(self._until, self._ring)
            return
        self._rang = True
        self._task.cancel()
