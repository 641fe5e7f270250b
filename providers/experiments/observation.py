"""What experiments are judged by: answers, and the conversations they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import exp, log
from statistics import fmean

from providers.experiments.measures import Measure
from providers.learning.outcomes import AnswerOutcome

LEAST_COST = 1e-9
"""US dollars an answer of a conversation that was wholly free counts as, since 0 has no logarithm:
one nano-dollar, the least that is ever paid."""
LEAST_TIME = 1e-3
"""Seconds an answer counts as at least: the clock of the ledger tells no less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of an experiment.

    Args:
        unit: the conversation or user it belongs to.
        arm: what it was an answer of.
        provider: who answered: another than the arm's, where that one failed.
        outcome: what became of it.
        response_time: seconds from the question to the last word; None when it is not whole.
        time_to_first_token: seconds.
        cost: US dollars, None when unknown.
        quality, rating: 0 to 1, None where nobody said.
        cached: it was given before: its times and its cost say nothing.
    """

    unit: str
    arm: str
    provider: str
    outcome: AnswerOutcome
    response_time: float | None = None
    time_to_first_token: float | None = None
    cost: Decimal | None = None
    quality: float | None = None
    rating: float | None = None
    cached: bool = False

    def value(self, measure: Measure) -> float | None:
        """Return what it says of ``measure``, in seconds, US dollars or 0 to 1; None is nothing."""
        match measure:
            case Measure.KEPT:
                kept = self.outcome.kept
                return None if kept is None else float(kept)
            case Measure.RATING:
                return self.rating
            case Measure.QUALITY:
                return self.quality
            case Measure.RESPONSE_TIME if self._measured:
                return self.response_time
            case Measure.COST if self._measured and self.cost is not None:
                return float(self.cost)
            case _:
                return None

    @property
    def cost_is_unknown(self) -> bool:
        """Whether it should have a price that counts, and has none."""
        return self._measured and self.cost is None

    @property
    def _measured(self) -> bool:
        return self.response_time is not None and not self.cached


def amount(measure: Measure, logarithm: float) -> float:
    """Return what ``series`` took the logarithm of; what was free is 0 again."""
    plain = exp(logarithm)
    return 0.0 if measure is Measure.COST and plain < 1.5 * LEAST_COST else plain


Series = Sequence[tuple[str, float]]
"""Arms and values of conversations, in the order they began."""


def series(answers: Iterable[Answer]) -> Mapping[Measure, Series]:
    """Return a value for each conversation: the mean of its answers.

    Chance has put whole conversations into an arm. Answers of one conversation resemble each
    other, so that counting each of them would make an arm look surer than it is.

    Of times and money it is the logarithm of that mean, at least of ``LEAST_TIME`` and
    ``LEAST_COST``. A mean of logarithms would make a conversation with one free answer among
    dear ones look almost free.

    Args:
        answers: oldest first.
    """
    found: dict[Measure, defaultdict[tuple[str, str], list[float]]] = {
        measure: defaultdict(list) for measure in Measure
    }
    for answer in answers:
        for measure, units in found.items():
            # Looked up in any case: the order is that in which they began.
            values = units[answer.unit, answer.arm]
            value = answer.value(measure)
            if value is not None:
                values.append(value)
    return {
        measure: [
            (arm, _scaled(measure, fmean(values))) for (_, arm), values in units.items() if values
        ]
        for measure, units in found.items()
    }


def _scaled(measure: Measure, mean: float) -> float:
    match measure:
        case Measure.RESPONSE_TIME:
            return log(max(LEAST_TIME, mean))
        case Measure.COST:
            return log(max(LEAST_COST, mean))
        case _:
            return mean
