"""What a router is handed: one request's wishes, and the parts it works with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from time import monotonic

from providers.backoff import Backoff
from providers.config import Strategy
from providers.estimate import TokenEstimator
from providers.health import HealthMonitor
from providers.ledger import InMemoryLedger, Ledger
from providers.pricing import PriceBook


def local_today() -> date:
    """Return the person's calendar day, on which daily limits are counted."""
    return datetime.now().astimezone().date()


@dataclass(frozen=True, slots=True)
class RouteOptions:
    """What one request asks for in place of the configured policy; None leaves it."""

    strategy: Strategy | None = None
    provider: str | None = None


@dataclass(slots=True)
class RouterParts:
    """What a router works with; every part can be replaced, which tests do.

    Args:
        clock: monotonic seconds.
        sleep: waits between retries.
        today: the person's calendar day.
    """

    ledger: Ledger = field(default_factory=InMemoryLedger)
    monitor: HealthMonitor = field(default_factory=HealthMonitor)
    prices: PriceBook = field(default_factory=PriceBook)
    estimator: TokenEstimator = field(default_factory=TokenEstimator)
    backoff: Backoff = field(default_factory=Backoff)
    clock: Callable[[], float] = monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    today: Callable[[], date] = local_today
