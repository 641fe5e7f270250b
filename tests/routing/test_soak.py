"""Ten thousand requests among random faults: nothing leaks, nothing is lost, every cent is right."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from providers import (
    AllProvidersFailed,
    AnthropicConfig,
    ChatRequest,
    GoogleConfig,
    GroqConfig,
    Message,
    MultiLLMConfig,
    OpenAIConfig,
    ProviderFactory,
    Role,
    Timeouts,
)
from providers.config import PriceOverride
from providers.errors import ProviderError, StreamInterrupted
from providers.events import (
    AttemptStarted,
    Completed,
    RouterEvent,
    StreamFinished,
    TextDelta,
)
from providers.health import HealthMonitor
from providers.ledger import AttemptOutcome, AttemptResult, AttemptStart, SpendLimit
from providers.memory_ledger import InMemoryLedger
from providers.router_parts import RouterParts
from tests.routing.conftest import Time
from tests.routing.soak_server import PROVIDERS, answer_to

ROOT = Path(__file__).parents[2]
SEED = 20261123
REQUESTS = int(os.environ.get("N", 10_000))
AT_ONCE = 32
STEP = 1.0
"""Seconds by which the monitor's clock moves for each request, so that breakers close again."""
STOPPED = 0.02
"""Share of the requests that the caller stops half-way."""
MOST_GROWTH = 6_000_000
"""Bytes that the second half of the requests may add to the process, our own log included."""

PRICES = {
    "openai": PriceOverride(Decimal(3), Decimal(12)),
    "anthropic": PriceOverride(Decimal(4), Decimal(20)),
    "google": PriceOverride(Decimal(1), Decimal(5)),
    "groq": PriceOverride(Decimal("0.1"), Decimal("0.7")),
}

Call = tuple[int, str]
"""A question and the provider it was put to."""


@dataclass(frozen=True, slots=True)
class Booked:
    """What the ledger was told of one call; tokens are None where they were estimated."""

    outcome: AttemptOutcome
    tokens: tuple[int, int] | None
    cost: Decimal | None


class Books(InMemoryLedger):
    """A ledger that forgets no call."""

    def __init__(self) -> None:
        super().__init__()
        self._calls: dict[int, Call] = {}
        self.booked: defaultdict[Call, list[Booked]] = defaultdict(list)

    async def start_attempt(self, start: AttemptStart) -> int:
        attempt_id = await super().start_attempt(start)
        assert start.exchange_id is not None  # every question has one
        self._calls[attempt_id] = (start.exchange_id, start.provider)
        return attempt_id

    async def finish_attempt(self, attempt_id: int, result: AttemptResult) -> None:
        await super().finish_attempt(attempt_id, result)
        usage = result.usage
        told = usage is not None and usage.total_tokens and not result.cost_estimated
        tokens = (usage.input_tokens, usage.output_tokens) if usage and told else None
        call = self._calls.pop(attempt_id)
        self.booked[call].append(Booked(result.outcome, tokens, result.cost))


@dataclass
class Server:
    """The other process."""

    process: subprocess.Popen[str]
    port: int
    told: defaultdict[Call, list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    asked: int = 0

    def report(self) -> int:
        """Read what it was asked since, and return its open connections."""
        assert self.process.stdin is not None  # both are pipes
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        open_connections, told = json.loads(self.process.stdout.readline())
        for question, provider, read, said in told:
            self.asked += 1
            if read is not None:
                self.told[question, provider].append((read, said))
        return int(open_connections)


@contextmanager
def _server() -> Iterator[Server]:
    command = [sys.executable, "-m", "tests.routing.soak_server", str(SEED)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None  # it is a pipe
        try:
            yield Server(process, int(process.stdout.readline()))
        finally:
            process.kill()


def _factory(port: int, books: Books, time: Time) -> ProviderFactory:
    def url(name: str) -> str:
        return f"http://127.0.0.1:{port}/{name}{'/v1' if name == 'openai' else ''}"

    config = MultiLLMConfig(
        routing_strategy="balanced",  # type: ignore[arg-type]  # what users type
        openai=OpenAIConfig("k", base_url=url("openai"), price=PRICES["openai"]),
        anthropic=AnthropicConfig("k", base_url=url("anthropic"), price=PRICES["anthropic"]),
        google=GoogleConfig("k", base_url=url("google"), price=PRICES["google"]),
        groq=GroqConfig("k", base_url=url("groq"), price=PRICES["groq"], max_concurrency=4),
        daily_cost_limits=dict.fromkeys(PROVIDERS, Decimal(1000)),
        timeouts=Timeouts(connect=5, first_token=2, idle=2, total=20, plain=2),
        max_retries=1,
    )
    parts = RouterParts(ledger=books, monitor=HealthMonitor(time.clock), sleep=time.sleep)
    return ProviderFactory(config, find_key=lambda _: None, parts=parts)


@dataclass
class Soak:
    """The asking side."""

    factory: ProviderFactory
    time: Time
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))
    ends: Counter[str] = field(default_factory=Counter)

    async def ask(self, questions: range) -> None:
        """Ask all of ``questions``, so many at once."""
        left = iter(questions)

        async def some() -> None:
            for number in left:
                self.time.now += STEP
                self.ends[await self._ask_one(number)] += 1

        await asyncio.gather(*(some() for _ in range(AT_ONCE)))

    async def _ask_one(self, number: int) -> str:
        request = ChatRequest(
            [Message(Role.USER, f"This is question {number}. {'Why? ' * (number % 11)}")],
            exchange_id=number,
            streamed=bool(number % 2),
        )
        if self.dice.random() < STOPPED:
            return await self._stop(request, way=self.dice.randrange(3))
        try:
            if number % 4 < 2:
                done = await self._by_events(request)
                provider, text = done.provider, done.text
            else:
                provider, text = await self._by_pieces(request)
        except (AllProvidersFailed, ProviderError) as error:
            return type(error).__name__
        wanted = [provider] if provider else PROVIDERS
        assert text in [answer_to(number, name) for name in wanted], "not what was said"
        return "answered"

    async def _by_events(self, request: ChatRequest) -> Completed:
        shown = ""
        async for event in self.factory.router.stream(request):
            match event:
                case AttemptStarted():
                    shown = ""
                case TextDelta(text):
                    shown += text
                case Completed():
                    assert shown == event.text, "two answers were spliced"
                    return event
                case _:
                    pass
        raise AssertionError("the router ended without an answer or an error")

    async def _by_pieces(self, request: ChatRequest) -> tuple[str, str]:
        text, finish = "", None
        async for event in self.factory.get_provider().respond(request):
            if isinstance(event, TextDelta):
                text += event.text
            elif isinstance(event, StreamFinished):
                finish = event
        assert finish is not None, "the answer has no end"
        return "", text

    async def _stop(self, request: ChatRequest, *, way: int) -> str:
        """Stop asking: by leaving the loop, or by cancelling the task at one of two moments."""
        stream = cast("AsyncGenerator[RouterEvent]", self.factory.router.stream(request))
        if way == 0:
            async with aclosing(stream):
                async for event in stream:
                    if isinstance(event, TextDelta):
                        return "left"
            return "left too late"
        moment = asyncio.Event()
        task = asyncio.create_task(self._read(stream, (AttemptStarted, TextDelta)[way - 1], moment))
        await moment.wait()
        if way == 1:
            await asyncio.sleep(0)  # so that the request is on its way
        task.cancel()
        await asyncio.wait([task])
        return "cancelled" if task.cancelled() else "cancelled too late"

    async def _read(
        self, stream: AsyncIterator[RouterEvent], until: type[RouterEvent], moment: asyncio.Event
    ) -> None:
        try:
            async for event in stream:
                if isinstance(event, until):
                    moment.set()
        finally:
            moment.set()


def _resident() -> int:
    """Return the bytes of memory this process holds."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def _price(provider: str, tokens: tuple[int, int]) -> Decimal:
    price, (read, said) = PRICES[provider], tokens
    return (read * price.input + said * price.output) / 1_000_000


def _check_bills(books: Books, server: Server) -> Counter[str]:
    """Hold the ledger against what the server told, call by call; return the dollars by kind."""
    dollars: Counter[str] = Counter()
    for call in books.booked.keys() | server.told.keys():
        known = [booked for booked in books.booked[call] if booked.tokens is not None]
        unsure = [booked for booked in books.booked[call] if booked.tokens is None]
        for booked in known:
            assert booked.cost == _price(call[1], booked.tokens), call
        unread = Counter(server.told[call])
        unread.subtract(booked.tokens for booked in known)
        assert min(unread.values(), default=0) >= 0, f"{call}: booked what was never told"
        assert unread.total() <= len(unsure), f"{call}: told and not booked"
    return dollars


@pytest.mark.timeout(300)
async def test_ten_thousand_requests() -> None:
    with _server() as server:
        tasks, descriptors = asyncio.all_tasks(), _descriptors()
        books, time = Books(), Time()
        factory = _factory(server.port, books, time)
        soak = Soak(factory, time)
        import time as t
        a = t.perf_counter(); c = t.process_time()
        await soak.ask(range(REQUESTS // 2))
        half = _resident()
        print(half, t.perf_counter() - a, t.process_time() - c)
        await soak.ask(range(REQUESTS // 2, REQUESTS))
        grown = _resident() - half
        print(grown,  t.perf_counter() - a, t.process_time() - c)
        await factory.aclose()
        print(soak.ends, asyncio.all_tasks() - tasks, _descriptors() - descriptors, books.outcomes)
        print(server.report(), server.asked, sum(len(b) for b in books.booked.values()))
        _check_bills(books, server)
        for n in PROVIDERS:
            print(n, factory.parts.monitor.health(n), factory.parts.turnstile.load(n))
