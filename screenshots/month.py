"""A month of plausible use in a ledger, so that the stats have something to show."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from providers.billing.ledger import AttemptOutcome, AttemptResult, AttemptStart
from providers.billing.pricing import PriceBook
from providers.config import AnthropicConfig, GoogleConfig, GroqConfig, OpenAIConfig, ProviderConfig
from providers.errors import (
    AllProvidersFailed,
    AuthFailed,
    FailedAttempt,
    ProviderError,
    RateLimited,
    TimedOut,
    Unavailable,
)
from providers.events import Completed, FinishKind, RouteChosen, StreamFinished
from providers.quality.assessment import Assessment
from providers.usage import Usage
from storage.ledger import SqliteLedger
from storage.rows import ExchangeIds, ExchangeState

PRICES = PriceBook()
_SHARES = ((GroqConfig(), 9, 0.9), (GoogleConfig(), 5, 1.6), (OpenAIConfig(), 4, 2.4))
_BEST = (AnthropicConfig(), 3, 3.8)
_TITLES = (
    "Circuit breakers in one page",
    "Why is the sky blue?",
    "TCP or QUIC for a chat protocol",
    "Regular expression for ISO dates",
    "A haiku about queues",
    "Postgres index on a JSON column",
    "Plan a week in Lisbon",
    "Review: retry with jitter",
    "旅行の計画を立てる",
    "Letter to the landlord",
    "Explain a Bloom filter to a child",
    "SQL: second highest salary",
)
_TROUBLE: tuple[tuple[str, float, ProviderError], ...] = (
    ("groq", 0.08, RateLimited("slow down", status=429, retry_after=30.0)),
    ("google", 0.03, TimedOut("no token within 30 s")),
    ("openai", 0.02, Unavailable("upstream connect error", status=503)),
    ("anthropic", 0.015, AuthFailed("invalid x-api-key", status=401)),
)


async def seed(database: Path, *, days: int = 30, now: datetime | None = None) -> None:
    """Fill ``database`` with about twenty questions a day, the same every time.

    Args:
        database: a file that is not there yet, or empty.
        days: how far back it begins.
        now: when it ends, None is the present.
    """
    random = Random(7)
    moment = (now or datetime.now(UTC)) - timedelta(days=days, hours=1)
    ledger = SqliteLedger(database, clock=lambda: moment)
    person = _Person(ledger, random, Random(8))
    talks: list[int] = []
    for _ in range(days):
        moment += timedelta(days=1)
        busy = 0.3 if moment.weekday() >= 5 else 1.0
        for config, calls, seconds in (*_SHARES, _BEST):
            for _ in range(round(calls * busy * random.uniform(0.4, 1.6))):
                talk = random.choice(talks) if talks and random.random() < 0.6 else None
                moment += timedelta(seconds=1)
                ids = await person.ask(talk, config, seconds, moment.date())
                talks = [*talks[-20:], ids.conversation_id]
    await ledger.aclose()


class _Person:
    """Asks, now and then rates what comes, or asks again."""

    def __init__(self, ledger: SqliteLedger, random: Random, doubt: Random) -> None:
        self._ledger = ledger
        self._random = random
        self._doubt = doubt

    async def ask(
        self, talk: int | None, config: ProviderConfig, seconds: float, day: date
    ) -> ExchangeIds:
        """Ask one question; where its provider fails another one answers, or nobody.

        Args:
            talk: the conversation, None begins one.
            config: who is asked.
            seconds: how long it usually takes.
            day: the person's day.
        """
        ledger, random, doubt = self._ledger, self._random, self._doubt
        strategy = random.choice(("balanced", "cost", "latency"))
        ids = await ledger.begin_exchange(talk, random.choice(_TITLES), strategy)
        position = 1
        error = next(
            (e for name, often, e in _TROUBLE if name == config.name and random.random() < often),
            None,
        )
        await ledger.record_route(
            ids.exchange_id,
            RouteChosen(config.name, config.model, strategy, "cheapest that is healthy"),
        )
        if error is not None:
            attempt = await ledger.start_attempt(
                AttemptStart(
                    ids.exchange_id, position, config.name, config.model, None, None, day=day
                )
            )
            failed = AttemptResult(
                AttemptOutcome.FAILED,
                error=error,
                usage=Usage(0, 0),
                cost=Decimal(0),
                latency=seconds,
            )
            await ledger.finish_attempt(attempt, failed)
            if random.random() < 0.2:
                failure = AllProvidersFailed([FailedAttempt(config.name, config.model, error)])
                await ledger.interrupt_exchange(
                    ids.exchange_id, ExchangeState.FAILED, "", error=failure
                )
                return ids
            position, config, seconds = (
                2,
                GoogleConfig() if config.name == "groq" else GroqConfig(),
                1.4,
            )
        usage = Usage(random.randrange(200, 6000), random.randrange(80, 1400))
        cost = PRICES.cost(config, usage)
        speed = seconds * random.uniform(0.5, 1.3) * random.lognormvariate(0.0, 0.35)
        attempt = await ledger.start_attempt(
            AttemptStart(
                ids.exchange_id,
                position,
                config.name,
                config.model,
                None if cost is None else cost * Decimal(str(doubt.lognormvariate(0.1, 0.4))),
                None,
                day=day,
                predicted_latency=speed * doubt.lognormvariate(0.0, 0.3),
            )
        )
        first = speed / 4
        await ledger.finish_attempt(
            attempt,
            AttemptResult(
                AttemptOutcome.OK, usage=usage, cost=cost, latency=speed, time_to_first_token=first
            ),
        )
        finish = StreamFinished(FinishKind.STOP, "stop", usage)
        done = Completed(
            *(config.name, config.model, "An answer.", "", finish, usage, cost, cost, speed),
            time_to_first_token=first,
            position=position,
            attempt_id=attempt,
            assessment=Assessment(1.0),
        )
        await ledger.complete_exchange(ids.exchange_id, done)
        if random.random() < 0.1:
            await ledger.rate_exchange(ids.exchange_id, float(random.random() < 0.85))
        if random.random() < 0.06:
            await ledger.begin_again(ids.user_message_id, strategy)
        return ids
