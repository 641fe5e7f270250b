"""Who should answer: pure functions from candidates to an order with reasons.

Nothing here knows a clock, a network or a ledger. The numbers come in with the candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from providers.config import Strategy
from providers.events import CandidateView
from providers.routing.choice import Candidate, Policy
from providers.routing.reasons import Views, nobody, reason_of


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order to ask in, and the words that go with it.

    Args:
        order: usable candidates, first choice first; empty when nobody can answer.
        reason: why the first is first.
        views: every candidate with its own reason: those of ``order``, those who could answer but
            are not in the chain, and those passed over.
        policy: what the order goes by.
        free_in: seconds until the first of those that are only cooling down or being probed may
            be asked, None when there is none.
        over_budget: nobody can answer, and of somebody only a cost limit is the cause.
    """

    order: tuple[Candidate, ...]
    reason: str
    views: Sequence[CandidateView]
    policy: Policy
    free_in: float | None = None
    over_budget: bool = False


_SortKey = tuple[object, ...]


def rank(candidates: Sequence[Candidate], policy: Policy) -> Ranking:
    """Order ``candidates`` by ``policy``. The order they come in does not matter.

    The first is chosen by the strategy among the usable ones, last resorts only when nothing
    else is usable; the rest follow in the configured fallback order, or as ranked.
    """
    favourite = policy.favourite
    if policy.favourite_only and favourite is not None:
        candidates = [candidate for candidate in candidates if favourite.is_(candidate)]
    usable = [candidate for candidate in candidates if candidate.blocked is None]
    ranked = sorted(usable, key=_sort_key(policy))
    order = _chain(ranked, policy)
    passed_over = [candidate for candidate in candidates if candidate.blocked is not None]
    passed_over.sort(key=lambda candidate: (candidate.provider, candidate.model))
    reason = reason_of(order, ranked, passed_over, policy) if order else nobody(passed_over)
    spared = [] if len(order) == len(ranked) else [c for c in ranked if c not in order]
    waits = [candidate.free_in for candidate in passed_over if candidate.free_in is not None]
    views = Views((*order, *spared, *passed_over), policy)
    over_budget = not order and any(each.shortage is not None for each in passed_over)
    return Ranking(order, reason, views, policy, min(waits, default=None), over_budget)


def _sort_key(policy: Policy) -> Callable[[Candidate], _SortKey]:
    merit = _MERITS[policy.strategy]
    favourites = policy.favourites

    def key(candidate: Candidate) -> _SortKey:
        place = next((n for n, each in enumerate(favourites) if each.is_(candidate)), None)
        last = candidate.last_resort
        if place is not None and favourites[place].outranks_last_resort:
            last = False
        wanted = len(favourites) if place is None else place
        ties = (candidate.provider != policy.primary, candidate.provider, candidate.model)
        return (last, wanted, candidate.strained, *merit(candidate), *ties)

    return key


# Each yardstick: smaller comes first. An unknown cost is never the cheapest.


def _by_cost(candidate: Candidate) -> _SortKey:
    cost = candidate.predicted_cost
    return (cost is None, cost or Decimal(0), candidate.predicted_latency)


def _by_latency(candidate: Candidate) -> _SortKey:
    score = candidate.latency_score
    return (candidate.predicted_latency if score is None else score, *_by_cost(candidate))


def _by_quality(candidate: Candidate) -> _SortKey:
    return (-candidate.quality, *_by_cost(candidate))


def _by_load(candidate: Candidate) -> _SortKey:
    return (candidate.active + candidate.queued, candidate.recent)


def _by_utility(candidate: Candidate) -> _SortKey:
    return (-candidate.utility, *_by_cost(candidate))


_MERITS: dict[Strategy, Callable[[Candidate], _SortKey]] = {
    Strategy.COST: _by_cost,
    Strategy.LATENCY: _by_latency,
    Strategy.QUALITY: _by_quality,
    Strategy.BALANCED: _by_load,
    Strategy.ADAPTIVE: _by_utility,
    Strategy.MANUAL: _by_quality,
}


def _chain(ranked: list[Candidate], policy: Policy) -> tuple[Candidate, ...]:
    if not ranked:
        return ()
    first, rest = ranked[0], ranked[1:]
    if not policy.enable_fallback:
        return (first,)
    if policy.fallback_order:
        place = {name: index for index, name in enumerate(policy.fallback_order)}
        # Who was listed for this kind of question comes before who is listed for all.
        listed = [c for c in rest if any(each.is_(c) for each in policy.then)]
        rest = [c for c in rest if c not in listed and (c.provider in place or c.last_resort)]
        rest.sort(key=lambda c: place.get(c.provider, len(place)))
        rest = [*listed, *rest]
    return (first, *rest)
