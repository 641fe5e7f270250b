"""Two arms, by one measure: how much they differ, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp
from statistics import fmean

from providers.experiments.comparison import Comparison
from providers.experiments.evidence import (
    Block,
    ShareBets,
    ShiftBets,
    mirrored,
    p_value,
    share_interval,
    shift_between,
    shift_interval,
)
from providers.experiments.measures import Measure
from providers.experiments.observation import Series


def compare(
    measure: Measure, values: Series, first: str, second: str, *, share: float, comparisons: int
) -> Comparison:
    """Compare two arms.

    Args:
        measure: what by.
        values: of the conversations of all arms, in the order they began.
        first: one arm.
        second: the other one.
        share: how often an experiment without any difference may be called significant.
        comparisons: how many share that: each gets an equal part (C. Bonferroni 1936).
    """
    counts = {name: sum(1 for arm, _ in values if arm == name) for name in (first, second)}
    blocks = in_blocks(values, first, second)
    difference = Difference(measure)
    for block in blocks:
        difference.add(block)
    p = min(1.0, comparisons * difference.p_value)
    effect, low, high = _effect(measure, blocks, share / comparisons)
    significant, larger = p <= share, None
    if significant and effect is not None:
        above = _is_above(measure, effect, difference)
        larger = None if above is None else second if above else first
        if larger is None:
            low = high = None  # it would be an interval for the one factor that there is not
    return Comparison(
        measure=measure,
        first=first,
        second=second,
        first_count=counts[first],
        second_count=counts[second],
        effect=effect,
        low=low,
        high=high,
        p_value=p,
        significant=significant,
        larger=larger,
    )


def in_blocks(values: Series, first: str, second: str) -> list[Block]:
    """Return the conversations of two arms in blocks, in the order they began."""
    blocks = Blocks()
    found = (blocks.add(arm == second, value) for arm, value in values if arm in (first, second))
    return [block for block in found if block is not None]


class Blocks:
    """Puts what comes in into blocks, in each of which one number is compared with others.

    A block is full with the first number of the other arm. Where arms have unlike weights that
    one stands against several, and none is left out.
    """

    def __init__(self) -> None:
        self._waiting: list[float] = []
        self._second = False

    def add(self, second: bool, value: float) -> Block | None:
        """Take a number of the first or the second arm; return the block it fills, if any."""
        if not self._waiting or second is self._second:
            self._waiting.append(value)
            self._second = second
            return None
        sign = 1 if second else -1
        block = tuple(sign * (value - other) for other in self._waiting)
        self._waiting = []
        return block


def difference_p_value(measure: Measure, blocks: Iterable[Block]) -> float:
    """Return the anytime-valid p-value of "there is no difference"."""
    difference = Difference(measure)
    for block in blocks:
        difference.add(block)
    return difference.p_value


class Difference:
    """The evidence that two arms differ, as it comes in.

    Args:
        measure: what by.
    """

    def __init__(self, measure: Measure) -> None:
        self._shifts = (ShiftBets(0.0), ShiftBets(0.0)) if measure.is_ratio else None
        self._shares = (ShareBets(0.5), ShareBets(0.5))

    def add(self, block: Block) -> None:
        """Take the next block."""
        if self._shifts is not None:
            for bets, seen in zip(self._shifts, (block, mirrored(block)), strict=True):
                bets.add(seen)
        else:
            share = _as_share(block)
            for side, value in zip(self._shares, (share, 1 - share), strict=True):
                side.add(value)

    @property
    def p_value(self) -> float:
        """The anytime-valid p-value of "there is no difference"."""
        return p_value(*self.log_capitals)

    @property
    def log_capitals(self) -> tuple[float, float]:
        """The logarithms of what bets that the second arm has more, and less, have now."""
        above, below = self._shifts or self._shares
        return above.log_capital, below.log_capital


def _effect(
    measure: Measure, blocks: list[Block], share: float
) -> tuple[float | None, float | None, float | None]:
    if not blocks:
        return None, None, None
    if measure.is_ratio:
        low, high = shift_interval(blocks, share)
        return (
            exp(shift_between(blocks)),
            None if low is None else exp(low),
            None if high is None else exp(high),
        )
    shares = [_as_share(block) for block in blocks]
    least, most = share_interval(shares, share)
    return 2 * fmean(shares) - 1, 2 * least - 1, 2 * most - 1


def _is_above(measure: Measure, effect: float, seen: Difference) -> bool | None:
    """Return whether the second arm has more; None is that the evidence does not agree on that.

    The middle difference weighs how often an arm has more. The bets weigh also by how much: they
    win on one side at most, that of the mean difference, since the logarithm of what they win is
    concave in the differences. Where the two disagree neither arm is simply the better one. Where
    they agree the interval leaves "none" out: its ends are where the same bets stop winning.
    """
    above, below = seen.log_capitals
    none = 1 if measure.is_ratio else 0
    if effect == none or (effect > none) is not (above > below):
        return None
    return above > below


def _as_share(block: Block) -> float:
    """Return the difference of a block, from -1 to 1, as a number from 0 to 1."""
    return (1 + fmean(block)) / 2
