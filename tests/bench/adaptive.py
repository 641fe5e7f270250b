"""How much ``adaptive`` loses on simulated providers, beside fixed choices and other strategies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import log, sqrt
from random import Random
from statistics import mean, stdev

from providers.adaptive.beliefs import SPREAD
from providers.adaptive.book import AdaptiveBook
from providers.adaptive.wishes import Adaptive
from providers.config import Strategy
from tests.bench.adaptive_runs import (
    ADAPTIVE,
    FIXED,
    REQUESTS,
    SEEDS,
    STRATEGIES,
    Contender,
    fixed,
    regrets,
    run,
)
from tests.bench.adaptive_world import World, changing, one_kind, stationary, unseen
from tests.bench.table import Row

WORLDS = {"stationary": stationary, "one kind of question": one_kind, "changing": changing}
_UNSEEN = 40


def thompson(memory: float) -> AdaptiveBook:
    """Return a book that hopes at random: discounted Thompson sampling.

    Raj and Kalyani, "Taming Non-stationary Bandits: A Bayesian Approach", 2017, arXiv:1707.09727,
    section 3, with our normal posterior in place of their Beta.
    """
    draw = Random(1)
    return AdaptiveBook(memory, lambda belief: draw.gauss(0.0, belief.deviation))


def discounted_ucb(memory: float) -> AdaptiveBook:
    """Return a book that hopes by the padding of discounted UCB.

    Garivier and Moulines, ALT 2011, section 3: ``2 B sqrt(xi log(n) / N)`` with the xi of 0.6 of
    their experiments, our spread for B, and n the answers that count in the long run.
    """
    log_all = log(memory / log(2))
    return AdaptiveBook(
        memory, lambda belief: 2 * SPREAD * sqrt(0.6 * log_all / (1.0 + belief.answers))
    )


VARIANTS = [
    Contender("with Thompson sampling", Strategy.ADAPTIVE, book=thompson),
    Contender("with discounted UCB", Strategy.ADAPTIVE, book=discounted_ucb),
    Contender("without tries", Strategy.ADAPTIVE, wishes=Adaptive(explore_share=0.0)),
    Contender("with tries of 30 %", Strategy.ADAPTIVE, wishes=Adaptive(explore_share=0.3)),
    Contender("with a memory of 100", Strategy.ADAPTIVE, wishes=Adaptive(memory=100)),
    Contender("with a memory of 1,000", Strategy.ADAPTIVE, wishes=Adaptive(memory=1_000)),
]
"""``adaptive`` as it might have been, to choose its numbers by."""


def rows() -> Iterator[Row]:
    """Measure what is lost in a hundred requests: mean and spread over the seeds."""
    for name, world in WORLDS.items():
        yield from _beside(name, world, [*FIXED, *STRATEGIES])
    yield from _unseen_rows()


def variant_rows() -> Iterator[Row]:
    """Measure what other numbers and methods would have lost."""
    for name, world in WORLDS.items():
        yield from _beside(name, world, VARIANTS)


def _beside(name: str, world: World, others: Iterable[Contender]) -> Iterator[Row]:
    found = regrets(world, [ADAPTIVE, *others])
    own = found.pop(ADAPTIVE.name)
    yield Row(
        f"{name}: usefulness lost in 100 requests",
        _in_a_hundred(mean(own)),
        None,
        f"± {_in_a_hundred(stdev(own)):.2g} over {len(SEEDS)} seeds, best possible is 0",
    )
    for other, lost in sorted(found.items(), key=lambda pair: mean(pair[1])):
        yield Row(
            f"{name}: beside {other}",
            _in_a_hundred(mean(own)),
            _in_a_hundred(mean(lost)),
            f"± {_in_a_hundred(stdev(lost)):.2g}",
        )


def _unseen_rows() -> Iterator[Row]:
    """Measure worlds made at random, by which nothing was chosen."""
    best_ratios, won, own, theirs = [], 0, [], []
    for seed in range(_UNSEEN):
        world = unseen(seed)
        contenders = [ADAPTIVE, *fixed(world(0.0)), *STRATEGIES]
        lost = {each.name: run(world, each, seed).regret[-1] for each in contenders}
        mine = lost.pop(ADAPTIVE.name)
        best = min(lost.values())
        won += mine < best
        best_ratios.append(mine / best)
        own.append(_in_a_hundred(mine))
        theirs.append(_in_a_hundred(best))
    against = "the best of all fixed choices and strategies in each"
    yield Row(f"{_UNSEEN} worlds at random: lost in 100 requests", mean(own), mean(theirs), against)
    yield Row(f"{_UNSEEN} worlds at random: share lost less in", won / _UNSEEN, None, against)
    worst = f"{against}; the worst of all"
    yield Row(f"{_UNSEEN} worlds at random: ratio", max(best_ratios), None, worst)


def _in_a_hundred(regret: float) -> float:
    return 100 * regret / REQUESTS
