"""Experiments in the library: users keep their arms, and the results are told at any time."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

import pytest

from providers import AllProvidersFailed, AnswerOutcome, Arm, ConfigError, Experiment, Measure
from providers.config import Strategy
from providers.experiments.book import ExperimentBook
from providers.reply import to_request
from providers.routing.options import RouteOptions
from tests.fakeserver import status
from tests.routing.conftest import Bench

TRIAL = Experiment(
    name="fast or good",
    arms=(Arm(name="fast", provider="groq"), Arm(name="good", provider="anthropic")),
)


def _users(arm: str) -> Iterator[str]:
    """Yield users that have ``arm``."""
    return (f"user {n}" for n in range(1_000) if TRIAL.assign(f"user {n}").name == arm)


@pytest.fixture
def trying(bench: Bench) -> Bench:
    bench.build(experiment=TRIAL, routing_strategy=Strategy.EXPERIMENT)
    return bench


async def test_what_answers_took_is_measured_and_what_they_are_worth_is_told(
    trying: Bench,
) -> None:
    factory = trying.factory
    [first, second, third] = islice(_users("fast"), 3)
    [other] = islice(_users("good"), 1)
    kept = await factory.get_provider(unit=first).ainvoke("hi")
    again = await factory.get_provider(unit=first).ainvoke("hi, once more")
    await factory.get_provider(unit=second).ainvoke("hello")
    good = await factory.get_provider(unit=other).ainvoke("hello")
    factory.rate(kept, 1.0)
    factory.rate(kept, 0.5)
    factory.tell(kept, AnswerOutcome.KEPT)
    factory.tell(again, AnswerOutcome.REGENERATED)
    assert {each.response_metadata["provider"] for each in (kept, again)} == {"groq"}
    assert good.response_metadata["provider"] == "anthropic"
    trying.server.groq.reply(status(503))
    assert (await factory.get_provider(unit=third).ainvoke("hi")).content
    results = factory.get_experiment_results()
    fast, slow = results.arms
    assert (fast.name, fast.conversations, fast.answers, fast.elsewhere) == ("fast", 3, 4, 1)
    assert (slow.conversations, slow.answers) == (1, 1)
    assert fast.estimates[Measure.RATING].value == 0.5
    assert fast.estimates[Measure.KEPT].value == 0.5
    assert fast.outcomes[AnswerOutcome.OPEN] == 2
    assert slow.estimates[Measure.COST].value == pytest.approx(
        float(good.response_metadata["cost"])
    )
    assert slow.estimates[Measure.RESPONSE_TIME].value == pytest.approx(
        good.response_metadata["latency"], abs=0.05
    )
    assert results.significant == ()


async def test_failures_and_answers_that_were_stopped_count(bench: Bench) -> None:
    bench.build(experiment=TRIAL, enable_fallback=False)
    [user] = islice(_users("fast"), 1)
    options = RouteOptions(strategy=Strategy.EXPERIMENT, unit=user)
    bench.server.groq.reply(status(503))
    with pytest.raises(AllProvidersFailed):
        async for _ in bench.factory.router.stream(to_request("hi"), options):
            pass
    bench.factory.parts.monitor.reset("groq")
    stream = bench.factory.router.stream(to_request("hi"), options)
    async for event in stream:
        if type(event).__name__ == "TextDelta":
            break
    await stream.aclose()  # type: ignore[attr-defined]  # it is a generator
    [fast, _] = bench.factory.get_experiment_results().arms
    assert fast.outcomes == {AnswerOutcome.FAILED: 1, AnswerOutcome.STOPPED: 1}
    assert fast.estimates[Measure.KEPT].value == 0.0
    assert fast.estimates[Measure.RESPONSE_TIME].count == 0


async def test_without_a_unit_each_request_draws_its_arm(trying: Bench) -> None:
    for _ in range(12):
        await trying.factory.get_provider().ainvoke("hi")
    arms = trying.factory.get_experiment_results().arms
    assert sum(arm.conversations for arm in arms) == 12


async def test_other_strategies_take_no_part(trying: Bench) -> None:
    reply = await trying.factory.get_cheapest_provider().ainvoke("hi")
    trying.factory.rate(reply, 1.0)
    assert [arm.answers for arm in trying.factory.get_experiment_results().arms] == [0, 0]


def test_without_an_experiment_there_are_no_results(bench: Bench) -> None:
    with pytest.raises(ConfigError, match="give MultiLLMConfig one") as caught:
        bench.factory.get_experiment_results()
    assert caught.value.key == "experiment"


async def test_the_book_is_bounded(trying: Bench) -> None:
    book = trying.factory.parts.experiments = ExperimentBook(most=3)
    [user] = islice(_users("good"), 1)
    replies = [await trying.factory.get_provider(unit=user).ainvoke(str(n)) for n in range(5)]
    for reply in replies:
        trying.factory.rate(reply, 1.0)
    answers = book.answers(TRIAL.name)
    assert [answer.rating for answer in answers] == [1.0] * 3
    assert all(answer.cost is not None and answer.cost > Decimal(0) for answer in answers)
