"""How useful each candidate is believed to be, how useful it may be, and so whom to try."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from providers.adaptive.beliefs import Belief, Record
from providers.adaptive.kind import Kind
from providers.adaptive.trials import Allowance, Trial
from providers.adaptive.wishes import Adaptive
from providers.adaptive.words import trial_words, usefulness_words
from providers.routing.choice import Candidate

CURIOSITY = 1.0
"""Standard deviations of hope. Our choice, by simulation (``docs/adaptive.md``)."""

Hope = Callable[[Belief], float]
"""How much better than believed the value of an answer may be."""


def posterior_hope(belief: Belief) -> float:
    """Return ``CURIOSITY`` posterior standard deviations."""
    return CURIOSITY * belief.deviation


@dataclass(frozen=True, slots=True)
class Prospect:
    """One candidate, judged.

    Args:
        candidate: with its usefulness.
        hope: how useful it may be.
        decided: answers to such questions of which the person said something.
    """

    candidate: Candidate
    hope: float
    decided: int

    @property
    def may_go_first(self) -> bool:
        """Whether the ranking would put it first for being the most useful."""
        each = self.candidate
        return each.blocked is None and not each.last_resort and not each.strained

    @property
    def name(self) -> tuple[str, str]:
        """Provider and model."""
        return self.candidate.provider, self.candidate.model


def dearest(candidates: Sequence[Candidate]) -> float:
    """Return the highest known price in US dollars, for which an unknown one is taken."""
    known = [each.predicted_cost for each in candidates if each.predicted_cost is not None]
    return float(max(known, default=0))


def prospect(
    candidate: Candidate, record: Record, belief: Belief, kind: Kind, *, price: float, hope: float
) -> Prospect:
    """Return a candidate that can answer, judged.

    Args:
        candidate: whom.
        record: what is known of it.
        belief: what is believed of its answers.
        kind: the kind of question.
        price: money and waiting, in the unit of an answer's value.
        hope: how much better than believed its answer may be.
    """
    useful = belief.reliable * belief.mean - price
    words = usefulness_words(useful, candidate, record, kind)
    told = replace(candidate, utility=useful, utility_words=words)
    return Prospect(told, useful + belief.reliable * hope, record.decided.get(kind.task, 0))


def believed_best(prospects: Sequence[Prospect]) -> Prospect | None:
    """Return who would go first without a try, None when nobody is useful."""
    able = [each for each in prospects if each.may_go_first]
    return max(able, key=lambda each: (each.candidate.utility, each.name), default=None)


def whom_to_try(
    prospects: Sequence[Prospect],
    best: Prospect,
    kind: Kind,
    allowance: Allowance,
    *,
    wishes: Adaptive,
    today: date,
) -> Trial | None:
    """Return who is to be tried: the most hopeful of those who may be better than ``best``.

    Args:
        prospects: everybody, in any order.
        best: who is believed best.
        kind: the kind of question.
        allowance: what was tried so far.
        wishes: what may be tried.
        today: the day whose budget counts.
    """
    hopeful = [
        each
        for each in prospects
        if each.may_go_first and each is not best and each.hope > best.candidate.utility
    ]
    for each in sorted(hopeful, key=lambda each: (-each.hope, each.name)):
        extra = _extra(each.candidate, best.candidate)
        if allowance.allows(extra, wishes, today):
            words = trial_words(each.candidate.provider, each.decided, kind, allowance)
            return Trial(*each.name, words, extra=extra)
    return None


def _extra(tried: Candidate, best: Candidate) -> Decimal | None:
    """Return what a try is expected to cost more, all of it where the best's price is unknown."""
    if tried.predicted_cost is None:
        return None
    return max(Decimal(0), tried.predicted_cost - (best.predicted_cost or 0))
