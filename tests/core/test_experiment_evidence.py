"""The evidence of an experiment: what holds exactly, and against numbers computed otherwise."""

from __future__ import annotations

from math import exp, inf, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.experiments.comparing import Blocks, Difference, compare, in_blocks
from providers.experiments.evidence import (
    SHARE_STAKES,
    Block,
    ShareBets,
    ShiftBets,
    median_interval,
    mirrored,
    p_value,
    share_interval,
    shift_interval,
)
from providers.experiments.measures import Measure

NUMBERS = st.floats(-20, 20)


def _capital(bets: ShareBets | ShiftBets) -> float:
    return exp(bets.log_capital)


def _shift_capital(block: Block, before: list[Block]) -> float:
    bets = ShiftBets(0.0)
    bets.extend(before)
    bets.add(block)
    return _capital(bets)


@given(st.lists(NUMBERS, min_size=2, max_size=5), st.lists(NUMBERS, max_size=3))
def test_bets_on_groups_without_a_difference_are_fair(
    numbers: list[float], before: list[float]
) -> None:
    """Each of them may be the one that stands alone: over all, nothing is won or lost."""
    blocks: list[Block] = [(each,) for each in before]
    start = ShiftBets(0.0)
    start.extend(blocks)
    after = [
        _shift_capital(
            tuple(alone - other for i, other in enumerate(numbers) if i != index), blocks
        )
        for index, alone in enumerate(numbers)
    ]
    assert sum(after) / len(after) == pytest.approx(_capital(start), rel=1e-9)


@given(st.lists(st.lists(NUMBERS, min_size=1, max_size=3).map(tuple), min_size=1, max_size=20))
def test_bets_win_on_one_side_at_most(blocks: list[Block]) -> None:
    for measure in (Measure.RESPONSE_TIME, Measure.KEPT):
        scale = 1 if measure.is_ratio else 20
        difference = Difference(measure)
        for block in blocks:
            difference.add(tuple(each / scale for each in block))
        assert min(difference.log_capitals) <= 1e-9


@given(st.lists(st.floats(0, 1), max_size=20), st.floats(0.01, 0.99))
def test_bets_on_a_mean_are_fair(values: list[float], mean: float) -> None:
    start = ShareBets(mean)
    start.extend(values)
    after = []
    for value in (0.0, 1.0):
        bets = ShareBets(mean)
        bets.extend([*values, value])
        after.append(_capital(bets))
    lost, won = after
    assert won * mean + lost * (1 - mean) == pytest.approx(_capital(start), rel=1e-9)


def test_the_capital_is_the_mean_over_the_stakes() -> None:
    bets = ShareBets(0.5)
    bets.extend([1.0, 1.0, 0.0])
    by_hand = sum((1 + s) * (1 + s) * (1 - s) for s in SHARE_STAKES) / len(SHARE_STAKES)
    assert _capital(bets) == pytest.approx(by_hand)


def test_a_p_value_counts_both_sides_and_is_never_above_one() -> None:
    assert p_value(log(40), log(0.1)) == pytest.approx(0.05)
    assert p_value(log(0.5), log(0.1)) == 1.0


@given(st.lists(st.tuples(NUMBERS), min_size=1, max_size=12))
def test_the_order_of_the_arms_makes_no_difference(blocks: list[Block]) -> None:
    there, back = Difference(Measure.RESPONSE_TIME), Difference(Measure.RESPONSE_TIME)
    for block in blocks:
        there.add(block)
        back.add(mirrored(block))
    assert there.p_value == pytest.approx(back.p_value)


@pytest.mark.parametrize("distance", [1e3, 1e300])
def test_numbers_far_apart_do_no_harm(distance: float) -> None:
    bets = ShiftBets(0.0)
    assert bets.extend([(distance,)] * 20) > 0
    assert bets.extend([(-distance,)] * 60) < 0


def test_a_block_is_full_with_the_first_of_the_other_arm() -> None:
    values = [("a", 1.0), ("a", 2.0), ("c", 9.0), ("b", 5.0), ("b", 4.0), ("a", 1.0), ("a", 0.0)]
    assert in_blocks(values, "a", "b") == [(4.0, 3.0), (3.0,)]
    blocks = Blocks()
    assert blocks.add(second=True, value=3.0) is None
    assert blocks.add(second=False, value=1.0) == (2.0,)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.floats(0.01, 0.2))
def test_an_interval_for_a_share_holds_what_was_seen(values: list[float], share: float) -> None:
    low, high = share_interval(values, share)
    mean = sum(values) / len(values)
    assert 0 <= low <= mean + 1e-6
    assert mean - 1e-6 <= high <= 1
    if low > 1e-6:
        # Just outside it is refuted, which is what an interval means.
        assert ShareBets(low - 1e-7).extend(values) >= log(2 / share) - 1e-3


def test_intervals_shrink_and_hold_the_truth() -> None:
    random = Random(7)
    blocks: list[Block] = [(random.gauss(0.5, 1),) for _ in range(400)]
    few, many = shift_interval(blocks[:60], 0.05), shift_interval(blocks, 0.05)
    for low, high in (few, many):
        assert low is not None
        assert high is not None
        assert low < 0.5 < high
    assert (many[1] or inf) - (many[0] or -inf) < (few[1] or inf) - (few[0] or -inf)
    assert shift_interval([(1.0,)], 0.05) == (None, None)
    values = [random.expovariate(log(2)) for _ in range(300)]
    low, high = median_interval(values, 0.05)
    assert low is not None
    assert high is not None
    assert low < 1 < high
    assert median_interval([1.0, 2.0], 0.05) == (None, None)


@pytest.mark.parametrize("measure", [Measure.RESPONSE_TIME, Measure.KEPT])
def test_significant_is_what_the_interval_leaves_out(measure: Measure) -> None:
    random = Random(3)
    truth = {"a": 0.3, "b": 0.75}
    values = []
    seen = set()
    for number in range(240):
        arm = random.choice(("a", "b"))
        values.append((arm, float(random.random() < truth[arm])))
        if number % 8:
            continue
        found = compare(measure, values, "a", "b", share=0.05, comparisons=1)
        none = 1.0 if measure.is_ratio else 0.0
        outside = (found.low is not None and found.low > none) or (
            found.high is not None and found.high < none
        )
        assert found.significant == outside
        seen.add(found.significant)
    assert seen == {True, False}
