"""Who would answer a request, and what each candidate would cost and take. Nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from providers.config import Strategy
from providers.messages import ChatRequest
from providers.routing.options import RouteOptions
from providers.routing.prediction import Prediction

if TYPE_CHECKING:
    from providers.routing.ranking import Ranking
    from providers.routing.router import Router  # not needed to paint the first frame


@dataclass(frozen=True, slots=True)
class Outlook:
    """One decision, looked at before it is made.

    Args:
        strategy: what decides.
        reason: why the first is first, or why nobody can answer.
        asked: those who would be asked, in that order.
        others: everybody else, each with its reason.
        draws_an_arm: who answers is drawn when it is asked: the first is only one of them.
    """

    strategy: Strategy
    reason: str
    asked: Sequence[Prediction]
    others: Sequence[Prediction]
    draws_an_arm: bool = False

    @property
    def first(self) -> Prediction | None:
        """Who would answer, None when nobody can."""
        return self.asked[0] if self.asked else None


async def look_ahead_each(
    router: Router, request: ChatRequest, options: Sequence[RouteOptions]
) -> tuple[int, tuple[Outlook, ...]]:
    """Return the estimated tokens of ``request``, and what ``router`` would do for each wish.

    Args:
        router: decides.
        request: what would be sent.
        options: the wishes.

    Raises:
        DatabaseError: the ledger cannot say what the limits leave.
    """
    size, rankings = await router.rank_each(request, options)
    return size.tokens, tuple(
        _outlook(router, ranking, each) for ranking, each in zip(rankings, options, strict=True)
    )


async def look_ahead(router: Router, request: ChatRequest, options: RouteOptions) -> Outlook:
    """Return what ``router`` would do with ``request``.

    Args:
        router: decides.
        request: what would be sent.
        options: strategy or provider for this request alone.

    Raises:
        DatabaseError: the ledger cannot say what the limits leave.
    """
    _, (outlook,) = await look_ahead_each(router, request, (options,))
    return outlook


def _outlook(router: Router, ranking: Ranking, options: RouteOptions) -> Outlook:
    predictions = router.predictions(ranking)
    asked = len(ranking.order)
    return Outlook(
        strategy=router.strategy_of(options),
        reason=ranking.reason,
        asked=predictions[:asked],
        others=predictions[asked:],
        draws_an_arm=router.strategy_of(options) is Strategy.EXPERIMENT
        and ranking.policy.arm is None,
    )
