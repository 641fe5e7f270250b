"""Alerts of the library: a factory tells of them as its own calls end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from threading import Thread

import pytest

import providers
from providers import AlertCleared, AlertFired, AlertRule, MultiLLMConfig, ProviderFactory
from providers.alerts.calendar import Calendar
from providers.alerts.call_log import CallLog
from providers.alerts.events import AlertEvent
from providers.alerts.follow import follow
from providers.alerts.watch import AlertWatch
from providers.config import OpenAIConfig
from providers.routing.router_parts import RouterParts
from tests.core.alerts import NOON, call, told
from tests.core.clock import Clock
from tests.fakeserver import FakeServer, ok, status

DOWN = AlertRule("down", "success_rate == 0", 120.0)


class Times:
    """A clock and a sleep that belong together: sleeping lets the time pass."""

    def __init__(self) -> None:
        self.clock = Clock(NOON)
        self.sleeps: list[float] = []
        self.may_pass = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        await self.may_pass.wait()
        self.clock.now += seconds


@asynccontextmanager
async def running(work: asyncio.Task[None]) -> AsyncIterator[None]:
    try:
        yield
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def some_turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_it_sleeps_until_something_can_change_and_no_longer() -> None:
    times, events = Times(), list[AlertEvent]()
    log = CallLog(now=times.clock)
    log.add(call(0, ok=False))
    work = asyncio.create_task(follow(log, AlertWatch([DOWN]), events.append, sleep=times.sleep))
    async with running(work):
        await some_turns()
        assert times.sleeps == [120.0], "it waits for the duration, and looks at no clock before"
        assert events == []
        times.may_pass.set()
        await some_turns()
        assert told(events)[1::2] == [
            ("fired", "down", "openai", 120.0),
            ("cleared", "down", "openai", 300.0),
        ]
        assert times.sleeps == [120.0, 180.0], "with nothing to come it waits for a call"


async def test_a_call_from_another_thread_wakes_it() -> None:
    times, events = Times(), asyncio.Queue[AlertEvent]()
    log = CallLog(now=times.clock)
    rule = AlertRule("any", "failures > 0", 0.0)
    work = asyncio.create_task(
        follow(log, AlertWatch([rule]), events.put_nowait, sleep=times.sleep)
    )
    async with running(work):
        await some_turns()
        assert times.sleeps == []
        thread = Thread(target=log.add, args=(call(0, ok=False),))
        thread.start()
        thread.join()
        assert told(await several(events, 2))[0] == ("fired", "any", None, 0.0)
    log.add(call(1, ok=False))
    await some_turns()
    assert events.empty(), "nobody listens any more"


async def test_a_factory_tells_of_its_own_calls() -> None:
    times, events = Times(), asyncio.Queue[AlertEvent]()
    with FakeServer() as server:
        server.openai.reply(status(500, "Down"), status(500, "Down"), ok("Back again."))
        config = MultiLLMConfig(
            openai=OpenAIConfig(api_key="key", base_url=server.base_url("openai")),
            max_retries=0,
            daily_cost_limits={"openai": Decimal(1)},
        )
        parts = RouterParts(
            calls=CallLog(now=times.clock),
            sleep=times.sleep,
            today=lambda: Calendar().day_of(times.clock()),
        )
        factory = ProviderFactory(config, find_key=lambda _: None, parts=parts)
        limits = AlertRule("limit", "daily_limit < 2 and daily_cost > 0", 0.0)
        row = AlertRule("row", "consecutive_failures >= 2", 0.0)
        watching = asyncio.create_task(factory.watch_alerts(events.put_nowait, [row, limits]))
        async with running(watching):
            for _ in range(2):
                times.clock.now += 1
                with pytest.raises(providers.AllProvidersFailed):
                    await factory.get_provider("openai").ainvoke("hi")
            assert [(type(e), e.provider, e.at) for e in await several(events, 2)] == [
                (AlertFired, None, NOON + 2),
                (AlertFired, "openai", NOON + 2),
            ]
            times.clock.now += 1
            reply = await factory.get_provider("openai").ainvoke("hi")
            assert reply.content == "Back again."
            assert [(type(e), e.rule, e.provider) for e in await several(events, 3)] == [
                (AlertCleared, row, None),
                (AlertCleared, row, "openai"),
                (AlertFired, limits, "openai"),
            ]
        await factory.aclose()


async def several(events: asyncio.Queue[AlertEvent], count: int) -> list[AlertEvent]:
    async with asyncio.timeout(5):
        return [await events.get() for _ in range(count)]


def test_only_so_many_calls_are_kept() -> None:
    log = CallLog(now=lambda: NOON, keep=2)
    for number in range(3):
        log.add(call(float(number)))
    with log.told(lambda _: None) as kept:
        assert [each.ended - NOON for each in kept] == [1.0, 2.0]
