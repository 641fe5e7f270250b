"""What earlier runs teach: speed, prices, lengths and ratings, before the first decision."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from app.learning import learn
from app.screens.chat_commands import give
from app.slash import Slash
from providers.billing.ledger import AttemptOutcome, AttemptResult, AttemptStart
from providers.config import GroqConfig
from providers.errors import Busy, RateLimited, Unavailable
from providers.routing.router_parts import RouterParts
from providers.usage import Usage
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.settings import Settings
from tests.app.house import House, ask, ready, until

KEY = ("groq", GroqConfig().model)


async def call(ledger: SqliteLedger, result: AttemptResult, *, key: tuple[str, str] = KEY) -> None:
    attempt_id = await ledger.start_attempt(
        AttemptStart(
            None,
            1,
            *key,
            predicted_cost=Decimal("0.001"),
            worst_case=Decimal("0.002"),
            day=datetime.now(UTC).date(),
            predicted_latency=1.0,
        )
    )
    await ledger.finish_attempt(attempt_id, result)


async def test_every_model_teaches_on_its_own(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "telex.db")
    answer = AttemptResult(
        AttemptOutcome.OK,
        usage=Usage(100, 900),
        cost=Decimal("0.003"),
        latency=3.0,
        time_to_first_token=0.4,
    )
    for _ in range(12):
        await call(ledger, answer)
    for error in (RateLimited("slow"), Unavailable("down"), Busy("not asked")):
        await call(ledger, AttemptResult(AttemptOutcome.FAILED, error=error, cost=Decimal(0)))
    await call(ledger, answer, key=("groq", "another"))
    await ledger.aclose()
    parts = RouterParts()
    reader = Reader(tmp_path / "telex.db")
    learn(parts, reader, Settings())
    reader.close()

    health = parts.monitor.health(*KEY)
    assert health.requests == 14, "that it was busy says nothing about it"
    assert health.p50_latency == 3.0
    cost, latency = (c.error(KEY) for c in (parts.cost_calibration, parts.latency_calibration))
    assert cost is not None
    assert latency is not None
    assert (cost.pairs, latency.pairs) == (12, 12)
    assert parts.cost_calibration.range(KEY, 1.0).expected > 2.9
    assert parts.estimator.output_tokens(KEY) > 600
    assert parts.estimator.input_tokens(KEY, 100) == 100, "nothing is known of the input"
    assert parts.cost_calibration.error(("groq", "another")) is None, "it is not configured"


async def test_a_rating_counts_at_once_and_after_a_restart(house: House) -> None:
    groq = house.settings.providers["groq"]

    async def quality(app_parts: RouterParts) -> tuple[float, int]:
        told = app_parts.quality.quality(groq)
        return told.value, told.ratings

    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        parts = (await app.runtime()).parts
        before, none = await quality(parts)
        assert none == 0
        give(screen, Slash.RATE, "good")
        await until(pilot, lambda: any("no answer yet" in n.message for n in app._notifications))
        await ask(pilot, app, "hi")
        give(screen, Slash.RATE, "good")
        await until(pilot, lambda: any("was rated good" in n.message for n in app._notifications))
        good, ratings = await quality(parts)
        assert (good > before, ratings) == (True, 1)
        give(screen, Slash.RATE, "bad")
        await until(pilot, lambda: any("was rated bad" in n.message for n in app._notifications))
        bad, ratings = await quality(parts)
        assert (bad < before, ratings) == (True, 1), "the second rating replaces the first"
    again = house.app()
    async with again.run_test(size=(120, 40)) as pilot:
        await ready(pilot, again)
        assert await quality((await again.runtime()).parts) == (bad, 1)


async def test_ratings_are_in_the_palette(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert "Rate: good" in titles
        assert "Rate: bad" in titles
        assert "Strategy: dynamic" in titles
        assert "Strategy: rules" not in titles
