"""How many calls a provider has under way, and who waits for a free place.

First come, first served: whoever waits longest goes next, whatever thread or event loop it waits
in, and nobody who comes later slips in between.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from providers.errors import Busy


@dataclass(frozen=True, slots=True)
class Load:
    """Calls of one provider now.

    Args:
        active: under way.
        queued: waiting for a place.
        limit: how many may be under way, None for any number.
    """

    active: int = 0
    queued: int = 0
    limit: int | None = None

    @property
    def total(self) -> int:
        """Active and queued."""
        return self.active + self.queued


_NOBODY = Load()
_Waiter = tuple[asyncio.AbstractEventLoop, "asyncio.Future[None]"]


@dataclass(slots=True)
class _Gate:
    active: int = 0
    waiting: deque[_Waiter] = field(default_factory=deque)


class Turnstile:
    """Lets at most so many calls per provider pass at once. Safe across threads and loops.

    Args:
        limits: by provider; those without one are only counted.
    """

    def __init__(self, limits: Mapping[str, int] | None = None) -> None:
        self._limits = dict(limits or {})
        self._gates: dict[str, _Gate] = {}
        self._lock = threading.Lock()

    def set_limits(self, limits: Mapping[str, int]) -> None:
        """Replace the limits; calls under way are not touched."""
        with self._lock:
            self._limits = dict(limits)

    def load(self, name: str) -> Load:
        """Return what is going on at a provider."""
        gate, limit = self._gates.get(name), self._limits.get(name)
        if gate is None:
            return _NOBODY if limit is None else Load(limit=limit)
        return Load(gate.active, len(gate.waiting), limit)

    async def enter(self, name: str, *, patience: float) -> None:
        """Take a place, waiting for one if need be. ``leave`` gives it back.

        Args:
            name: the provider.
            patience: seconds to wait at most.

        Raises:
            Busy: no place became free in time.
        """
        waiter = self._take_or_queue(name)
        if waiter is None:
            return
        try:
            async with asyncio.timeout(patience):
                await waiter
        except TimeoutError:
            self._give_up(name, waiter)
            limit = self._limits.get(name)
            raise Busy(
                f"had {limit} calls under way for {patience:g} s, as many as it may",
                provider=name,
            ) from None
        except asyncio.CancelledError:
            self._give_up(name, waiter)
            raise

    def leave(self, name: str) -> None:
        """Give a place back, to whoever waits longest."""
        with self._lock:
            self._hand_on(name)

    def _take_or_queue(self, name: str) -> asyncio.Future[None] | None:
        with self._lock:
            gate = self._gates.setdefault(name, _Gate())
            limit = self._limits.get(name)
            if limit is None or (gate.active < limit and not gate.waiting):
                gate.active += 1
                return None
            loop = asyncio.get_running_loop()
            waiter = loop.create_future()
            gate.waiting.append((loop, waiter))
            return waiter

    def _give_up(self, name: str, waiter: asyncio.Future[None]) -> None:
        with self._lock:
            gate = self._gates[name]
            queued = next((entry for entry in gate.waiting if entry[1] is waiter), None)
            if queued is not None:
                gate.waiting.remove(queued)
            else:
                # The place was handed over just when it was no longer wanted: pass it on.
                self._hand_on(name)

    def _hand_on(self, name: str) -> None:
        gate = self._gates[name]
        while gate.waiting:
            loop, waiter = gate.waiting.popleft()
            if not loop.is_closed():
                loop.call_soon_threadsafe(_wake, waiter)
                return
        gate.active -= 1


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
