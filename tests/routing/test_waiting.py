"""What stands in a call's way for a moment is waited for; limits over time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from providers import AllProvidersFailed, GroqConfig
from tests.fakeserver import ok, status
from tests.routing.conftest import GROQ_ALONE, Bench


async def test_a_limit_held_by_others_is_waited_for(bench: Bench) -> None:
    url = bench.server.base_url("groq")
    bench.build(
        **GROQ_ALONE,
        groq=GroqConfig("k", base_url=url, max_tokens=4_000),
        daily_cost_limits={"groq": Decimal("0.004")},
    )
    slept = bench.time.slept
    bench.factory.parts.sleep = _yielding(slept)
    bench.server.groq.default(replace(ok("fine"), first_delay=0.05))
    answers = await asyncio.gather(*(bench.ask() for _ in range(4)))
    assert len(answers) == 4
    assert slept, "the worst cases do not fit together, so some had to wait"
    spent = sum(seen.answer.cost or 0 for seen in answers)
    assert 0 < spent <= Decimal("0.004")


def _yielding(slept: list[float]) -> Callable[[float], Awaitable[None]]:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0.01)

    return sleep


async def test_the_monthly_budget_is_for_all_together(bench: Bench) -> None:
    bench.build(monthly_budget=Decimal("0.0000001"))
    with pytest.raises(AllProvidersFailed, match="monthly budget"):
        await bench.ask()
    bench.build(monthly_cost_limits={"groq": Decimal(0)})
    assert (await bench.ask()).answer.provider != "groq"


async def test_a_probe_of_others_is_waited_for(bench: Bench) -> None:
    bench.build(**GROQ_ALONE, max_retries=0, timeouts=None)
    slept: list[float] = []
    bench.factory.parts.sleep = _yielding(slept)
    bench.server.groq.reply(*[status(503)] * 3)
    for _ in range(3):
        with pytest.raises(AllProvidersFailed):
            await bench.ask()
    bench.time.now += 5.0
    bench.server.groq.default(replace(ok("back"), first_delay=0.1))
    answers = await asyncio.gather(*(bench.ask() for _ in range(6)))
    assert [seen.answer.text for seen in answers] == ["back"] * 6
    assert slept, "five of them waited for the one probe"


async def test_a_cooldown_that_ends_in_a_moment_is_waited_for(bench: Bench) -> None:
    bench.build(**GROQ_ALONE, max_retries=0)
    bench.server.groq.reply(status(429, headers={"retry-after": "1.5"}))
    with pytest.raises(AllProvidersFailed):
        await bench.ask()
    assert (await bench.ask()).answer.text == "Hello!"
    assert sum(bench.time.slept) == pytest.approx(1.5)
    bench.server.groq.reply(status(429, headers={"retry-after": "38"}))
    with pytest.raises(AllProvidersFailed, match="no provider answered"):
        await bench.ask()
    with pytest.raises(AllProvidersFailed, match="groq cooling down 38 s"):
        await bench.ask()
