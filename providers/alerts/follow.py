"""A watch that follows calls as they end, without looking at a clock again and again."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Literal

from providers.alerts.call_log import CallLog
from providers.alerts.calls import CallRecord
from providers.alerts.events import AlertEvent
from providers.alerts.watch import AlertWatch

Sleep = Callable[[float], Awaitable[None]]
"""Waits for so many seconds."""


async def follow(
    log: CallLog,
    watch: AlertWatch,
    on_alert: Callable[[AlertEvent], None],
    *,
    sleep: Sleep = asyncio.sleep,
) -> None:
    """Tell ``on_alert`` of each alert that fires or clears; cancel it to stop.

    Args:
        log: the calls, those that ended already too.
        watch: a new one.
        on_alert: called in this event loop, in order.
        sleep: waits for what no call brings about.
    """
    news: deque[CallRecord] = deque()
    wake = Wake()

    def heard(call: CallRecord) -> None:
        news.append(call)
        wake.set()

    with log.told(heard) as so_far:
        news.extend(so_far)
        while True:
            while news:
                watch.record(news.popleft())
            for event in watch.advance(log.now()):
                on_alert(event)
            at = watch.next_change()
            await wake.wait(None if at is None else at - log.now(), sleep)


class Wake:
    """Wakes one task of the event loop it was made in, from whatever thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    def set(self) -> None:
        """Wake whoever waits, or will wait next."""
        # A loop that was closed has nobody left to wake.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self, seconds: float | None, sleep: Sleep) -> None:
        """Wait to be woken, but no longer than ``seconds``; None waits for ever."""
        waiting = [asyncio.ensure_future(self._event.wait())]
        if seconds is not None:
            waiting.append(asyncio.ensure_future(_slept(max(0.0, seconds), sleep)))
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        self._event.clear()


async def _slept(seconds: float, sleep: Sleep) -> Literal[True]:
    await sleep(seconds)
    return True
