"""Asking each provider from time to time whether it is there, at no token cost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import random
from time import monotonic

from providers.base import Provider
from providers.errors import ProviderError
from providers.learning.health import HealthMonitor

INTERVAL = 60.0
"""Seconds between two rounds of checks, on average."""
IDLE_AFTER = 300.0
"""Seconds without a request after which checks pause: nobody is there to profit from them."""
_JITTER = 0.2


class Status(StrEnum):
    """What a check says."""

    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    NO_KEY = "no_key"


@dataclass(frozen=True, slots=True)
class Check:
    """How one check went.

    Args:
        error: why it failed, None otherwise.
        latency: seconds it took.
        models: how many models were listed.
    """

    status: Status
    error: ProviderError | None = None
    latency: float = 0.0
    models: int = 0


async def check(
    name: str,
    provider: Provider,
    monitor: HealthMonitor,
    clock: Callable[[], float] = monotonic,
) -> Check:
    """List a provider's models, tell the monitor how it went, and return that.

    Args:
        name: the provider's.
        provider: its adapter.
        monitor: is told.
        clock: monotonic seconds.
    """
    started = clock()
    try:
        models = await provider.list_models()
    except ProviderError as error:
        monitor.note_check(name, error, clock() - started)
        return Check(Status.UNHEALTHY, error, clock() - started)
    monitor.note_check(name, None, clock() - started)
    return Check(Status.HEALTHY, None, clock() - started, len(models))


@dataclass(frozen=True, slots=True)
class HealthWatch:
    """Checks every provider again and again, while there are requests.

    Args:
        providers: the adapters, read each time, because keys change.
        monitor: is told what came out.
        last_used: when the last request began, None before the first one.
        clock: monotonic seconds.
        sleep: waits.
        random: draws from [0, 1), so that many processes do not ask in step.
    """

    providers: Callable[[], Mapping[str, Provider]]
    monitor: HealthMonitor
    last_used: Callable[[], float | None]
    clock: Callable[[], float] = monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random

    async def run(self, *, interval: float = INTERVAL, idle_after: float = IDLE_AFTER) -> None:
        """Check for ever; cancel it to stop.

        Args:
            interval: seconds between two rounds, on average.
            idle_after: seconds without a request after which there are no checks.
        """
        while True:
            await self.sleep(interval * (1.0 - _JITTER + 2.0 * _JITTER * self.random()))
            used = self.last_used()
            if used is None or self.clock() - used > idle_after:
                continue
            await asyncio.gather(
                *(
                    check(name, provider, self.monitor, self.clock)
                    for name, provider in self.providers().items()
                )
            )
