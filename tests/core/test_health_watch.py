"""Background checks: they cost no tokens, keep no step with others, and pause when nobody asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from providers import MultiLLMConfig, OpenAIConfig, ProviderFactory
from providers.learning.breaker import BreakerState
from providers.learning.health_watch import HealthWatch
from providers.routing.router_parts import RouterParts
from tests.fakeserver import FakeServer, status


class Stop(Exception):
    """Ends a watch that would go on for ever."""


class Time:
    def __init__(self, rounds: int) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self.rounds = rounds

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        if len(self.slept) == self.rounds:
            raise Stop
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as running:
        yield running


@pytest.fixture
async def factory(server: FakeServer) -> AsyncIterator[ProviderFactory]:
    config = MultiLLMConfig(openai=OpenAIConfig("k", base_url=server.base_url("openai")))
    built = ProviderFactory(config, find_key=lambda _: None)
    yield built
    await built.aclose()


def watch(factory: ProviderFactory, time: Time, last_used: float | None) -> HealthWatch:
    provider = factory.provider("openai")
    assert provider is not None
    return HealthWatch(
        lambda: {"openai": provider},
        factory.parts.monitor,
        lambda: last_used,
        clock=time.clock,
        sleep=time.sleep,
        random=iter([0.0, 0.5, 0.999, 0.0]).__next__,
    )


async def test_it_lists_models_at_uneven_intervals(
    factory: ProviderFactory, server: FakeServer
) -> None:
    time = Time(rounds=3)
    with pytest.raises(Stop):
        await watch(factory, time, last_used=0.0).run(interval=60, idle_after=1_000)
    assert time.slept == pytest.approx([48.0, 60.0, 71.976])
    assert len(server.openai.requests) == 3
    assert server.openai.chats == [], "no tokens"
    assert factory.parts.monitor.health("openai").last_check_ok


@pytest.mark.parametrize("last_used", [None, -500.0])
async def test_it_pauses_while_nobody_asks(
    factory: ProviderFactory, server: FakeServer, last_used: float | None
) -> None:
    with pytest.raises(Stop):
        await watch(factory, Time(rounds=3), last_used).run(interval=60, idle_after=300)
    assert server.openai.requests == []


async def test_failed_checks_open_the_breaker_and_count_in_no_rate(
    factory: ProviderFactory, server: FakeServer
) -> None:
    server.openai.listing = status(503)
    with pytest.raises(Stop):
        await watch(factory, Time(rounds=3), last_used=0.0).run(interval=60, idle_after=1_000)
    health = factory.parts.monitor.health("openai")
    assert health.state is BreakerState.OPEN
    assert health.last_check_ok is False
    assert (health.requests, health.success_rate) == (0, None)


async def test_a_check_on_demand_says_what_is_wrong(server: FakeServer) -> None:
    url = server.base_url("openai")
    config = MultiLLMConfig(openai=OpenAIConfig("sk-secret-key-0123456789", base_url=url))
    factory = ProviderFactory(config, find_key=lambda _: None)
    server.openai.listing = status(401, "Incorrect API key: sk-secret-key-0123456789")
    [found] = (await factory.ahealth_check()).values()
    assert found["status"] == "unhealthy"
    assert "[key]" in found["error"]
    assert "secret" not in found["error"]
    assert factory.get_provider_info("openai")["status"] == "open"
    await factory.aclose()


def test_the_factory_runs_it_in_the_background_until_closed(server: FakeServer) -> None:
    beats = asyncio.Event()

    async def sleep(seconds: float) -> None:
        beats.set()
        await asyncio.sleep(3600)

    parts = RouterParts(sleep=sleep)
    config = MultiLLMConfig(openai=OpenAIConfig("k", base_url=server.base_url("openai")))
    factory = ProviderFactory(config, find_key=lambda _: None, parts=parts)
    factory.start_health_checks()
    factory.start_health_checks()
    factory.health_check()
    assert beats.is_set()
    factory.close()
