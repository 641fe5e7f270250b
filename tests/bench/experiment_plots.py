"""The plots of docs/experiments.md."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from pathlib import Path
from random import Random
from statistics import NormalDist

from providers.experiments.comparing import Blocks, Difference, compare
from providers.experiments.measures import Measure
from tests.bench.drawing import BLUE, GREEN, GREY, ORANGE, drawing
from tests.core.experiment_runs import Draw, normal, yes

_RUNS = 1_000
_LONGEST = 400  # conversations
_SHARE = 0.05
_SPREAD = 0.6
_TIMES = 1.5
_LONG_RUN = 600
_STEP = 10


def false_alarms_plot(folder: Path) -> None:
    """Draw how many experiments without a difference were ever called significant."""
    time, kept = normal(log(2), _SPREAD), yes(0.7)
    telex = [
        ("telex, response time", BLUE, _first_alarms(Measure.RESPONSE_TIME, time, seed=1)),
        ("telex, kept", GREEN, _first_alarms(Measure.KEPT, kept, seed=2)),
    ]
    classic = _first_classic_alarms(time, seed=3)
    with drawing(folder / "experiments-false-alarms.svg") as axes:
        for label, colour, alarms in [("t-test at every look", ORANGE, classic), *telex]:
            numbers, shares = _shares(alarms)
            axes.plot(numbers, shares, label=label, color=colour)
        axes.axhline(_SHARE, color=GREY, linestyle="--", label="promised")
        axes.set_xlabel("conversations looked at, one by one")
        axes.set_ylabel("ever called significant")
        axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        axes.set_title(f"{_RUNS:,} experiments without any difference")
        axes.legend()


def interval_plot(folder: Path) -> None:
    """Draw how the interval of one experiment shrinks around the truth."""
    random = Random(4)
    draws = {"a": normal(log(2), _SPREAD), "b": normal(log(2) - log(_TIMES), _SPREAD)}
    values = []
    numbers, effects, lows, highs = [], [], [], []
    shown = None
    for number in range(1, _LONG_RUN + 1):
        arm = random.choice("ab")
        values.append((arm, draws[arm](random)))
        if number % _STEP:
            continue
        found = compare(
            Measure.RESPONSE_TIME, values, "a", "b", share=_SHARE, comparisons=len(Measure)
        )
        if found.effect is None or found.low is None or found.high is None:
            continue
        numbers.append(number)
        effects.append(1 / found.effect)
        lows.append(1 / found.high)
        highs.append(1 / found.low)
        if shown is None and found.significant:
            shown = number
    with drawing(folder / "experiments-interval.svg") as axes:
        axes.fill_between(numbers, lows, highs, color=BLUE, alpha=0.25, label="interval")
        axes.plot(numbers, effects, color=BLUE, label="measured")
        axes.axhline(_TIMES, color=GREEN, linestyle="--", label="the truth")
        axes.axhline(1, color=GREY, linestyle=":", label="no difference")
        if shown is not None:
            axes.axvline(shown, color=ORANGE, label=f"shown after {shown}")
        axes.set_yscale("log", base=2)
        axes.yaxis.set_major_formatter(lambda times, _: f"{times:g}x")
        axes.set_xlabel("conversations")
        axes.set_ylabel("b is faster by")
        axes.set_title("One experiment, looked at all the time")
        axes.legend(ncols=2)


def _first_alarms(measure: Measure, draw: Draw, *, seed: int) -> list[int]:
    """Return after how many conversations each run that was called significant was."""
    random = Random(seed)
    found = []
    for _ in range(_RUNS):
        blocks, difference = Blocks(), Difference(measure)
        for number in range(1, _LONGEST + 1):
            block = blocks.add(random.random() < 0.5, draw(random))
            if block is None:
                continue
            difference.add(block)
            if difference.p_value <= _SHARE:
                found.append(number)
                break
    return found


def _first_classic_alarms(draw: Draw, *, seed: int) -> list[int]:
    """Return the same of a test that may be looked at once, looked at all the time."""
    random = Random(seed)
    limit = NormalDist().inv_cdf(1 - _SHARE / 2)
    found = []
    for _ in range(_RUNS):
        arms = (_Moments(), _Moments())
        for number in range(1, _LONGEST + 1):
            arms[random.random() < 0.5].add(draw(random))
            if min(arm.count for arm in arms) < 10:
                continue
            error = sum(arm.variance / arm.count for arm in arms) ** 0.5
            if abs(arms[0].mean - arms[1].mean) > limit * error:
                found.append(number)
                break
    return found


class _Moments:
    def __init__(self) -> None:
        self.count, self.mean, self._squares = 0, 0.0, 0.0

    def add(self, value: float) -> None:
        """B. Welford, "Note on a method for calculating corrected sums of squares" (1962)."""
        self.count += 1
        before = value - self.mean
        self.mean += before / self.count
        self._squares += before * (value - self.mean)

    @property
    def variance(self) -> float:
        return self._squares / (self.count - 1)


def _shares(alarms: Sequence[int]) -> tuple[list[int], list[float]]:
    numbers = list(range(0, _LONGEST + 1, 2))
    return numbers, [sum(alarm <= number for alarm in alarms) / _RUNS for number in numbers]
