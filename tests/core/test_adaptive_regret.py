"""``adaptive`` on simulated providers: the quick version of ``python -m tests.bench adaptive``."""

from __future__ import annotations

from statistics import mean

from providers.adaptive.wishes import Adaptive
from tests.bench.adaptive_runs import ADAPTIVE, FIXED, STRATEGIES, Contender, regrets, run
from tests.bench.adaptive_world import changing, one_kind

REQUESTS = 1_200
SEEDS = range(3)


def _mean_regrets(world: object, contenders: list[Contender]) -> dict[str, float]:
    found = regrets(world, contenders, SEEDS, REQUESTS)  # type: ignore[arg-type]  # a World
    return {name: mean(lost) for name, lost in found.items()}


def test_where_providers_change_it_beats_every_fixed_choice_and_strategy() -> None:
    found = _mean_regrets(changing, [ADAPTIVE, *FIXED, *STRATEGIES])
    own = found.pop(ADAPTIVE.name)
    assert own < 0.75 * min(found.values()), found


def test_where_nothing_changes_it_loses_little() -> None:
    found = _mean_regrets(one_kind, [ADAPTIVE, *FIXED])
    own = found.pop(ADAPTIVE.name)
    ordered = sorted(found.values())
    assert own - ordered[0] < 0.03 * REQUESTS, "three hundredths of an answer for each question"
    assert own < ordered[1], "better than the second-best choice"


def test_share_and_budget_hold_over_a_run() -> None:
    wishes = Adaptive(explore_share=0.05, explore_budget="0.02")  # type: ignore[arg-type]
    tight = Contender("tight", ADAPTIVE.strategy, wishes=wishes)
    done = run(changing, tight, seed=1, requests=REQUESTS)
    assert 10 < done.tries <= 0.05 * REQUESTS
    assert 0 < done.most_spent <= wishes.explore_budget  # type: ignore[operator]  # it has one
    again = run(changing, tight, seed=1, requests=REQUESTS)
    assert again.asked == done.asked, "the same person, the same story"
