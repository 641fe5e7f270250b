"""What an experiment says: per arm, per comparison, and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from app.experiment_text import as_json
from providers.errors import ConfigError
from providers.experiments.comparing import compare
from providers.experiments.comparison import Comparison
from providers.experiments.experiment import Arm, AssignedUnit, Experiment
from providers.experiments.measures import Measure
from providers.experiments.observation import Answer, series
from providers.experiments.results import analyse, analyse_experiment
from providers.learning.outcomes import AnswerOutcome

ARMS = {"a": "groq", "b": "openai"}
PLAIN = Answer(
    unit="1",
    arm="a",
    provider="groq",
    outcome=AnswerOutcome.KEPT,
    response_time=2.0,
    time_to_first_token=0.5,
    cost=Decimal("0.002"),
    quality=0.9,
    rating=1.0,
)


def _answers(count: int, *, faster: float = 2.0, seed: int = 1) -> Sequence[Answer]:
    """Conversations of one answer: b is faster, and twice as dear; the rest is alike."""
    random = Random(seed)
    found = []
    for number in range(count):
        arm = random.choice("ab")
        seconds = random.lognormvariate(0.7, 0.4) / (faster if arm == "b" else 1)
        cents = Decimal(str(round(random.lognormvariate(0, 0.3), 4))) / 100
        kept = random.random() < 0.8
        found.append(
            replace(
                PLAIN,
                unit=str(number),
                arm=arm,
                provider=ARMS[arm],
                outcome=AnswerOutcome.KEPT if kept else AnswerOutcome.EDITED,
                response_time=seconds,
                cost=cents * (2 if arm == "b" else 1),
                quality=random.betavariate(9, 2),
                rating=None,
            )
        )
    return found


def _found(answers: Sequence[Answer], measure: Measure) -> Comparison:
    results = analyse("tone", answers, arms=ARMS)
    return next(each for each in results.comparisons if each.measure is measure)


def test_a_difference_is_told_with_its_size_and_how_sure_it_is() -> None:
    answers = _answers(300)
    time, cost = _found(answers, Measure.RESPONSE_TIME), _found(answers, Measure.COST)
    assert (time.significant, time.larger) == (True, "a")
    assert time.effect == pytest.approx(0.5, rel=0.15)
    assert time.low is not None
    assert time.high is not None
    assert time.low < 0.5 < time.high < 1
    assert time.words == "b is 1.9x faster than a (1.7x to 2.5x), sure to 99.9 %"
    assert cost.effect == pytest.approx(2, rel=0.15)
    assert cost.words.startswith("a is 1.9x cheaper than b (")


@pytest.mark.parametrize("mirrored", [False, True])
def test_arms_that_differ_but_not_by_one_factor_are_not_put_in_an_order(mirrored: bool) -> None:
    """Mostly a little faster, and often much slower: neither word would be true."""
    random = Random(3)
    found = []
    for number in range(700):
        arm = random.choice("ab")
        seconds = random.lognormvariate(1.6, 0.15)
        if arm == ("a" if mirrored else "b"):
            seconds *= 1 / 1.6 if random.random() < 0.6 else 10
        found.append(replace(PLAIN, unit=str(number), arm=arm, response_time=seconds))
    time = _found(found, Measure.RESPONSE_TIME)
    assert time.significant
    assert time.effect is not None
    assert (time.effect > 1) is mirrored, "more than half of the pairs say so"
    assert (time.larger, time.low, time.high) == (None, None, None)
    assert time.words == ("a and b differ in response time, but not by one factor, sure to 99.9 %")
    told = as_json(analyse("tone", found, arms=ARMS))["comparisons"][0]
    assert (told["significant"], told["larger"]) == (True, None)


@pytest.mark.parametrize("measure", list(Measure))
def test_what_is_put_in_an_order_has_an_interval_that_agrees(measure: Measure) -> None:
    random = Random(8)
    low, high = (0.2, 0.8) if not measure.is_ratio else (1.0, 2.0)
    ordered = 0
    for _ in range(20):
        arms = [random.choice("ab") for _ in range(80)]
        values = [(arm, random.uniform(0, 0.4) + (low if arm == "a" else high)) for arm in arms]
        if not measure.is_ratio:
            values = [(arm, min(1.0, value)) for arm, value in values]
        found = compare(measure, values, "a", "b", share=0.05, comparisons=5)
        ordered += found.larger == "b"
        assert found.low is not None
        assert (found.low > (1 if measure.is_ratio else 0)) is (found.larger == "b")
    assert ordered == 20


def test_what_is_not_shown_says_how_much_was_looked_at() -> None:
    answers = _answers(300)
    kept, rating = _found(answers, Measure.KEPT), _found(answers, Measure.RATING)
    assert (kept.significant, kept.larger) == (False, None)
    counts = f"{kept.first_count} and {kept.second_count} conversations"
    assert kept.words == f"no difference shown yet: {counts}"
    assert kept.first_count + kept.second_count == 300
    assert rating.words == "nothing to compare yet: 0 and 0 conversations"
    assert (rating.effect, rating.low, rating.high, rating.p_value) == (None, None, None, 1.0)


@pytest.mark.parametrize(
    ("measure", "effect", "low", "high", "words"),
    [
        (Measure.KEPT, 0.12, 0.03, 0.2, "b is kept more often than a, by 12 points (3 to 20)"),
        (Measure.KEPT, -0.12, -0.2, -0.03, "a is kept more often than b, by 12 points (3 to 20)"),
        (Measure.RATING, 0.3, 0.1, 0.5, "b is rated higher than a, by 0.30 (0.10 to 0.50)"),
        (Measure.QUALITY, -0.1, -0.2, -0.05, "a looks better than b, by 0.10 (0.05 to 0.20)"),
        (Measure.COST, 1e6, 1e5, None, "a costs next to nothing beside b"),
        (Measure.COST, 25.0, 12.0, 40.0, "a is 25x cheaper than b (12x to 40x)"),
        (Measure.RESPONSE_TIME, 1.8, 1.05, None, "a is 1.8x faster than b"),
        (Measure.RESPONSE_TIME, 0.5, 0.25, 0.9, "b is 2.0x faster than a (1.11x to 4.0x)"),
    ],
)
def test_the_words(
    measure: Measure, effect: float, low: float, high: float | None, words: str
) -> None:
    found = Comparison(
        measure=measure,
        first="a",
        second="b",
        first_count=50,
        second_count=60,
        effect=effect,
        low=low,
        high=high,
        p_value=0.0249,
        significant=True,
        larger="b" if effect > (1 if measure.is_ratio else 0) else "a",
    )
    assert found.words == f"{words}, sure to 97 %"
    assert replace(found, p_value=0.0).words.endswith("sure to 99.9 %")


def test_an_experiment_of_three_arms_compares_all_and_shares_the_errors() -> None:
    two = [replace(PLAIN, unit=str(n), arm="ab"[n % 2], rating=float(n % 2)) for n in range(40)]
    three = [*two, replace(PLAIN, unit="40", arm="c")]
    narrow, wide = analyse("tone", two), analyse("tone", three)
    assert len(narrow.comparisons) == len(Measure)
    assert len(wide.comparisons) == 3 * len(Measure)
    before, after = (
        next(each for each in results.comparisons if each.measure is Measure.RATING)
        for results in (narrow, wide)
    )
    assert after.p_value == pytest.approx(3 * before.p_value)


def test_each_conversation_counts_once() -> None:
    long = [replace(PLAIN, unit="1", rating=0.0)] * 9 + [replace(PLAIN, unit="2", rating=1.0)]
    assert series(long)[Measure.RATING] == [("a", 0.0), ("a", 1.0)]
    [arm] = analyse("tone", long).arms
    assert (arm.conversations, arm.answers) == (2, 10)
    assert arm.estimates[Measure.RATING].value == 0.5


def test_conversations_stand_in_the_order_they_began() -> None:
    answers = [
        replace(PLAIN, unit="1", rating=None),
        replace(PLAIN, unit="2", arm="b", rating=0.2),
        replace(PLAIN, unit="1", rating=0.7),
    ]
    assert series(answers)[Measure.RATING] == [("a", 0.7), ("b", 0.2)]


def test_what_says_nothing_is_left_out_and_counted() -> None:
    answers = [
        PLAIN,
        replace(PLAIN, unit="2", cost=None),
        replace(PLAIN, unit="3", cached=True, response_time=0.001, cost=Decimal(0)),
        replace(PLAIN, unit="4", provider="google"),
        replace(PLAIN, unit="5", outcome=AnswerOutcome.FAILED, response_time=None, cost=Decimal(0)),
        replace(PLAIN, unit="6", outcome=AnswerOutcome.OPEN),
    ]
    [arm, other] = analyse("tone", answers, arms=ARMS).arms
    assert (arm.unknown_costs, arm.cached, arm.elsewhere) == (1, 1, 1)
    assert arm.estimates[Measure.COST].count == 3
    assert arm.estimates[Measure.RESPONSE_TIME].count == 4
    kept = arm.estimates[Measure.KEPT]
    assert (kept.count, kept.value) == (5, 0.8)
    assert (other.name, other.conversations, other.first_token) == ("b", 0, None)
    assert other.estimates[Measure.KEPT].value is None


def test_what_is_free_costs_nothing() -> None:
    free = [replace(PLAIN, unit=str(n), cost=Decimal(0)) for n in range(3)]
    [arm] = analyse("tone", free).arms
    assert arm.estimates[Measure.COST].value == 0.0
    assert arm.estimates[Measure.RESPONSE_TIME].value == pytest.approx(2.0)


def test_one_free_answer_does_not_make_a_conversation_free() -> None:
    """One of five answers of b is by a free model: that saves a fifth, and no more."""
    random = Random(1)
    answers = []
    for number in range(160):
        arm = random.choice("ab")
        for turn in range(5):
            free = arm == "b" and turn == 4
            cents = 0.0 if free else random.lognormvariate(0, 0.2)
            answers.append(
                replace(PLAIN, unit=str(number), arm=arm, cost=Decimal(str(round(cents / 100, 9))))
            )
    cost = _found(answers, Measure.COST)
    assert cost.larger == "a"
    assert cost.effect == pytest.approx(0.8, abs=0.04)
    first, second = analyse("tone", answers, arms=ARMS).arms
    assert first.estimates[Measure.COST].value == pytest.approx(0.0102, abs=0.0005)
    assert second.estimates[Measure.COST].value == pytest.approx(0.0080, abs=0.0005)


def test_a_conversation_takes_the_mean_of_its_seconds() -> None:
    answers = [replace(PLAIN, response_time=seconds) for seconds in (1.0, 1.0, 10.0)]
    [arm] = analyse("tone", answers).arms
    assert arm.estimates[Measure.RESPONSE_TIME].value == pytest.approx(4.0)


def test_arms_that_are_gone_are_still_told() -> None:
    experiment = Experiment(
        name="tone",
        arms=(Arm(name="b", provider="openai"), Arm(name="c", provider="google")),
        error_share=0.1,
    )
    results = analyse_experiment(experiment, [PLAIN])
    assert [arm.name for arm in results.arms] == ["b", "c", "a"]
    assert results.error_share == 0.1
    assert results.significant == ()


def test_an_arm_with_a_persona_needs_somebody_who_knows_personas() -> None:
    arms = tuple(Arm(name=name, provider="x", persona="poet") for name in "ab")
    experiment = Experiment(name="tone", arms=arms)
    assert experiment.assign(AssignedUnit("1", "a")).persona == "poet"
    with pytest.raises(ConfigError, match="only telex's chat and `telex ask` know") as caught:
        experiment.assign("1")
    assert caught.value.key == "experiment.arms"


def test_an_arm_that_is_remembered_wins_over_the_hash() -> None:
    arms = (Arm(name="a", provider="x"), Arm(name="b", provider="y"))
    experiment = Experiment(name="tone", arms=arms)
    for number in range(20):
        unit = str(number)
        by_hash = experiment.draw(unit)
        assert experiment.assign(unit) == by_hash
        assert experiment.assign(AssignedUnit(unit, "a")).name == "a"
        assert experiment.assign(AssignedUnit(unit, "b")).name == "b"
        assert experiment.assign(AssignedUnit(unit, "gone")) == by_hash
        assert AssignedUnit(unit, "a") == unit
