"""Simulated experiments, looked at after every observation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil, comb, log
from random import Random
from statistics import NormalDist

from providers.experiments.comparing import Blocks, Difference, difference_p_value, in_blocks
from providers.experiments.measures import Measure
from providers.experiments.observation import Answer, series
from providers.learning.outcomes import AnswerOutcome

Draw = Callable[[Random], float]


@dataclass(frozen=True, slots=True)
class Population:
    """What one kind of measure may look like in life.

    Args:
        words: for the table.
        draw: a conversation's value: of times and costs the logarithm.
        weight: the first arm's share of the conversations.
    """

    words: str
    measure: Measure
    draw: Draw
    weight: float = 0.5


def normal(mean: float, spread: float) -> Draw:
    return lambda random: random.gauss(mean, spread)


def yes(share: float) -> Draw:
    return lambda random: float(random.random() < share)


def timeouts(random: Random) -> float:
    """Seconds of which every fiftieth is a wait of two minutes."""
    return log(120) if random.random() < 0.02 else random.gauss(log(2), 0.5)


def pareto(random: Random) -> float:
    """Dollars with so heavy a tail that they hardly have a mean."""
    return log(0.001 * random.paretovariate(1.1))


def rounded(random: Random) -> float:
    """Three words of a rating, mostly none but the best."""
    return random.choice((0.0, 0.5, 1.0, 1.0, 1.0))


POPULATIONS = (
    Population("response time, skewed", Measure.RESPONSE_TIME, normal(log(2), 0.6)),
    Population("response time, with timeouts", Measure.RESPONSE_TIME, timeouts),
    Population("response time, arms 4 to 1", Measure.RESPONSE_TIME, normal(log(2), 0.6), 0.8),
    Population("cost, heavy tail", Measure.COST, pareto),
    Population("cost, heavy tail, arms 4 to 1", Measure.COST, pareto, 0.8),
    Population("kept, 7 of 10", Measure.KEPT, yes(0.7)),
    Population("kept, 97 of 100", Measure.KEPT, yes(0.97)),
    Population("kept, arms 1 to 4", Measure.KEPT, yes(0.7), 0.2),
    Population("rating, three words", Measure.RATING, rounded),
    Population("quality", Measure.QUALITY, lambda random: min(1.0, random.betavariate(8, 1.5))),
)
"""Without any difference between arms."""


def stops_at(
    measure: Measure,
    draws: tuple[Draw, Draw],
    random: Random,
    *,
    share: float,
    most: int,
    **with_: float,
) -> int | None:
    """Return after how many conversations a difference is called real, looked at after each.

    Args:
        measure: what is compared.
        draws: the arms.
        random: chance.
        share: of errors.
        most: conversations to look at.
        with_: ``weight``, the first arm's share of the conversations.
    """
    weight = with_.get("weight", 0.5)
    blocks, difference = Blocks(), Difference(measure)
    for number in range(1, most + 1):
        second = random.random() >= weight
        block = blocks.add(second, draws[second](random))
        if block is not None:
            difference.add(block)
            if difference.p_value <= share:
                return number
    return None


def false_alarms(population: Population, *, runs: int, most: int, share: float, seed: int) -> int:
    """Return how many of ``runs`` experiments without a difference are called significant."""
    random = Random(seed)
    draws = (population.draw, population.draw)
    return sum(
        stops_at(
            population.measure, draws, random, share=share, most=most, weight=population.weight
        )
        is not None
        for _ in range(runs)
    )


def growing_alarms(
    *, runs: int, conversations: int, share: float, seed: int, likeness: float = 0.5
) -> Mapping[Measure, int]:
    """Return false alarms where conversations grow side by side, and are looked at all the time.

    Answers of one conversation resemble each other: ``likeness`` is the part of the variance that
    is between conversations. Whether an answer is kept is known only with the next one.
    """
    random = Random(seed)
    alarms = dict.fromkeys((Measure.RESPONSE_TIME, Measure.KEPT), 0)
    for _ in range(runs):
        found: set[Measure] = set()
        answers: list[Answer] = []
        open_ones: list[tuple[str, str, float]] = []
        for number in range(conversations):
            lift = random.gauss(0, likeness**0.5)
            open_ones.append((str(number), random.choice("ab"), lift))
            for _ in range(random.randint(0, 3)):
                unit, arm, lift = random.choice(open_ones[-8:])
                noise = lift + random.gauss(0, (1 - likeness) ** 0.5)
                kept = random.random() < NormalDist().cdf(0.8 + lift)
                answers.append(
                    Answer(
                        unit=unit,
                        arm=arm,
                        provider=arm,
                        outcome=AnswerOutcome.KEPT if kept else AnswerOutcome.REGENERATED,
                        response_time=2 * 2.7 ** (0.7 * noise),
                    )
                )
            values = series(answers)
            for measure in alarms:
                if measure in found:
                    continue
                if difference_p_value(measure, in_blocks(values[measure], "a", "b")) <= share:
                    found.add(measure)
        for measure in found:
            alarms[measure] += 1
    return alarms


def most_alarms(runs: int, share: float, sureness: float = 0.99) -> int:
    """Return how many of ``runs`` may be called significant before ``share`` is not believable.

    The quantile of the binomial distribution with ``share``: a share that is larger in truth is
    seen above it more often than 1 in 100.
    """
    sum_ = 0.0
    for number in range(runs + 1):
        sum_ += comb(runs, number) * share**number * (1 - share) ** (runs - number)
        if sum_ >= sureness:
            return number
    return runs


def fixed_size(effect: float, spread: float, *, share: float, power: float = 0.9) -> int:
    """Return the conversations that a test looked at once would need, both arms together.

    The textbook's: ``2 (z(1 - share / 2) + z(power))**2 spread**2 / effect**2`` for each arm.

    Args:
        effect: the difference.
        spread: the standard deviation of a conversation's value.
        share: of errors.
        power: how often the difference is to be found.
    """
    z = NormalDist().inv_cdf
    return 2 * ceil(2 * (z(1 - share / 2) + z(power)) ** 2 * spread**2 / effect**2)
