"""When a second provider is asked beside the first, and which."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, cast

from providers.errors import BudgetExceeded
from providers.events import AttemptCancelled, AttemptFailed, AttemptStarted, RouterEvent
from providers.hedging import Hedging
from providers.routing.choice import Candidate
from providers.routing.progress import Walk
from providers.routing.race import race as run_race
from providers.routing.router_parts import RouterParts
from providers.routing.walk import Asker

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class Backups:
    """Starts a second call when the first is slow to begin.

    Args:
        hedging: the person's wishes, None for none.
        asker: makes both calls.
        parts: whose health monitor knows what slow is.
    """

    def __init__(self, hedging: Hedging | None, asker: Asker, parts: RouterParts) -> None:
        self._hedging = hedging
        self._asker = asker
        self._parts = parts

    def choose(self, first: Candidate, rest: Sequence[Candidate]) -> Candidate | None:
        """Return whom to ask when ``first`` is slow to begin, None when nothing is hedged."""
        hedging = self._hedging
        if hedging is None or hedging.daily_cap <= 0 or self._delay(first) is None:
            return None
        others = (c for c in rest if c.provider != first.provider and not c.last_resort)
        return next(others, None)

    def _delay(self, first: Candidate) -> float | None:
        hedging = self._hedging
        health = self._parts.monitor.health(first.provider, first.model)
        slow = health.p95_time_to_first_token
        if hedging is None or slow is None or health.requests < hedging.min_samples:
            return None
        return max(slow, hedging.shortest_delay)

    def race(
        self, first: Candidate, backup: Candidate, rest: Sequence[Candidate], walk: Walk
    ) -> AsyncIterator[RouterEvent]:
        """Yield the events of the first call, or of the backup where that one speaks first.

        Args:
            first: whom to ask.
            backup: from ``choose``.
            rest: who would be asked next if the first fails.
            walk: the request's way so far.
        """
        delay = self._delay(first)
        assert delay is not None  # a backup was chosen because there is one

        # Should the backup win and fail, the first, which was stopped for it, is asked again.
        behind = (first, *(candidate for candidate in rest if candidate is not backup))

        async def second() -> AsyncIterator[RouterEvent]:
            asked = cast(
                "AsyncGenerator[RouterEvent]", self._asker.ask(backup, behind, walk, hedge=True)
            )
            async with aclosing(asked):
                async for event in asked:
                    refused = isinstance(event, AttemptFailed) and isinstance(
                        event.error, BudgetExceeded
                    )
                    # A used-up cap on hedging is no failure of anybody.
                    if not refused:
                        yield event

        def stopped(loser: AttemptStarted) -> RouterEvent:
            settled = walk.billed.get(loser.position)
            return AttemptCancelled(
                loser.position,
                loser.provider,
                loser.model,
                latency=settled.latency if settled else 0.0,
                cost=settled.cost if settled else None,
                attempt_id=loser.attempt_id,
            )

        return run_race(
            self._asker.ask(first, rest, walk),
            second,
            after=self._parts.sleep(delay),
            stopped=stopped,
        )
