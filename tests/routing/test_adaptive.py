"""The strategy ``adaptive`` over real HTTP: what answers, failures and verdicts teach it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from providers import Adaptive, AnswerOutcome, PriceOverride, Reply, Strategy
from providers.adaptive.book import AnswerId
from providers.adaptive.evidence import Fate
from providers.adaptive.kind import Kind
from providers.classify import Complexity, TaskKind
from providers.config import CustomConfig
from providers.reply import to_request
from providers.routing.options import RouteOptions
from tests.fakeserver import ok, status
from tests.routing.conftest import Bench

CODE = "Fix this python function: it fails"
KIND = Kind(TaskKind.CODE, Complexity.COMPLEX)
PRICE = PriceOverride(Decimal(1), Decimal(1))


def two(bench: Bench, **settings: object) -> None:
    """Leave two providers, the first believed better."""
    custom = [
        CustomConfig(
            "k",
            model="m",
            name=f"my-{name}",
            base_url=bench.server.base_url(name),
            price=PRICE,
            quality=quality,
        )
        for name, quality in (("openai", 0.7), ("groq", 0.6))
    ]
    named = dict.fromkeys(("openai", "anthropic", "google", "groq"))
    bench.build(**{**named, "custom": custom, "routing_strategy": "adaptive", **settings})


NO_TRIES = Adaptive(explore_share=0.0)


async def asked(bench: Bench, text: str = CODE) -> Reply:
    return await bench.factory.get_provider().ainvoke(text)


async def test_it_goes_by_what_became_of_answers(bench: Bench) -> None:
    two(bench, adaptive=NO_TRIES)
    replies = [await asked(bench) for _ in range(4)]
    assert {reply.response_metadata["provider"] for reply in replies} == {"my-openai"}
    for reply in replies:
        assert bench.factory.tell(reply, AnswerOutcome.REGENERATED)
    reply = await asked(bench)
    said = reply.response_metadata
    assert (said["provider"], said["strategy"]) == ("my-groq", "adaptive")
    assert said["reason"].startswith("most useful to you of 2: 0.5")
    assert " for code (no answers yet, $" in said["reason"]
    assert bench.factory.tell(reply, AnswerOutcome.KEPT)
    assert "for code (kept 1 of 1, $" in (await asked(bench)).response_metadata["reason"]
    metrics = await bench.factory.aget_provider_metrics()
    assert metrics["my-openai"]["regenerated"] == 4
    assert metrics["my-groq"]["kept"] == 1
    assert metrics["overall"]["tries"] == {
        "requests": 6,
        "tried": 0,
        "spent_today": Decimal(0),
    }


async def test_saying_it_again_replaces_and_a_rating_is_the_last_word(bench: Bench) -> None:
    two(bench, adaptive=NO_TRIES)
    reply = await asked(bench)
    book, answer = (
        bench.factory.parts.adaptive,
        AnswerId(None, reply.response_metadata["attempt_id"]),
    )
    for outcome in (AnswerOutcome.KEPT, AnswerOutcome.KEPT, AnswerOutcome.REGENERATED):
        assert bench.factory.tell(reply, outcome)
    assert book.belief(("my-openai", "m"), KIND, 0.5).answers == pytest.approx(1.0)
    bench.factory.rate(reply, 1.0)
    assert book.fate_of(answer) == Fate(AnswerOutcome.REGENERATED, rating=1.0, quality=1.0)
    assert book.belief(("my-openai", "m"), KIND, 0.5).mean > 0.6
    forgotten = Reply("x", {}, {**reply.response_metadata, "attempt_id": 999})
    assert not bench.factory.tell(forgotten, AnswerOutcome.KEPT)


async def test_who_fails_is_asked_less(bench: Bench) -> None:
    two(bench, adaptive=NO_TRIES)
    bench.server.openai.reply(status(500), status(500))
    for _ in range(2):
        assert (await bench.ask(CODE)).answer.provider == "my-groq"
    book = bench.factory.parts.adaptive
    failing, well = (book.belief((f"my-{n}", "m"), KIND, 0.5) for n in ("openai", "groq"))
    assert failing.reliable == pytest.approx(1 - 2 / 12)
    assert well.reliable == 1.0
    bench.server.openai.reply(status(400))
    seen = await bench.ask(CODE, provider="my-openai")
    assert [event.provider for event in seen.failed] == ["my-openai"]
    assert book.belief(("my-openai", "m"), KIND, 0.5).reliable == failing.reliable


async def test_a_poor_answer_teaches_by_its_signals(bench: Bench) -> None:
    two(bench, adaptive=NO_TRIES, fallback_on=())
    bench.server.openai.reply(ok("As an AI language model, I cannot help with that."))
    seen = await bench.ask(CODE)
    assert seen.answer.assessment is not None
    assert seen.answer.assessment.score < 0.7
    assert bench.factory.parts.adaptive.belief(("my-openai", "m"), KIND, 0.7).mean < 0.7


async def test_who_is_tried_is_known_before_and_told_after(bench: Bench) -> None:
    two(bench, adaptive=Adaptive(explore_share=0.5))
    router, request = bench.factory.router, to_request(CODE)
    explored = []
    for _ in range(4):
        ahead = await router.rank(request)
        seen = await bench.ask(CODE)
        assert seen.route is not None
        assert (seen.route.provider, seen.route.reason) == (ahead.order[0].provider, ahead.reason)
        assert seen.route.explored is (seen.answer.provider == "my-groq")
        assert seen.route.task is TaskKind.CODE
        explored.append(seen.route.explored)
    assert explored == [False, True, False, True]
    reason = (await router.rank(request)).reason
    assert reason.endswith("; 2 of 4 requests were tries")


async def test_other_strategies_teach_it_and_count_for_no_share(bench: Bench) -> None:
    two(bench, routing_strategy=Strategy.QUALITY)
    reply = await asked(bench)
    bench.factory.tell(reply, AnswerOutcome.KEPT)
    assert bench.factory.parts.adaptive.belief(("my-openai", "m"), KIND, 0.5).mean > 0.55
    assert bench.factory.parts.adaptive.allowance.requests == 0
    ranking = await bench.factory.router.rank(
        to_request(CODE), RouteOptions(strategy=Strategy.ADAPTIVE)
    )
    assert "kept 1 of 1" in ranking.reason


async def test_a_table_of_tasks_goes_before(bench: Bench) -> None:
    two(bench, adaptive=Adaptive(explore_share=0.5), tasks={"code": ["my-groq"]})
    for _ in range(3):
        seen = await bench.ask(CODE)
        assert seen.route is not None
        assert seen.route.reason == "listed for code"
        assert not seen.route.explored
    assert bench.factory.parts.adaptive.allowance.requests == 0
