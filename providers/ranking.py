"""Who should answer: pure functions from candidates to an order with reasons.

Nothing here knows a clock, a network or a ledger. The numbers come in with the candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from providers.config import Strategy
from providers.events import CandidateView
from providers.money import format_usd


@dataclass(frozen=True, slots=True)
class Candidate:
    """One provider and model that could answer this request.

    Args:
        predicted_cost: US dollars for this request, None when the price is unknown.
        predicted_latency: seconds.
        latency_measured: False while ``predicted_latency`` is a prior.
        quality: 0 to 1.
        blocked: why it cannot answer now, in words, or None when it can.
        last_resort: stands behind all others, whatever the strategy says.
    """

    provider: str
    model: str
    predicted_cost: Decimal | None
    predicted_latency: float
    latency_measured: bool
    quality: float
    blocked: str | None = None
    last_resort: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """The person's wishes.

    Args:
        strategy: how to pick.
        primary: the provider ``manual`` asks; also wins ties.
        fallback_order: who comes next, in order; empty means in ranked order.
        enable_fallback: False keeps only the first.
    """

    strategy: Strategy
    primary: str | None = None
    fallback_order: Sequence[str] = ()
    enable_fallback: bool = True


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order to ask in, and the words that go with it.

    Args:
        order: usable candidates, first choice first; empty when nobody can answer.
        reason: why the first is first.
        views: every candidate with its own reason, also those passed over.
    """

    order: tuple[Candidate, ...]
    reason: str
    views: tuple[CandidateView, ...]


_SortKey = tuple[object, ...]


def rank(candidates: Sequence[Candidate], policy: Policy) -> Ranking:
    """Order ``candidates`` by ``policy``. The order they come in does not matter.

    The first is chosen by the strategy among the usable ones, last resorts only when nothing
    else is usable; the rest follow in the configured fallback order, or as ranked.
    """
    usable = [candidate for candidate in candidates if candidate.blocked is None]
    ranked = sorted(usable, key=_sort_key(policy))
    order = _chain(ranked, policy)
    passed_over = [candidate for candidate in candidates if candidate.blocked is not None]
    passed_over.sort(key=lambda candidate: (candidate.provider, candidate.model))
    reason = _reason(order, usable, passed_over, policy) if order else _nobody(passed_over)
    views = tuple(_view(candidate, policy) for candidate in (*ranked, *passed_over))
    return Ranking(order=order, reason=reason, views=views)


def _sort_key(policy: Policy) -> Callable[[Candidate], _SortKey]:
    def key(candidate: Candidate) -> _SortKey:
        named = candidate.provider == policy.primary
        # Naming the built-in model outranks its standing as a last resort.
        last = candidate.last_resort and not (named and policy.strategy is Strategy.MANUAL)
        ties = (not named, candidate.provider, candidate.model)
        return (last, *_merit(candidate, policy, named=named), *ties)

    return key


def _merit(candidate: Candidate, policy: Policy, *, named: bool) -> _SortKey:
    """The strategy's own yardstick: smaller comes first."""
    cost = candidate.predicted_cost
    unknown_cost_last = (cost is None, cost or Decimal(0))
    match policy.strategy:
        case Strategy.COST:
            return (*unknown_cost_last, candidate.predicted_latency)
        case Strategy.LATENCY:
            return (candidate.predicted_latency, *unknown_cost_last)
        case Strategy.QUALITY:
            return (-candidate.quality, *unknown_cost_last)
        case Strategy.MANUAL:
            return (not named, -candidate.quality)


def _chain(ranked: list[Candidate], policy: Policy) -> tuple[Candidate, ...]:
    if not ranked:
        return ()
    first, rest = ranked[0], ranked[1:]
    if not policy.enable_fallback:
        return (first,)
    if policy.fallback_order:
        place = {name: index for index, name in enumerate(policy.fallback_order)}
        rest = [c for c in rest if c.provider in place or c.last_resort]
        rest.sort(key=lambda c: (place.get(c.provider, len(place)),))
    return (first, *rest)


def _reason(
    order: Sequence[Candidate],
    usable: Sequence[Candidate],
    passed_over: Sequence[Candidate],
    policy: Policy,
) -> str:
    first = order[0]
    rivals = [c for c in usable if not c.last_resort]
    if policy.strategy is Strategy.MANUAL:
        words = _manual_words(first, policy)
    elif first.last_resort and not rivals:
        keyless = all(candidate.blocked == NO_KEY for candidate in passed_over)
        words = f"last resort: no other provider {'has a key' if keyless else 'can answer'}"
    elif len(rivals) == 1:
        words = "the only provider that can answer"
    else:
        words = f"{_superlative(first, policy.strategy)} of {len(rivals)}: "
        words += _number(first, policy.strategy)
    # A missing key is the person's choice and no news; a cooldown or a limit is.
    news = [f"{c.provider} {c.blocked}" for c in passed_over if c.blocked != NO_KEY]
    return "; ".join([words, *news])


NO_KEY = "has no key"
"""The ``blocked`` reason of a provider nobody has set up."""


def _manual_words(first: Candidate, policy: Policy) -> str:
    if policy.primary is None:
        return "manual, none named: best quality"
    if first.provider == policy.primary:
        return "named by you"
    return f"{policy.primary} was named but cannot answer"


def _superlative(first: Candidate, strategy: Strategy) -> str:
    if strategy is Strategy.COST:
        return "cheapest" if first.predicted_cost is not None else "first"
    return "fastest" if strategy is Strategy.LATENCY else "best"


def _number(candidate: Candidate, strategy: Strategy) -> str:
    if strategy is Strategy.COST:
        if candidate.predicted_cost is None:
            return "no price is known"
        return f"{format_usd(candidate.predicted_cost)} predicted"
    if strategy is Strategy.LATENCY:
        basis = "measured" if candidate.latency_measured else "expected"
        return f"{candidate.predicted_latency:.1f} s {basis}"
    return f"quality {candidate.quality:.2f}"


def _nobody(passed_over: Sequence[Candidate]) -> str:
    why = "; ".join(f"{c.provider} {c.blocked}" for c in passed_over)
    return f"nobody can answer: {why}" if why else "no provider is configured"


def _view(candidate: Candidate, policy: Policy) -> CandidateView:
    reason = candidate.blocked
    if reason is None:
        reason = _number(candidate, policy.strategy)
        if candidate.last_resort:
            reason = f"last resort, {reason}"
    return CandidateView(
        provider=candidate.provider,
        model=candidate.model,
        usable=candidate.blocked is None,
        reason=reason,
        predicted_cost=candidate.predicted_cost,
        predicted_latency=candidate.predicted_latency,
        quality=candidate.quality,
    )
