"""The asking side of the soak test, the books it keeps, and the process it asks."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

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
from providers.billing.ledger import AttemptResult, AttemptStart
from providers.billing.memory_ledger import InMemoryLedger
from providers.config import PriceOverride
from providers.errors import ProviderError
from providers.events import (
    AttemptStarted,
    Completed,
    RouterEvent,
    StreamFinished,
    TextDelta,
)
from providers.learning.health import HealthMonitor
from providers.routing.router_parts import RouterParts
from tests.routing.conftest import Time
from tests.routing.soak_server import PROVIDERS, answer_to

ROOT = Path(__file__).parents[2]
SEED = 20261123
DAY = date(2026, 11, 23)
AT_ONCE = 32
STEP = 1.0
"""Seconds by which the monitor's clock moves for each request, so that breakers close again."""
STOPPED = 0.02
"""Share of the requests that the caller stops half-way."""

PRICES = {
    "openai": PriceOverride(Decimal(3), Decimal(12)),
    "anthropic": PriceOverride(Decimal(4), Decimal(20)),
    "google": PriceOverride(Decimal(1), Decimal(5)),
    "groq": PriceOverride(Decimal("0.1"), Decimal("0.7")),
}

_KEY = "sk-no-real-key-0123456789"

Call = tuple[int, str]
"""A question and the provider it was put to."""


@dataclass(frozen=True, slots=True)
class Booked:
    """What the ledger was told of one call; tokens are None where they were estimated."""

    tokens: tuple[int, int] | None
    cost: Decimal


class Books(InMemoryLedger):
    """A ledger that forgets no call."""

    def __init__(self) -> None:
        super().__init__()
        self._calls: dict[int, Call] = {}
        self.booked: defaultdict[Call, list[Booked]] = defaultdict(list)

    @property
    def under_way(self) -> int:
        """How many calls were not settled yet."""
        return len(self._calls)

    async def start_attempt(self, start: AttemptStart) -> int:
        attempt_id = await super().start_attempt(start)
        assert start.exchange_id is not None  # every question has one
        self._calls[attempt_id] = (start.exchange_id, start.provider)
        return attempt_id

    async def finish_attempt(self, attempt_id: int, result: AttemptResult) -> None:
        await super().finish_attempt(attempt_id, result)
        assert result.usage is not None
        assert result.cost is not None
        exact = result.usage.total_tokens and not result.cost_estimated
        tokens = (result.usage.input_tokens, result.usage.output_tokens) if exact else None
        self.booked[self._calls.pop(attempt_id)].append(Booked(tokens, result.cost))


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
def serve() -> Iterator[Server]:
    """Start the providers in another process, whose share of the work slows nobody here."""
    command = [sys.executable, "-m", "tests.routing.soak_server", str(SEED)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None  # it is a pipe
        try:
            yield Server(process, int(process.stdout.readline()))
        finally:
            process.kill()


def build(port: int, books: Books, time: Time) -> ProviderFactory:
    """Return four providers at the server, with limits that are checked and never reached."""

    def url(name: str) -> str:
        return f"http://127.0.0.1:{port}/{name}{'/v1' if name == 'openai' else ''}"

    config = MultiLLMConfig(
        routing_strategy="balanced",  # type: ignore[arg-type]  # what users type
        openai=OpenAIConfig(_KEY, base_url=url("openai"), price=PRICES["openai"]),
        anthropic=AnthropicConfig(_KEY, base_url=url("anthropic"), price=PRICES["anthropic"]),
        google=GoogleConfig(_KEY, base_url=url("google"), price=PRICES["google"]),
        groq=GroqConfig(_KEY, base_url=url("groq"), price=PRICES["groq"], max_concurrency=4),
        daily_cost_limits=dict.fromkeys(PROVIDERS, Decimal(1000)),
        timeouts=Timeouts(connect=5, first_token=2, idle=2, total=20, plain=2),
        max_retries=1,
    )

    async def briefly(seconds: float) -> None:
        await time.sleep(seconds)
        # What is waited for is real: others' calls.
        await asyncio.sleep(min(seconds, 0.005))

    parts = RouterParts(
        ledger=books,
        monitor=HealthMonitor(time.clock),
        sleep=briefly,
        today=lambda: DAY,
    )
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
