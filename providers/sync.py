"""A bridge for callers without an event loop: one background loop, kept for all calls.

A loop per call would close the connections that the SDK clients keep, so that a second call
would meet a dead loop.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import aclosing
from queue import Queue
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

T = TypeVar("T")


class LoopThread:
    """An event loop in a daemon thread, started when it is first needed. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run ``work`` in the loop and return its result, or raise what it raised."""
        return asyncio.run_coroutine_threadsafe(work, self._started()).result()

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run ``work`` in the loop without waiting for it; cancelling the future stops it."""
        return asyncio.run_coroutine_threadsafe(work, self._started())

    def iterate(self, source: AsyncIterator[T]) -> Iterator[T]:
        """Yield what ``source`` yields. Closing the iterator closes the source."""
        # Unbounded for a slow reader, because the adapters bound the length of an answer.
        queue: Queue[tuple[T] | BaseException | None] = Queue()

        async def pump() -> None:
            async with aclosing(cast("AsyncGenerator[T]", source)):
                async for item in source:
                    queue.put((item,))

        def ended(task: Future[None]) -> None:
            queue.put(None if task.cancelled() else task.exception())

        future = asyncio.run_coroutine_threadsafe(pump(), self._started())
        future.add_done_callback(ended)
        try:
            while (item := queue.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item[0]
        finally:
            future.cancel()

    @property
    def running(self) -> bool:
        """Whether the loop was needed yet, and is there."""
        return self._loop is not None

    def close(self) -> None:
        """Stop the loop; a later call starts a new one."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None:
            loop.call_soon_threadsafe(loop.stop)

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(
                    target=self._loop.run_forever, name="telex-providers", daemon=True
                ).start()
            return self._loop
