"""A desk that watches alerts over a real ledger, in a time of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC
from pathlib import Path

from app.alert_record import AlertDuty
from app.alerts import AlertDesk
from providers.alerts.call_log import CallLog
from providers.alerts.events import AlertEvent
from providers.alerts.numbers import AlertLimits
from providers.alerts.rules import DEFAULT_RULES, AlertRule
from providers.billing.ledger import AttemptOutcome
from storage.ledger import SqliteLedger
from storage.reader import Reader
from tests.core.alerts import call
from tests.storage.conftest import FakeClock
from tests.storage.helpers import result, start

NEVER = 5.0
"""Seconds until a test gives up on something that happens at once."""
DOWN = DEFAULT_RULES[2]


class Office:
    """A ledger, a desk over it, and a clock for both."""

    def __init__(self, path: Path, *rules: AlertRule) -> None:
        self.clock = FakeClock()
        self.log = CallLog(now=self._now)
        self.path = path
        self.ledger = SqliteLedger(path, clock=self.clock)
        self.reader = Reader(path)
        self.duty = AlertDuty(rules or DEFAULT_RULES, AlertLimits(), UTC)
        self.told: list[AlertEvent] = []
        self.complaints: list[str] = []
        self.slept: asyncio.Queue[float] = asyncio.Queue()
        self.morning = asyncio.Event()
        self._work: asyncio.Task[None] | None = None

    def _now(self) -> float:
        return self.clock.now.timestamp()

    async def begin(self) -> AlertDesk:
        """Watch, and wait until the desk has caught up."""
        desk = AlertDesk(
            self.ledger,
            self.reader,
            self.log,
            self.duty,
            tell=self._tell,
            complain=lambda error: self.complaints.append(str(error)),
            sleep=self._sleep,
        )
        self._work = asyncio.create_task(desk.run())
        await self.eventually(lambda: desk.judged_until == self._now())
        return desk

    async def end(self) -> None:
        """Leave, as a process that ends."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
            self._work = None

    async def close(self) -> None:
        await self.end()
        self.reader.close()
        await self.ledger.aclose()

    async def call(self, *, good: bool, provider: str = "groq") -> None:
        """Make a call that takes no time, and let the desk know."""
        attempt = await self.ledger.start_attempt(
            start(provider=provider, day=self.clock.now.date())
        )
        outcome = AttemptOutcome.OK if good else AttemptOutcome.FAILED
        await self.ledger.finish_attempt(attempt, result(outcome, latency=0.0))
        self.log.add(call(0.0))

    async def events(self, count: int) -> list[AlertEvent]:
        """Wait until so many things were told."""
        await self.eventually(lambda: len(self.told) >= count)
        return self.told

    async def eventually(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(NEVER):
            while not condition():  # noqa: ASYNC110  # database threads are at work
                await asyncio.sleep(0.001)

    def _tell(self, events: Sequence[AlertEvent]) -> None:
        self.told += events

    async def _sleep(self, seconds: float) -> None:
        self.slept.put_nowait(seconds)
        await self.morning.wait()
        self.morning.clear()
        self.clock.advance(seconds=seconds)
