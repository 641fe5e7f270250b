"""A repeated question costs nothing and says so, over restarts, until its answer is deleted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from app.screens.stats import StatsScreen
from providers.caching import Caching
from providers.config import GroqConfig
from tests.app.house import House, ask, chat, command, ready, toasts, transcript_text, until
from tests.fakeserver import FakeServer, ok
from tests.widgets.hosts import screen_text

LONG = " ".join(f"Blue light is scattered {n} times by {n * n} molecules." for n in range(60))


@pytest.fixture
def house(tmp_path: Path, server: FakeServer) -> House:
    house = House(tmp_path, server)
    groq = house.settings.providers["groq"]
    assert isinstance(groq, GroqConfig)
    providers = {**house.settings.providers, "groq": replace(groq, temperature=0.0)}
    house.settings = house.with_settings(providers=providers)
    return house


async def test_a_repeated_question_costs_nothing_and_says_so(house: House) -> None:
    house.server.groq.reply(ok(LONG))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "Why is the sky blue?")
        assert "from the cache" not in transcript_text(app)
    again = house.app()
    async with again.run_test(size=(120, 40)) as pilot:
        await ready(pilot, again)
        await pilot.press("ctrl+n")
        await ask(pilot, again, "Why is the sky blue?")
        await until(pilot, lambda: "from the cache, saved $" in transcript_text(again))
        assert len(house.server.groq.chats) == 1
        runtime = await again.runtime()
        conversation = chat(again).conversation_id
        assert conversation is not None
        [_, answer] = runtime.reader.load_messages(conversation)
        assert answer.content == LONG
        assert answer.exchange is not None
        assert (answer.exchange.cached, answer.exchange.cost) == (True, Decimal(0))
        assert answer.exchange.saved
        # It can be rated like any other: a model has given it.
        await command(pilot, again, "/rate good")
        await until(pilot, lambda: "▲ good" in transcript_text(again))
        # Another answer is another answer.
        await command(pilot, again, "/again")
        await until(pilot, lambda: len(house.server.groq.chats) == 2)
        await until(pilot, lambda: not chat(again).busy)
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(again.screen, StatsScreen))
        await pilot.press("5")
        await until(pilot, lambda: "1 answer given again, saved $" in screen_text(again))


async def test_what_was_deleted_is_not_given_again(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "Why?")
        await command(pilot, app, "/delete")
        await until(pilot, lambda: "deleted" in toasts(app).lower())
        await ask(pilot, app, "Why?")
        assert len(house.server.groq.chats) == 2


async def test_a_conversation_can_keep_out(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "Why?")
        await command(pilot, app, "/new")
        await command(pilot, app, "/cache off")
        await until(pilot, lambda: "asks anew every time" in toasts(app))
        await ask(pilot, app, "Why?")
        assert len(house.server.groq.chats) == 2
        assert "from the cache" not in transcript_text(app)
        # Its own answer is not given elsewhere, the first one's is.
        await command(pilot, app, "/new")
        await ask(pilot, app, "Why?")
        assert len(house.server.groq.chats) == 2
        await command(pilot, app, "/cache maybe")
        await until(pilot, lambda: "/cache on or /cache off" in toasts(app))


async def test_without_a_cache_or_a_fixed_temperature_everything_is_asked(
    tmp_path: Path, server: FakeServer
) -> None:
    for number, caching in enumerate((None, Caching())):
        house = House(tmp_path / str(number), server, caching=caching)
        app = house.app()
        before = len(server.groq.chats)
        async with app.run_test(size=(120, 40)) as pilot:
            await ready(pilot, app)
            await ask(pilot, app, "Why?")
            await command(pilot, app, "/new")
            await ask(pilot, app, "Why?")
        assert len(server.groq.chats) == before + 2
