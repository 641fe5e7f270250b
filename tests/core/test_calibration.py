"""Ranges that keep their promise."""

from __future__ import annotations

import random
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.learning.calibration import (
    DEFAULT_FACTOR,
    ENOUGH_PAIRS,
    MEMORY,
    PROMISED_COVERAGE,
    Calibration,
    Range,
)


def test_before_any_pair_the_default_spread() -> None:
    calibration = Calibration()
    assert calibration.range("m", 3.0) == Range(1.0, 3.0, 9.0)
    assert calibration.error() is None
    assert calibration.error("m") is None


def test_a_few_pairs_move_the_range_a_little() -> None:
    calibration = Calibration()
    calibration.observe("m", predicted=1.0, actual=2.0)
    after_one = calibration.range("m", 1.0)
    assert 1.0 < after_one.expected < 1.2
    assert after_one.high > DEFAULT_FACTOR * 0.8
    for _ in range(ENOUGH_PAIRS):
        calibration.observe("m", predicted=1.0, actual=2.0)
    told = calibration.range("m", 1.0)
    assert (told.low, told.expected, told.high) == pytest.approx((2.0, 2.0, 2.0))
    assert calibration.range("other", 1.0).high == DEFAULT_FACTOR, "each key learns alone"


@pytest.mark.parametrize("sigma", [0.05, 0.5, 2.0])
@pytest.mark.parametrize("off", [0.5, 1.0, 4.0])
def test_four_in_five_fall_into_the_range(sigma: float, off: float) -> None:
    calibration, dice = Calibration(), random.Random(7)
    inside = 0
    for _ in range(2000):
        actual = off * exp(dice.gauss(0, sigma))
        inside += actual in calibration.range("m", 1.0)
        calibration.observe("m", predicted=1.0, actual=actual)
    assert inside / 2000 == pytest.approx(PROMISED_COVERAGE, abs=0.03)
    error = calibration.error("m")
    assert error is not None
    assert error.pairs == MEMORY
    assert error.bias == pytest.approx(log(off), abs=4 * sigma / MEMORY**0.5)
    assert error.coverage == pytest.approx(PROMISED_COVERAGE, abs=0.15)


def test_it_forgets_what_is_no_longer_so() -> None:
    calibration = Calibration()
    for _ in range(MEMORY):
        calibration.observe("m", predicted=1.0, actual=10.0)
    for _ in range(MEMORY):
        calibration.observe("m", predicted=1.0, actual=1.0)
    assert calibration.range("m", 1.0) == Range(1.0, 1.0, 1.0)


def test_a_free_model_is_predicted_exactly() -> None:
    calibration = Calibration()
    for _ in range(20):
        calibration.observe("local", predicted=0.0, actual=0.0)
    error = calibration.error("local")
    assert error is not None
    assert (error.mean_abs_log_error, error.bias, error.coverage) == (0, 0, 1)
    assert calibration.range("local", 0.0) == Range(0.0, 0.0, 0.0)


def test_coverage_is_of_the_range_given_before() -> None:
    calibration = Calibration()
    calibration.observe("m", predicted=1.0, actual=100.0)
    calibration.observe("m", predicted=0.0, actual=1.0)
    calibration.observe("m", predicted=1.0, actual=0.0)
    calibration.observe("n", predicted=1.0, actual=1.0)
    error, all_errors = calibration.error("m"), calibration.error()
    assert error is not None
    assert all_errors is not None
    assert (error.pairs, error.coverage) == (3, 0)
    assert (all_errors.pairs, all_errors.coverage) == (4, 0.25)


anything = st.floats(allow_nan=True, allow_infinity=True)


@given(st.lists(st.tuples(anything, anything), max_size=30), anything)
def test_no_pair_can_break_it(pairs: list[tuple[float, float]], predicted: float) -> None:
    calibration = Calibration()
    for before, after in pairs:
        calibration.observe("m", predicted=before, actual=after)
    told = calibration.range("m", predicted)
    assert 0 <= told.low <= told.expected <= told.high
