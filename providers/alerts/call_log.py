"""The calls of this process, as they end: kept for a while, and told to whoever listens."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from providers.alerts.calls import CallRecord

KEPT = 10_000
"""So many calls are kept; with more, the costs of a month may lack its first ones."""


class CallLog:
    """Takes calls from any thread.

    Args:
        now: seconds since the epoch.
        keep: how many calls to keep.
    """

    def __init__(self, *, now: Callable[[], float] = time.time, keep: int = KEPT) -> None:
        self.now = now
        self._calls: deque[CallRecord] = deque(maxlen=keep)
        self._listeners: list[Callable[[CallRecord], None]] = []
        self._lock = threading.Lock()

    def add(self, call: CallRecord) -> None:
        """Keep ``call`` and tell everybody who listens."""
        with self._lock:
            self._calls.append(call)
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(call)

    @contextmanager
    def told(self, listener: Callable[[CallRecord], None]) -> Iterator[tuple[CallRecord, ...]]:
        """Tell ``listener`` of each call from now on, in the thread it ended in.

        Yields the calls so far, oldest first; none is missed or told twice.
        """
        with self._lock:
            self._listeners.append(listener)
            so_far = tuple(self._calls)
        try:
            yield so_far
        finally:
            with self._lock:
                self._listeners.remove(listener)
