"""Who should answer: pure functions from candidates to an order with reasons.

Nothing here knows a clock, a network or a ledger. The numbers come in with the candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import overload

from providers.config import Strategy
from providers.events import CandidateView
from providers.money import format_usd


@dataclass(frozen=True, slots=True)
class Candidate:
    """One provider and model that could answer this request.

    Args:
        predicted_cost: US dollars for this request, None when the price is unknown.
        predicted_latency: seconds until the answer is whole, failures reckoned in.
        latency_measured: False while ``predicted_latency`` is a prior.
        latency_score: what ``latency`` ranks by: the prediction, made more attractive the less is
            known of it, so that the unmeasured gets tried (see ``providers.candidates``).
        quality: 0 to 1.
        quality_words: where that number comes from.
        active, queued: calls at the provider now.
        recent: calls it had lately, for turns among those equally loaded.
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
    latency_score: float | None = None
    quality_words: str = ""
    active: int = 0
    queued: int = 0
    recent: float = 0.0


@dataclass(frozen=True, slots=True)
class Favourite:
    """Whom something other than the yardstick puts first.

    Args:
        provider: whom.
        model: which of its models, None for any.
        because: why, for the reason's words.
        outranks_last_resort: also when it is a last resort: the person named it.
    """

    provider: str
    model: str | None
    because: str
    outranks_last_resort: bool = False

    def is_(self, candidate: Candidate) -> bool:
        """Whether ``candidate`` is meant."""
        return candidate.provider == self.provider and self.model in (None, candidate.model)


@dataclass(frozen=True, slots=True)
class Policy:
    """The person's wishes, resolved for one request.

    Args:
        strategy: the yardstick: cost, latency, quality or balanced; ``manual`` ranks by quality
            behind its favourite. ``dynamic`` and ``rules`` were resolved into one of these.
        primary: wins ties.
        fallback_order: who comes next, in order; empty means in ranked order.
        enable_fallback: False keeps only the first.
        favourite: who goes first whatever the yardstick says.
        because: how the strategy came to its yardstick, for the reason's words.
    """

    strategy: Strategy
    primary: str | None = None
    fallback_order: Sequence[str] = ()
    enable_fallback: bool = True
    favourite: Favourite | None = None
    because: str = ""


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
    views: Sequence[CandidateView]


class _Views(Sequence[CandidateView]):
    """The views, made when somebody looks: few callers do, and their words take time."""

    def __init__(self, candidates: Sequence[Candidate], policy: Policy) -> None:
        self._candidates = candidates
        self._policy = policy

    @cached_property
    def _made(self) -> tuple[CandidateView, ...]:
        return tuple(_view(candidate, self._policy) for candidate in self._candidates)

    @overload
    def __getitem__(self, index: int) -> CandidateView: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[CandidateView]: ...
    def __getitem__(self, index: int | slice) -> CandidateView | Sequence[CandidateView]:
        return self._made[index]

    def __len__(self) -> int:
        return len(self._candidates)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._made == tuple(other)

    def __hash__(self) -> int:
        return hash(self._made)

    def __repr__(self) -> str:
        return repr(self._made)


NO_KEY = "has no key"
"""The ``blocked`` reason of a provider nobody has set up."""

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
    reason = _reason(order, ranked, passed_over, policy) if order else _nobody(passed_over)
    return Ranking(order, reason, _Views((*ranked, *passed_over), policy))


def _sort_key(policy: Policy) -> Callable[[Candidate], _SortKey]:
    merit = _MERITS[policy.strategy]
    favourite = policy.favourite

    def key(candidate: Candidate) -> _SortKey:
        favoured = favourite is not None and favourite.is_(candidate)
        last = candidate.last_resort
        if favourite is not None and favoured and favourite.outranks_last_resort:
            last = False
        ties = (candidate.provider != policy.primary, candidate.provider, candidate.model)
        return (last, not favoured, *merit(candidate), *ties)

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


_MERITS: dict[Strategy, Callable[[Candidate], _SortKey]] = {
    Strategy.COST: _by_cost,
    Strategy.LATENCY: _by_latency,
    Strategy.QUALITY: _by_quality,
    Strategy.BALANCED: _by_load,
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
        rest = [c for c in rest if c.provider in place or c.last_resort]
        rest.sort(key=lambda c: place.get(c.provider, len(place)))
    return (first, *rest)


def _reason(
    order: Sequence[Candidate],
    ranked: Sequence[Candidate],
    passed_over: Sequence[Candidate],
    policy: Policy,
) -> str:
    first = order[0]
    rivals = [c for c in ranked if not c.last_resort]
    favourite = policy.favourite
    led = favourite is not None and favourite.is_(first)
    if favourite is not None and led:
        words = favourite.because
    elif first.last_resort and not rivals:
        keyless = all(candidate.blocked == NO_KEY for candidate in passed_over)
        words = f"last resort: no other provider {'has a key' if keyless else 'can answer'}"
    elif len(rivals) == 1:
        words = "the only provider that can answer"
    else:
        words = f"{_superlative(first, policy.strategy)} of {len(rivals)}: "
        words += _number(first, policy.strategy)
    if favourite is not None and not led:
        words = f"{_missed(favourite)}; {words}"
    elif policy.because and not led:
        words = f"{policy.because}: {words}"
    # A missing key is the person's choice and no news; a cooldown or a limit is.
    news = [f"{_name(c, passed_over)} {c.blocked}" for c in passed_over if c.blocked != NO_KEY]
    return "; ".join([words, *news])


def _missed(favourite: Favourite) -> str:
    model = f" ({favourite.model})" if favourite.model else ""
    return f"{favourite.because}, but {favourite.provider}{model} cannot answer"


def _name(candidate: Candidate, among: Sequence[Candidate]) -> str:
    several = sum(other.provider == candidate.provider for other in among) > 1
    return f"{candidate.provider} {candidate.model}" if several else candidate.provider


def _superlative(first: Candidate, strategy: Strategy) -> str:
    match strategy:
        case Strategy.COST:
            return "cheapest" if first.predicted_cost is not None else "first"
        case Strategy.LATENCY:
            return "fastest"
        case Strategy.BALANCED:
            return "least busy"
        case _:
            return "best"


def _number(candidate: Candidate, strategy: Strategy) -> str:
    match strategy:
        case Strategy.COST:
            if candidate.predicted_cost is None:
                return "no price is known"
            return f"{format_usd(candidate.predicted_cost)} predicted"
        case Strategy.LATENCY:
            score, seconds = candidate.latency_score, candidate.predicted_latency
            basis = "measured" if candidate.latency_measured else "expected"
            # Far below its prediction: it is up because little is known of it.
            trying = ", being tried" if score is not None and score < seconds / 2 else ""
            return f"{seconds:.1f} s {basis}{trying}"
        case Strategy.BALANCED:
            waiting = f", {candidate.queued} waiting" if candidate.queued else ""
            return f"{candidate.active} under way{waiting}"
        case _:
            return f"quality {candidate.quality:.2f}"


def _nobody(passed_over: Sequence[Candidate]) -> str:
    why = "; ".join(f"{_name(c, passed_over)} {c.blocked}" for c in passed_over)
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
        latency_measured=candidate.latency_measured,
        quality_words=candidate.quality_words,
        active=candidate.active,
        queued=candidate.queued,
    )
