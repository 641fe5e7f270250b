"""How often an experiment is wrong when there is no difference, and how soon it sees one."""

from __future__ import annotations

from math import log
from random import Random
from statistics import median

from providers.experiments.measures import Measure
from tests.bench.table import Row
from tests.core.experiment_runs import (
    POPULATIONS,
    Draw,
    false_alarms,
    fixed_size,
    growing_alarms,
    most_alarms,
    normal,
    stops_at,
    yes,
)

RUNS = 1_000
SHARE = 0.05
PART = SHARE / len(Measure)
"""What one comparison of two arms may take of the share."""
_MOST = 300  # conversations of an experiment without a difference
_GROWING_RUNS = 200
_REAL = 200  # runs with a difference
_PATIENCE = 4_000  # conversations, after which a difference counts as not seen
_SPREAD = 0.6

DIFFERENCES: tuple[tuple[str, Measure, tuple[Draw, Draw], float, float], ...] = (
    *(
        (
            f"{times:g}x faster",
            Measure.RESPONSE_TIME,
            (normal(log(2), _SPREAD), normal(log(2) - log(times), _SPREAD)),
            log(times),
            _SPREAD,
        )
        for times in (1.25, 1.5, 2, 3)
    ),
    *(
        (
            f"kept {high:.0%}, not {low:.0%}",
            Measure.KEPT,
            (yes(low), yes(high)),
            high - low,
            ((high * (1 - high) + low * (1 - low)) / 2) ** 0.5,
        )
        for low, high in ((0.6, 0.8), (0.5, 0.9))
    ),
)
"""Words, what is compared, both arms, the true difference and the spread."""


def rows() -> list[Row]:
    """Simulate, with the same chance every time."""
    found = [_alarms(number) for number in range(len(POPULATIONS))]
    growing = growing_alarms(runs=_GROWING_RUNS, conversations=60, share=SHARE, seed=99)
    found += [
        _row(f"A/A, {measure.label} of growing conversations", alarms, _GROWING_RUNS)
        for measure, alarms in growing.items()
    ]
    return found + [_stopping(number) for number in range(len(DIFFERENCES))]


def _alarms(number: int) -> Row:
    population = POPULATIONS[number]
    alarms = false_alarms(population, runs=RUNS, most=_MOST, share=SHARE, seed=number)
    return _row(f"A/A, {population.words}", alarms, RUNS)


def _row(words: str, alarms: int, runs: int) -> Row:
    bound = most_alarms(runs, SHARE) / runs
    against = f"share of {runs:,} runs, promised at most {SHARE:g}"
    return Row(f"{words}: called significant", alarms / runs, None, against, most=bound)


def _stopping(number: int) -> Row:
    words, measure, draws, effect, spread = DIFFERENCES[number]
    random = Random(number)
    stops = [
        stops_at(measure, draws, random, share=PART, most=_PATIENCE) or _PATIENCE
        for _ in range(_REAL)
    ]
    known = fixed_size(effect, spread, share=PART)
    careful = fixed_size(effect / 2, spread, share=PART)
    against = f"of a test sized for half that difference; {known:,} had it been known exactly"
    return Row(f"A/B, {words}: conversations, median", median(stops), careful, against, most=1.0)
