"""What is said of an answer: its signals, and the score they come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import prod


class SignalKind(StrEnum):
    """What can be wrong with an answer."""

    EMPTY = "empty"
    TRUNCATED = "truncated"
    REFUSAL = "refusal"
    REPETITION = "repetition"
    WRONG_LANGUAGE = "wrong_language"
    MISSING_FORMAT = "missing_format"
    UNSUPPORTED = "unsupported"
    JUDGED = "judged"
    """What a model said about it, see ``providers.quality.judge``."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that is wrong.

    Args:
        kind: what.
        severity: 0 (it says nothing) to 1 (the answer is worth nothing).
        words: the reason for the person, such as ``repeats itself``.
    """

    kind: SignalKind
    severity: float
    words: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdict on one answer.

    Args:
        score: 0 (useless) to 1 (nothing wrong was found).
        signals: why it is not 1, the worst first.
    """

    score: float
    signals: tuple[Signal, ...] = ()

    @property
    def words(self) -> str:
        """The reasons in a line, empty without any."""
        return "; ".join(signal.words for signal in self.signals)

    def without(self, kind: SignalKind) -> Assessment:
        """Return the verdict as if there were no signal of that kind."""
        return assessment_of(signal for signal in self.signals if signal.kind is not kind)

    def joined(self, signal: Signal) -> Assessment:
        """Return the verdict with one more signal."""
        return assessment_of([*self.signals, signal])


FLAWLESS = Assessment(1.0)


def assessment_of(signals: Iterable[Signal]) -> Assessment:
    """Return the verdict that signals add up to.

    The score is the product of ``1 - severity``: each signal is taken for an independent cause
    that may have spoilt the answer, and the score is the share that none of them has. That is the
    noisy-or of Pearl, "Probabilistic Reasoning in Intelligent Systems" (1988), section 4.3.2.
    """
    worst_first = tuple(sorted(signals, key=lambda signal: -signal.severity))
    if not worst_first:
        return FLAWLESS
    return Assessment(prod(1.0 - signal.severity for signal in worst_first), worst_first)
