"""Chance shows a difference no more often than stated; a real one is seen long before the end.

Smaller than what ``python -m tests.bench experiments`` prints, with the same parts.
"""

from __future__ import annotations

from math import log
from random import Random
from statistics import median

import pytest

from providers.experiments.measures import Measure
from tests.core.experiment_runs import (
    POPULATIONS,
    Draw,
    Population,
    false_alarms,
    fixed_size,
    growing_alarms,
    most_alarms,
    normal,
    stops_at,
    yes,
)

SHARE = 0.05


@pytest.mark.parametrize("population", POPULATIONS, ids=lambda population: population.words)
def test_a_thousand_experiments_without_a_difference(population: Population) -> None:
    alarms = false_alarms(population, runs=1_000, most=60, share=SHARE, seed=11)
    assert alarms <= most_alarms(1_000, SHARE)


def test_conversations_that_grow_and_resemble_themselves_do_not_raise_the_share() -> None:
    for alarms in growing_alarms(runs=60, conversations=30, share=SHARE, seed=5).values():
        assert alarms <= most_alarms(60, SHARE)


@pytest.mark.parametrize(
    ("measure", "draws", "effect", "spread"),
    [
        (Measure.RESPONSE_TIME, (normal(log(2), 0.6), normal(0, 0.6)), log(2), 0.6),
        (Measure.COST, (normal(0, 0.6), normal(log(2), 0.6)), log(2), 0.6),
        (Measure.KEPT, (yes(0.5), yes(0.9)), 0.4, 0.41),
    ],
)
def test_a_real_difference_stops_early(
    measure: Measure, draws: tuple[Draw, Draw], effect: float, spread: float
) -> None:
    random = Random(2)
    stops = [stops_at(measure, draws, random, share=SHARE, most=2_000) or 2_000 for _ in range(40)]
    # Who does not know the difference beforehand sizes a test for half of it.
    assert median(stops) < fixed_size(effect / 2, spread, share=SHARE) / 2
    assert max(stops) < 2_000


def test_the_bound_is_that_of_the_binomial_distribution() -> None:
    assert most_alarms(1_000, 0.05) == 67
    assert most_alarms(10, 0.5, sureness=0.5) == 5


def test_the_textbooks_size() -> None:
    # 2 (1.96 + 0.8416)**2 / 0.5**2 = 62.8 for each arm.
    assert fixed_size(0.5, 1.0, share=0.05, power=0.8) == 126
