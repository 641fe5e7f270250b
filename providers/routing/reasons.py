"""Why the first is first, and what speaks for or against each of the others, in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import overload

from providers.billing.money import format_usd
from providers.config import Strategy
from providers.events import CandidateView
from providers.routing.choice import NO_KEY, Candidate, Favourite, Policy, Shortage


class Views(Sequence[CandidateView]):
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


def reason_of(
    order: Sequence[Candidate],
    ranked: Sequence[Candidate],
    passed_over: Sequence[Candidate],
    policy: Policy,
) -> str:
    """Return why the first of ``order`` is first, and who was passed over for another cause.

    Args:
        order: whom to ask, not empty.
        ranked: everybody who can answer.
        passed_over: those who cannot.
        policy: what was gone by.
    """
    first = order[0]
    rivals = [c for c in ranked if not c.last_resort]
    favourites = policy.favourites
    leader = next((each for each in favourites if each.is_(first)), None)
    if leader is not None:
        words = leader.because
    elif first.last_resort and not rivals:
        keyless = all(candidate.blocked == NO_KEY for candidate in passed_over)
        words = f"last resort: no other provider {'has a key' if keyless else 'can answer'}"
    elif len(rivals) == 1:
        words = "the only provider that can answer"
    else:
        words = f"{_superlative(first, policy.strategy)} of {len(rivals)}: "
        words += _number(first, policy.strategy)
    missed = favourites[: favourites.index(leader)] if leader else favourites
    if missed:
        words = f"{_missed(missed)}; {words}"
    elif policy.because and leader is None:
        words = f"{policy.because}: {words}"
    # A missing key is the person's choice and no news; a cooldown or a limit is.
    news = [f"{_name(c, passed_over)} {c.blocked}" for c in passed_over if c.blocked != NO_KEY]
    return "; ".join([words, *news])


def _missed(favourites: Sequence[Favourite]) -> str:
    names = [f"{each.provider}{f' ({each.model})' if each.model else ''}" for each in favourites]
    return f"{favourites[0].because}, but {' and '.join(names)} cannot answer"


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
        case Strategy.ADAPTIVE:
            return "most useful to you"
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
        case Strategy.ADAPTIVE:
            return candidate.utility_words or f"usefulness {candidate.utility:.2f}"
        case _:
            return f"quality {candidate.quality:.2f}"


def nobody(passed_over: Sequence[Candidate]) -> str:
    """Return why there is nobody to ask. A limit that stops several is told once."""
    short = _shortages([each for each in passed_over if each.shortage is not None])
    others = [each for each in passed_over if each.shortage is None]
    if short:
        # Who was never set up is not who is missed where only money is.
        others = [each for each in others if each.blocked != NO_KEY]
    if short and not others:
        return "; ".join(short)
    why = "; ".join([*short, *(f"{_name(c, passed_over)} {c.blocked}" for c in others)])
    return f"nobody can answer: {why}" if why else "no provider is configured"


def _shortages(stopped: Sequence[Candidate]) -> list[str]:
    """Return a sentence for each limit that leaves no room."""
    by_limit: dict[tuple[object, ...], list[tuple[Candidate, Shortage]]] = {}
    for candidate in stopped:
        if (short := candidate.shortage) is not None:
            limit = (short.limit, short.dollars, short.provider)
            by_limit.setdefault(limit, []).append((candidate, short))
    return [_no_room(held) for held in by_limit.values()]


def _no_room(held: Sequence[tuple[Candidate, Shortage]]) -> str:
    short = held[0][1]
    whose = f" for {short.provider}" if short.provider else ""
    name = f"the {short.limit} of {format_usd(short.dollars)}"
    name += whose if short.spent is not None else f" a request{whose}"
    used = [] if short.spent is None else [f"{format_usd(short.spent)} is spent"]
    costs = [(each.needed, candidate) for candidate, each in held if each.needed is not None]
    if costs:
        least, cheapest = min(costs, key=lambda pair: pair[0])
        first = ", the cheapest," if len(held) > 1 else ""
        used.append(
            f"{_name(cheapest, [each for each, _ in held])}{first} may cost {format_usd(least)}"
        )
    return f"{name} leaves no room: {', and '.join(used)}"


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
