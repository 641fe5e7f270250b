"""A factory whose providers all live on the project's own loopback server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from providers import (
    AnthropicConfig,
    GoogleConfig,
    GroqConfig,
    MultiLLMConfig,
    OpenAIConfig,
    ProviderFactory,
    Timeouts,
)
from providers.adapters import build_adapter
from providers.billing.memory_ledger import InMemoryLedger
from providers.events import AttemptFailed, AttemptStarted, Completed, RouteChosen, TextDelta
from providers.learning.health import HealthMonitor
from providers.reply import to_request
from providers.routing.backoff import Backoff
from providers.routing.options import RouteOptions
from providers.routing.router_parts import RouterParts
from tests.fakeserver import FakeServer
from tests.wire.apis import APIS, question, read

GROQ_ALONE = {"openai": None, "anthropic": None, "google": None}
"""Settings that leave one provider."""
PATIENCE = Timeouts(connect=0.5, first_token=0.3, idle=0.3, total=5.0)


async def warm_up() -> None:
    """Ask every API once, so that what is imported late falls into nobody's patience."""
    with FakeServer() as running:
        for api in APIS:
            adapter = build_adapter(api.config(running.base_url(api.endpoint)), Timeouts())
            for streamed in (True, False):
                await read(adapter.respond(question(streamed=streamed)))
            await adapter.aclose()


@pytest.fixture(scope="session", autouse=True)
def _warm() -> None:
    asyncio.run(warm_up())


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as running:
        yield running


@dataclass
class Time:
    """A clock that only moves when somebody sleeps on it."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        # Whoever sleeps lets the others go on: what it waits for may be one of them.
        await asyncio.sleep(0)


@dataclass
class Bench:
    """A factory with its measuring points."""

    server: FakeServer
    time: Time = field(default_factory=Time)
    ledger: InMemoryLedger = field(default_factory=InMemoryLedger)
    factory: ProviderFactory = field(init=False)

    def build(self, **settings: Any) -> ProviderFactory:
        config = MultiLLMConfig(
            **{
                "openai": OpenAIConfig("k-openai", base_url=self.server.base_url("openai")),
                "anthropic": AnthropicConfig(
                    "k-anthropic", base_url=self.server.base_url("anthropic")
                ),
                "google": GoogleConfig("k-google", base_url=self.server.base_url("google")),
                "groq": GroqConfig("k-groq", base_url=self.server.base_url("groq")),
                "timeouts": PATIENCE,
                "max_retries": 0,
                **settings,
            }
        )
        parts = RouterParts(
            ledger=self.ledger,
            monitor=HealthMonitor(self.time.clock),
            backoff=Backoff(random=lambda: 1.0),
            sleep=self.time.sleep,
        )
        self.factory = ProviderFactory(config, find_key=lambda _: None, parts=parts)
        return self.factory

    async def ask(self, text: str = "hi", **options: Any) -> Seen:
        seen = Seen()
        stream = self.factory.router.stream(to_request(text), RouteOptions(**options))
        async for event in stream:
            seen.add(event)
        return seen


@dataclass
class Seen:
    """The events of one question, sorted by type."""

    route: RouteChosen | None = None
    started: list[AttemptStarted] = field(default_factory=list)
    failed: list[AttemptFailed] = field(default_factory=list)
    deltas: list[str] = field(default_factory=list)
    completed: Completed | None = None

    def add(self, event: object) -> None:
        match event:
            case RouteChosen():
                self.route = event
            case AttemptStarted():
                self.started.append(event)
                self.deltas.clear()
            case AttemptFailed():
                self.failed.append(event)
            case TextDelta(text):
                self.deltas.append(text)
            case Completed():
                self.completed = event

    @property
    def answer(self) -> Completed:
        assert self.completed is not None
        assert "".join(self.deltas) == self.completed.text, "two answers were spliced"
        return self.completed


@pytest.fixture
async def bench(server: FakeServer) -> AsyncIterator[Bench]:
    bench = Bench(server)
    bench.build()
    yield bench
    await bench.factory.aclose()
