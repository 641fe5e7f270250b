"""Answers that end too soon or not as wished: who is asked next, and what is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from providers import AnswerFault, GroqConfig
from providers.events import FinishKind
from tests.fakeserver import Reply, ok, status
from tests.routing.conftest import GROQ_ALONE, Bench


def truncated(text: str) -> Reply:
    return replace(ok(text), finish=FinishKind.LENGTH)


async def test_a_cut_answer_goes_to_the_next_and_is_kept(bench: Bench) -> None:
    bench.server.groq.reply(truncated("cut sho"))
    seen = await bench.ask(provider="groq")
    assert [f.error.kind for f in seen.failed] == ["truncated"]
    assert seen.failed[0].error.partial_text == "cut sho"
    assert seen.answer.text == "Hello!"
    assert not seen.answer.truncated


async def test_a_cut_answer_is_better_than_none(bench: Bench) -> None:
    bench.server.groq.reply(truncated("cut sho"))
    for name in ("openai", "anthropic", "google"):
        bench.server.endpoint(name).default(status(503))
    seen = await bench.ask(provider="groq")
    assert seen.answer.text == "cut sho"
    assert seen.answer.truncated
    assert seen.answer.total_cost is not None
    assert seen.answer.cost is not None


@pytest.mark.parametrize("why", ["a ceiling", "nobody else", "not wanted", "a mere reader"])
async def test_a_cut_answer_stands_when_it_was_asked_for_or_nothing_is_gained(
    bench: Bench, why: str
) -> None:
    bench.server.groq.default(truncated("cut sho"))
    if why == "a ceiling":
        url = bench.server.base_url("groq")
        bench.build(groq=GroqConfig("k", base_url=url, max_tokens=9))
    elif why == "nobody else":
        bench.build(**GROQ_ALONE)
    elif why == "not wanted":
        bench.build(fallback_on=[AnswerFault.REFUSED])
    if why == "a mere reader":
        stream = bench.factory.get_provider("groq").astream("hi")
        assert "".join([piece async for piece in stream]) == "cut sho"
        return
    seen = await bench.ask(provider="groq")
    assert (seen.answer.text, seen.answer.truncated, seen.failed) == ("cut sho", True, [])


async def test_a_refusal_can_be_taken_as_the_answer(bench: Bench) -> None:
    bench.build(fallback_on=[])
    bench.server.anthropic.reply(replace(ok("I would rather not."), finish=FinishKind.REFUSAL))
    seen = await bench.ask(provider="anthropic")
    assert seen.answer.text == "I would rather not."
