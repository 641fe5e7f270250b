"""Asking one after the other until one answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from providers.billing.pricing import PriceBook
from providers.config import ProviderConfig
from providers.errors import AllProvidersFailed
from providers.events import (
    AttemptCancelled,
    AttemptFailed,
    Completed,
    RouterEvent,
    TextDelta,
    ToolCallMade,
)
from providers.routing.backups import Backups
from providers.routing.choice import Candidate
from providers.routing.progress import Walk
from providers.routing.walk import Asker

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class Chain:
    """The fallback chain: those who are asked, in order, the first one perhaps with a backup.

    Args:
        configs: the configuration of each candidate.
        asker: asks one of them.
        backups: asks two.
        prices: knows how much each takes in.
    """

    def __init__(
        self,
        configs: Mapping[tuple[str, str], ProviderConfig],
        asker: Asker,
        backups: Backups,
        prices: PriceBook,
    ) -> None:
        self._configs = configs
        self._asker = asker
        self._backups = backups
        self._prices = prices

    async def ask(self, order: Sequence[Candidate], walk: Walk) -> AsyncIterator[RouterEvent]:
        """Ask until one answers; the last event is ``Completed``.

        Args:
            order: whom to ask.
            walk: the request's way, which is kept up to date.

        Raises:
            AllProvidersFailed: nobody answered, and no answer was kept.
        """
        left = list(order)
        while left:
            candidate = left.pop(0)
            if self._too_small(candidate, walk):
                continue
            backup = self._backups.choose(candidate, left) if walk.position == 0 else None
            if backup is None:
                steps = self._asker.ask(candidate, left, walk)
            else:
                steps = self._backups.race(candidate, backup, left, walk)
            asked = cast("AsyncGenerator[RouterEvent]", steps)
            async with aclosing(asked):
                async for event in asked:
                    if isinstance(event, Completed):
                        yield _billed(event, walk)
                        return
                    yield event
                    if backup is not None:
                        _after_race(event, candidate, backup, left)
        kept = walk.best_kept()
        if kept is None:
            raise AllProvidersFailed(walk.failures)
        # Cut off, or poor, but nobody did better: half an answer is more than none.
        yield TextDelta(kept.text)
        for call in kept.tool_calls:
            yield ToolCallMade(call)
        yield kept

    def _too_small(self, candidate: Candidate, walk: Walk) -> bool:
        """Whether it takes no more than a model for which the request was too long."""
        if not walk.too_small:
            return False
        window = self._prices.context_window(self._configs[candidate.provider, candidate.model])
        return window is not None and window <= walk.too_small


def _after_race(
    event: RouterEvent, first: Candidate, backup: Candidate, left: list[Candidate]
) -> None:
    """Keep whom to ask next: of two that ran, who failed is done, who was stopped is not."""
    match event:
        case AttemptFailed(provider=name) if name == backup.provider and backup in left:
            left.remove(backup)
        case AttemptCancelled(provider=name) if name == first.provider:
            # Stopped for the other's sake: it may answer, should that one fail.
            left.insert(0, first)
        case _:
            pass


def _billed(done: Completed, walk: Walk) -> Completed:
    """Return the last event with the whole bill.

    It was made when its attempt ended; a call that lost to it may have been settled after that.
    """
    if done.total_cost == walk.spent:
        return done
    return replace(done, total_cost=walk.spent, cost_estimated=walk.estimated)
