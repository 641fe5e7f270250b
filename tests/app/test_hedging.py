"""A provider that is slow to begin: the race is on the screen, in the meter and in the ledger."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from providers.hedging import Hedging
from storage.reader import Reader
from tests.app.house import House, ask, ready, status_text, transcript_text
from tests.fakeserver import ok
from widgets.cost_meter import CostMeter


@pytest.fixture
def hedged(house: House) -> House:
    """A house that hedges as soon as two answers were measured."""
    wishes = Hedging(daily_cap=Decimal(1), min_samples=2, shortest_delay=0.05)
    house.settings = replace(house.settings, hedging=wishes)
    return house


async def test_a_race_is_shown_while_it_happens_and_afterwards(hedged: House) -> None:
    server = hedged.server
    server.groq.reply(ok("one"), ok("two"), ok("too late", first_delay=4.0))
    server.google.default(ok("From the backup."))
    app = hedged.app()
    async with app.run_test(size=(120, 50)) as pilot:
        screen = await ready(pilot, app)
        for _ in range(2):
            await ask(pilot, app, "hi")
        before = screen.query_one(CostMeter).render().plain
        await ask(pilot, app, "and now?")
        shown = transcript_text(app)
        assert "groq is slow to begin → also asking google" in shown
        assert "groq stopped: google was first" in shown
        assert "From the backup." in shown
        assert "too late" not in shown
        assert "google · gemini-3.8-flash" in shown
        assert screen.query_one(CostMeter).render().plain != before
        assert "sooner than groq (cheapest of 4: $" in shown
        assert "~$0.0" in shown, "what the loser had read is an estimate"
        assert "idle" in status_text(app)
    reader = Reader(hedged.paths.database)
    exchange = reader.load_messages(1)[-1].exchange
    reader.close()
    assert exchange is not None
    assert [a.outcome for a in exchange.attempts] == ["cancelled", "ok"]
    costs = [a.cost for a in exchange.attempts]
    assert None not in costs
    assert exchange.cost == sum(cost for cost in costs if cost is not None)
    again = hedged.app()
    async with again.run_test(size=(120, 50)) as pilot:
        await ready(pilot, again)
        assert transcript_text(again) == shown


async def test_the_first_one_may_still_win(hedged: House) -> None:
    server = hedged.server
    server.groq.reply(ok("one"), ok("two"), ok("just in time", first_delay=0.8))
    server.google.default(ok("slower still", first_delay=5.0))
    app = hedged.app()
    async with app.run_test(size=(120, 50)) as pilot:
        await ready(pilot, app)
        for _ in range(2):
            await ask(pilot, app, "hi")
        await ask(pilot, app, "and now?")
        shown = transcript_text(app)
        assert "google stopped: groq was first" in shown
        assert "just in time" in shown
