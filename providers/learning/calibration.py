"""How far predictions are off: learned from what came true, told as a range.

A prediction is right up to a factor, so what is learned are the logarithms of actual over
predicted. The range lies between their first and ninth decile with ranks (n + 1) / 10: the next
value of an exchangeable sequence falls between them with a probability of 0.8, whatever its
distribution (H. A. David and H. N. Nagaraja, Order Statistics, 3rd ed., section 7.3).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from itertools import chain
from math import exp, isfinite, log
from statistics import fmean

PROMISED_COVERAGE = 0.8
"""Share of actual values that should fall into the range given before them."""
MEMORY = 100
"""How many of the latest pairs of a key count."""
ENOUGH_PAIRS = 9
"""The fewest pairs that have a first decile of their own, at rank (n + 1) / 10 = 1."""
DEFAULT_FACTOR = 3.0
"""Without any pair the range goes from a third of the prediction to three times it.

Our choice: most of the error is the length of the answer. If that is log-normal with a standard
deviation of 0.86 (a factor of 2.4), four in five fall within these bounds.
"""
_MOST_OFF = log(1000.0)  # stands for a ratio with a zero on one side
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Range:
    """A prediction with its uncertainty, in the unit of what is predicted.

    Args:
        low, high: the actual value falls between them four times in five.
        expected: falls short as often as it exceeds.
    """

    low: float
    expected: float
    high: float

    def __contains__(self, value: float) -> bool:
        margin = _ROUNDING * self.high
        return self.low - margin <= value <= self.high + margin


@dataclass(frozen=True, slots=True)
class CalibrationError:
    """How good the predictions were, over the pairs that count.

    Args:
        pairs: how many.
        mean_abs_log_error: mean absolute logarithm of actual over predicted; 0.69 is a factor
            of two.
        bias: mean logarithm of actual over predicted, positive when predictions are too low.
        coverage: share of actual values inside the range given before them, to be compared with
            ``PROMISED_COVERAGE``.
    """

    pairs: int
    mean_abs_log_error: float
    bias: float
    coverage: float


@dataclass(slots=True)
class _Memory:
    ratios: deque[float] = field(default_factory=lambda: deque(maxlen=MEMORY))
    covered: deque[bool] = field(default_factory=lambda: deque(maxlen=MEMORY))
    factors: Range = Range(1 / DEFAULT_FACTOR, 1.0, DEFAULT_FACTOR)

    def learn(self, ratio: float, *, covered: bool) -> None:
        self.ratios.append(ratio)
        self.covered.append(covered)
        self.factors = _factors(self.ratios)


class Calibration:
    """Learns, per key, what predictions are worth. Safe across threads.

    One instance serves one quantity, such as cost; a key is whatever shares an error, such as
    a provider and model.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._memories: dict[Hashable, _Memory] = {}

    def observe(self, key: Hashable, *, predicted: float, actual: float) -> None:
        """Learn from a prediction that came true, or did not.

        Two zeros, as with a free model, are an exact prediction; a zero on one side alone counts
        as off by a factor of 1000. Values that are no finite number are ignored.

        Args:
            key: whose prediction.
            predicted: what was predicted, before any correction by ``range``.
            actual: what it came to be, in the same unit.
        """
        if not (isfinite(predicted) and isfinite(actual)):
            return
        predicted, actual = max(0.0, predicted), max(0.0, actual)
        ratio = _log_ratio(predicted, actual)
        with self._lock:
            memory = self._memories.get(key) or self._memories.setdefault(key, _Memory())
            memory.learn(ratio, covered=actual in _scaled(memory.factors, predicted))

    def range(self, key: Hashable, predicted: float) -> Range:
        """Return the range to tell with ``predicted``; a prediction of zero has none."""
        with self._lock:
            memory = self._memories.get(key)
            factors = memory.factors if memory is not None else _Memory().factors
        return _scaled(factors, predicted)

    def error(self, key: Hashable | None = None) -> CalibrationError | None:
        """Return how good the predictions were for ``key`` or for all; None without a pair."""
        with self._lock:
            known = self._memories.values() if key is None else [self._memories.get(key)]
            memories = [memory for memory in known if memory is not None]
            ratios = list(chain.from_iterable(memory.ratios for memory in memories))
            covered = list(chain.from_iterable(memory.covered for memory in memories))
        if not ratios:
            return None
        return CalibrationError(
            pairs=len(ratios),
            mean_abs_log_error=fmean(map(abs, ratios)),
            bias=fmean(ratios),
            coverage=fmean(covered),
        )


def _log_ratio(predicted: float, actual: float) -> float:
    if predicted == actual:
        return 0.0
    if predicted == 0:
        return _MOST_OFF
    if actual == 0:
        return -_MOST_OFF
    return min(max(log(actual) - log(predicted), -_MOST_OFF), _MOST_OFF)


def _factors(ratios: deque[float]) -> Range:
    """Return the factors by which actual values exceed predictions."""
    ordered = sorted(ratios)
    middle = _at_rank(ordered, 0.5)
    if len(ordered) >= ENOUGH_PAIRS:
        return Range(exp(_at_rank(ordered, 0.1)), exp(middle), exp(_at_rank(ordered, 0.9)))
    # Too few to have deciles: their extremes, drawn towards the default spread.
    trust = len(ordered) / ENOUGH_PAIRS
    spread = (1 - trust) * log(DEFAULT_FACTOR)
    low, high = trust * ordered[0] - spread, trust * ordered[-1] + spread
    return Range(exp(low), exp(trust * middle), exp(high))


def _at_rank(ordered: list[float], share: float) -> float:
    """Return the value at rank ``share * (n + 1)``, between two values where it falls there."""
    rank = share * (len(ordered) + 1)
    below = max(1, min(int(rank), len(ordered)))
    above = min(below + 1, len(ordered))
    return ordered[below - 1] + (rank - below) * (ordered[above - 1] - ordered[below - 1])


def _scaled(factors: Range, predicted: float) -> Range:
    predicted = max(0.0, predicted)
    return Range(predicted * factors.low, predicted * factors.expected, predicted * factors.high)
