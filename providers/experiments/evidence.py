"""How much a series of observations says against a claim, whenever one looks.

Betting against the claim: somebody starts with 1 and stakes a part of what there is on every
observation, in a way that gains nothing on average while the claim is true. Then the capital ever
exceeds ``1 / share`` with a probability of at most ``share`` (Ville 1939), so that one may look
after every observation, and stop whenever one likes. Several stakes are played beside each other,
each with its part of the capital, since nobody knows the best one beforehand.

Two kinds of claims can be bet against:

- the mean of numbers from 0 to 1 is so much. I. Waudby-Smith, A. Ramdas, "Estimating means of
  bounded random variables by betting", Journal of the Royal Statistical Society B 86 (2024).
- two groups differ by a shift of so much, and in nothing else. Then each number of a block is
  equally likely to be the one that stands alone, whatever the distribution: no moments are
  needed, and a heavy tail is no danger. The bets on which it is have the form of the conditional
  logit (D. McFadden 1974); with two numbers they are those on a sign, as in S. Howard, A. Ramdas,
  J. McAuliffe, J. Sekhon, "Time-uniform Chernoff bounds via nonnegative supermartingales",
  Probability Surveys 17 (2020).

Every bet is that the truth lies above; to bet on below, mirror the numbers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from math import exp, fsum, log
from statistics import median
from typing import Generic, TypeVar

SHARE_STAKES = (0.03, 0.06, 0.12, 0.25, 0.5, 0.9)
SHIFT_STAKES = (0.06, 0.12, 0.25, 0.5, 1.0, 2.0)
_LARGEST_EXPONENT = 300.0
_LEAST_MEAN = 1e-9
_BISECTIONS = 20
_FARTHEST = 64.0  # of logarithms: nothing that is measured differs by e to the 64

Block = tuple[float, ...]
"""One number of either group against one or more of the other: the second group's minus the
first's, of every pair."""
Observation = TypeVar("Observation")


class Bets(ABC, Generic[Observation]):
    """What has become of 1 in bets that the truth lies above a claim."""

    def __init__(self, stakes: tuple[float, ...]) -> None:
        self._stakes = stakes
        self._logs = [0.0] * len(stakes)

    def add(self, observation: Observation) -> None:
        """Take the next observation."""
        for index, stake in enumerate(self._stakes):
            self._logs[index] += log(self._factor(observation, stake))

    def extend(self, observations: Iterable[Observation]) -> float:
        """Take several, and return ``log_capital``."""
        for each in observations:
            self.add(each)
        return self.log_capital

    @property
    def log_capital(self) -> float:
        """The natural logarithm of what there is now."""
        most = max(self._logs)
        return most + log(fsum(exp(each - most) for each in self._logs) / len(self._logs))

    @abstractmethod
    def _factor(self, observation: Observation, stake: float) -> float:
        """Return what a stake of 1 becomes."""


class ShareBets(Bets[float]):
    """Against "the mean of these numbers from 0 to 1 is ``mean``, or less"."""

    def __init__(self, mean: float) -> None:
        super().__init__(SHARE_STAKES)
        self._mean = max(mean, _LEAST_MEAN)

    def _factor(self, observation: float, stake: float) -> float:
        return 1 - stake + stake * observation / self._mean


class ShiftBets(Bets[Block]):
    """Against "the second group's numbers are the first's, shifted by ``shift`` or less"."""

    def __init__(self, shift: float) -> None:
        super().__init__(SHIFT_STAKES)
        self._shift = shift

    def _factor(self, observation: Block, stake: float) -> float:
        others = fsum(
            exp(min(_LARGEST_EXPONENT, -2 * stake * (each - self._shift))) for each in observation
        )
        return (len(observation) + 1) / (1 + others)


def p_value(above: float, below: float) -> float:
    """Return the anytime-valid p-value of a claim.

    Args:
        above: the logarithm of the capital of the bets that the truth lies above.
        below: of those that it lies below.
    """
    # Two sides: each may err in half of the cases.
    return min(1.0, 2 * exp(-max(above, below)))


def mirrored(block: Block) -> Block:
    """Return ``block`` with its groups in each other's place."""
    return tuple(-each for each in block)


def share_interval(values: list[float], share: float) -> tuple[float, float]:
    """Return the interval that holds the mean of numbers from 0 to 1, however often one looks.

    Args:
        values: the numbers.
        share: how often it may ever miss.
    """
    if not values:
        return 0.0, 1.0
    limit, mean = log(2 / share), sum(values) / len(values)
    others = [1 - value for value in values]
    low = _edge(lambda at: ShareBets(at).extend(values) >= limit, 0.0, mean)
    high = 1 - _edge(lambda at: ShareBets(at).extend(others) >= limit, 0.0, 1 - mean)
    return low, high


def shift_interval(blocks: list[Block], share: float) -> tuple[float | None, float | None]:
    """Return the interval that holds the shift between two groups; None is no limit yet.

    Args:
        blocks: the numbers.
        share: how often it may ever miss.
    """
    if not blocks:
        return None, None
    limit = log(2 / share)
    middle = shift_between(blocks)
    turned = [mirrored(block) for block in blocks]

    def lower(blocks: list[Block], start: float) -> float | None:
        def refuted(at: float) -> bool:
            return ShiftBets(at).extend(blocks) >= limit

        step = 0.25
        while not refuted(start - step):
            step *= 2
            if step > _FARTHEST:
                return None
        return _edge(refuted, start - step, start)

    low, high = lower(blocks, middle), lower(turned, -middle)
    return low, None if high is None else -high


def shift_between(blocks: list[Block]) -> float:
    """Return the middle one of the differences between two groups."""
    return median(each for block in blocks for each in block)


def median_interval(values: list[float], share: float) -> tuple[float | None, float | None]:
    """Return the interval that holds the median of a group; None is no limit yet.

    Half of all numbers lie above the median: that is a mean of 1/2.
    """
    ordered = sorted(values)
    limit = log(2 / share)

    def lower(ordered: list[float]) -> float | None:
        # With so many above, is it still believable that half of them are?
        first, last = 0, len(ordered)
        while first < last:
            at = (first + last) // 2
            bets = ShareBets(0.5)
            bets.extend([0.0] * at)
            if bets.extend([1.0] * (len(ordered) - at)) >= limit:
                first = at + 1
            else:
                last = at
        return None if first == 0 else ordered[first - 1]

    low, high = lower(ordered), lower([-value for value in reversed(ordered)])
    return low, None if high is None else -high


def _edge(refuted: Callable[[float], bool], low: float, high: float) -> float:
    """Return where claims stop being refuted, between one that is and one that is not."""
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if refuted(middle):
            low = middle
        else:
            high = middle
    return low
