"""What a batch may cost: lines begin only as long as all that are under way would fit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal

from providers.batch.lines import BatchStopped
from providers.billing.money import format_usd


class BatchBudget:
    """Lets lines begin.

    It reckons with what lines are expected to cost at most (the high end of the prediction, see
    ``Prediction.cost``), so the last ones may overshoot it by what a prediction can be wrong. The
    limits in the configuration are exact: each call's worst case is reserved before it is made.

    Args:
        dollars: US dollars, None lets all begin.
        spent: what was spent so far, failed attempts included.
    """

    def __init__(self, dollars: Decimal | None, spent: Callable[[], Decimal]) -> None:
        self._dollars = dollars
        self._spent = spent
        self._expected: list[Decimal] = []
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def room(self, expected: Decimal) -> AsyncIterator[None]:
        """Wait until a line fits beside those under way, and keep its place while it runs.

        Raises:
            BatchStopped: it would not fit even when all of those have ended.
        """
        async with self._changed:
            while not self._fits(expected):
                if not self._expected:
                    raise BatchStopped(
                        f"the batch may cost {format_usd(self._dollars)} and has spent"
                        f" {format_usd(self._spent())}; the next line is expected to cost up to"
                        f" {format_usd(expected)}"
                    )
                await self._changed.wait()
            self._expected.append(expected)
        try:
            yield
        finally:
            async with self._changed:
                self._expected.remove(expected)
                self._changed.notify_all()

    def _fits(self, expected: Decimal) -> bool:
        if self._dollars is None:
            return True
        return self._spent() + sum(self._expected) + expected <= self._dollars
