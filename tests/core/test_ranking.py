"""Ranking: pure functions, so every rule is a table."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.config import Strategy
from providers.routing.choice import NO_KEY, Candidate, Favourite, Policy
from providers.routing.ranking import rank


def candidate(
    provider: str,
    cost: str | None = "0.001",
    latency: float = 1.0,
    quality: float = 0.5,
    blocked: str | None = None,
    *,
    last_resort: bool = False,
) -> Candidate:
    return Candidate(
        provider=provider,
        model=f"{provider}-model",
        predicted_cost=None if cost is None else Decimal(cost),
        predicted_latency=latency,
        latency_measured=True,
        quality=quality,
        blocked=blocked,
        last_resort=last_resort,
    )


CHEAP = candidate("cheap", "0.0004", latency=3.0, quality=0.3)
FAST = candidate("fast", "0.003", latency=0.4, quality=0.5)
GOOD = candidate("good", "0.02", latency=2.0, quality=0.9)
BUILT_IN = candidate("local", "0", latency=0.1, quality=0.1, last_resort=True)
ALL = [GOOD, BUILT_IN, FAST, CHEAP]
YARDSTICKS = {
    Strategy.COST,
    Strategy.LATENCY,
    Strategy.QUALITY,
    Strategy.BALANCED,
    Strategy.MANUAL,
}
"""What is left of a policy once dynamic and rules are resolved."""


def named(provider: str) -> Policy:
    return Policy(
        Strategy.MANUAL,
        favourite=Favourite(provider, None, "named by you", outranks_last_resort=True),
    )


def names(candidates: object, policy: Policy) -> list[str]:
    return [c.provider for c in rank(candidates, policy).order]  # type: ignore[arg-type]  # a list


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        (Strategy.COST, ["cheap", "fast", "good", "local"]),
        (Strategy.LATENCY, ["fast", "good", "cheap", "local"]),
        (Strategy.QUALITY, ["good", "fast", "cheap", "local"]),
    ],
)
def test_each_strategy_orders_by_its_own_yardstick(strategy: Strategy, expected: list[str]) -> None:
    assert names(ALL, Policy(strategy)) == expected


def test_manual_asks_the_named_one_then_the_best() -> None:
    assert names(ALL, named("cheap")) == [
        "cheap",
        "good",
        "fast",
        "local",
    ]


def test_naming_the_last_resort_makes_it_the_first() -> None:
    assert names(ALL, named("local"))[0] == "local"
    assert rank(ALL, named("local")).reason == "named by you"


def test_a_rule_does_not_outrank_the_standing_of_a_last_resort() -> None:
    ruled = Policy(Strategy.COST, favourite=Favourite("local", None, "rule 'short'"))
    assert names(ALL, ruled) == ["cheap", "fast", "good", "local"]


def test_a_rule_puts_its_candidate_first_and_the_yardstick_orders_the_rest() -> None:
    ruled = Policy(Strategy.COST, favourite=Favourite("good", "good-model", "rule 'code'"))
    ranking = rank(ALL, ruled)
    assert [c.provider for c in ranking.order] == ["good", "cheap", "fast", "local"]
    assert ranking.reason == "rule 'code'"


def test_a_favourite_that_cannot_answer_is_named_with_who_answers_instead() -> None:
    cooling = candidate("gone", blocked="cooling down 9 s")
    ruled = Policy(Strategy.COST, favourite=Favourite("gone", "gone-model", "rule 'code'"))
    assert rank([*ALL, cooling], ruled).reason == (
        "rule 'code', but gone (gone-model) cannot answer; cheapest of 3: $0.0004 predicted;"
        " gone cooling down 9 s"
    )


def test_balanced_goes_where_least_is_under_way_and_takes_turns() -> None:
    busy = replace(CHEAP, active=2, queued=1)
    recent = replace(FAST, recent=5.0)
    ranking = rank([busy, recent, GOOD], Policy(Strategy.BALANCED))
    assert [c.provider for c in ranking.order] == ["good", "fast", "cheap"]
    assert ranking.reason == "least busy of 3: 0 under way"
    assert ranking.views[-1].reason == "2 under way, 1 waiting"


def test_how_a_strategy_came_to_its_yardstick_is_part_of_the_reason() -> None:
    policy = Policy(Strategy.QUALITY, because='the question says "explain"')
    assert rank(ALL, policy).reason == 'the question says "explain": best of 3: quality 0.90'


def test_models_of_one_provider_are_told_apart() -> None:
    small = replace(CHEAP, provider="good", model="small")
    cooling = replace(small, model="tiny", blocked="cooling down 3 s")
    gone = replace(small, model="nano", blocked="cooling down 4 s")
    ranking = rank([GOOD, small, cooling, gone], Policy(Strategy.COST))
    assert [c.model for c in ranking.order] == ["small", "good-model"]
    assert "good tiny cooling down 3 s" in ranking.reason
    assert "good nano cooling down 4 s" in ranking.reason


def test_little_known_candidates_are_tried() -> None:
    tried = replace(GOOD, latency_score=0.3, latency_measured=False)
    ranking = rank([FAST, tried], Policy(Strategy.LATENCY))
    assert ranking.order[0].provider == "good"
    assert ranking.reason == "fastest of 2: 2.0 s expected, being tried"


def test_an_unknown_price_is_never_the_cheapest() -> None:
    unknown = candidate("unknown", None)
    assert names([unknown, GOOD], Policy(Strategy.COST)) == ["good", "unknown"]


def test_the_reason_names_the_number_and_who_was_passed_over() -> None:
    cooling = candidate("groq", "0.0001", blocked="cooling down 12 s")
    keyless = candidate("openai", blocked=NO_KEY)
    ranking = rank([*ALL, cooling, keyless], Policy(Strategy.COST))
    assert ranking.reason == "cheapest of 3: $0.0004 predicted; groq cooling down 12 s"
    assert {view.provider for view in ranking.views if not view.usable} == {"groq", "openai"}


def test_the_last_resort_says_what_it_is() -> None:
    ranking = rank([BUILT_IN, candidate("openai", blocked=NO_KEY)], Policy(Strategy.QUALITY))
    assert ranking.reason == "last resort: no other provider has a key"
    cooling = rank([BUILT_IN, candidate("groq", blocked="cooling down 3 s")], Policy(Strategy.COST))
    assert cooling.reason == "last resort: no other provider can answer; groq cooling down 3 s"


def test_a_configured_chain_decides_who_follows() -> None:
    policy = Policy(Strategy.QUALITY, fallback_order=("cheap",))
    assert names(ALL, policy) == ["good", "cheap", "local"]


def test_without_fallback_only_the_first_is_asked() -> None:
    assert names(ALL, Policy(Strategy.COST, enable_fallback=False)) == ["cheap"]


def test_the_favourite_alone_is_never_replaced_by_another() -> None:
    alone = replace(named("fast"), favourite_only=True, enable_fallback=False)
    assert names(ALL, alone) == ["fast"]
    down = [GOOD, replace(FAST, blocked="is cooling down")]
    ranking = rank(down, alone)
    assert ranking.order == ()
    assert "cooling down" in ranking.reason
    assert [view.provider for view in ranking.views] == ["fast"]


def test_nobody_usable_is_an_empty_order_with_the_reasons() -> None:
    ranking = rank([candidate("groq", blocked="cooling down 3 s")], Policy(Strategy.COST))
    assert ranking.order == ()
    assert "groq cooling down 3 s" in ranking.reason


candidates = st.lists(
    st.builds(
        candidate,
        provider=st.sampled_from(["a", "b", "c", "d", "e"]),
        cost=st.one_of(st.none(), st.sampled_from(["0", "0.1", "0.2"])),
        latency=st.sampled_from([0.1, 1.0]),
        quality=st.sampled_from([0.1, 0.9]),
        blocked=st.sampled_from([None, "cooling down 1 s"]),
        last_resort=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda c: c.provider,
)
favourites = st.builds(
    Favourite,
    provider=st.sampled_from(["a", "f"]),
    model=st.sampled_from([None, "a-model", "other"]),
    because=st.just("named by you"),
    outranks_last_resort=st.booleans(),
)
policies = st.builds(
    Policy,
    strategy=st.sampled_from(sorted(YARDSTICKS)),
    favourite=st.one_of(st.none(), favourites),
    primary=st.sampled_from([None, "a", "b"]),
    fallback_order=st.sampled_from([(), ("c", "a")]),
    enable_fallback=st.booleans(),
)


@given(candidates, policies, st.randoms())
def test_ranking_holds_its_promises(pool: list[Candidate], policy: Policy, random: object) -> None:
    ranking = rank(pool, policy)
    assert all(c.blocked is None for c in ranking.order)
    assert bool(ranking.order) == any(c.blocked is None for c in pool)
    assert len(ranking.views) == len(pool)
    shuffled = list(pool)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis hands a Random
    assert rank(shuffled, policy) == ranking
