"""The values a ranking works with: who could answer, and what the person wishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from providers.classify import Complexity, TaskKind
from providers.config import Strategy

NO_KEY = "has no key"
"""The ``blocked`` reason of a provider nobody has set up."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """A cost limit that leaves no room for a call.

    Args:
        limit: what it is called, such as ``daily budget``.
        dollars: the US dollars it allows.
        spent: how much of them is used, None where it is a limit for one request.
        needed: the US dollars that the call may cost, None when unknown.
        provider: whose calls it limits, None everybody's.
    """

    limit: str
    dollars: Decimal
    spent: Decimal | None
    needed: Decimal | None
    provider: str | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One provider and model that could answer this request.

    Args:
        predicted_cost: US dollars for this request, None when the price is unknown.
        predicted_latency: seconds until the answer is whole, failures reckoned in.
        latency_measured: False while ``predicted_latency`` is a prior.
        latency_score: what ``latency`` ranks by: the prediction, made more attractive the less is
            known of it, so that the unmeasured gets tried (see ``providers.routing.candidates``).
        quality: 0 to 1.
        quality_words: where that number comes from.
        active, queued: calls at the provider now.
        recent: calls it had lately, for turns among those equally loaded.
        blocked: why it cannot answer now, in words, or None when it can.
        shortage: the cost limit that blocks it, where one does.
        free_in: where only a breaker stands in the way, seconds until it may be asked; 0 while
            another call probes it.
        strained: it said that little is left of what it allows for a while; whoever has more goes
            first, before it has to refuse.
        utility: what ``adaptive`` ranks by, see ``providers.adaptive``.
        utility_words: where that number comes from.
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
    free_in: float | None = None
    strained: bool = False
    utility: float = 0.0
    utility_words: str = ""
    shortage: Shortage | None = None


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
        strategy: the yardstick: cost, latency, quality, balanced or adaptive; ``manual`` ranks by
            quality behind its favourite. The others were resolved into one of these.
        primary: wins ties.
        fallback_order: who comes next, in order; empty means in ranked order.
        enable_fallback: False keeps only the first.
        favourite: who goes first whatever the yardstick says.
        then: who goes next, in this order, before all whom the yardstick ranks.
        because: how the strategy came to its yardstick, for the reason's words.
        favourite_only: leave out everybody else, even where the favourite cannot answer.
        task, complexity: the kind of question, where somebody had to know.
        arm: the arm of the experiment this request belongs to.
    """

    strategy: Strategy
    primary: str | None = None
    fallback_order: Sequence[str] = ()
    enable_fallback: bool = True
    favourite: Favourite | None = None
    then: Sequence[Favourite] = ()
    because: str = ""
    favourite_only: bool = False
    task: TaskKind | None = None
    complexity: Complexity | None = None
    arm: str | None = None

    @property
    def favourites(self) -> Sequence[Favourite]:
        """All who are asked before those whom the yardstick ranks, in order."""
        return (() if self.favourite is None else (self.favourite,)) + tuple(self.then)
