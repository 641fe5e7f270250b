"""Terminals too small for anything: nothing fits, and nothing breaks."""

from __future__ import annotations

import pytest

from tests.app.house import House, ask, ready, transcript_text, until
from tests.fakeserver import ok


@pytest.mark.parametrize("size", [(36, 10), (30, 8), (20, 5), (8, 3), (3, 2), (1, 1)])
async def test_the_chat_survives(house: House, size: tuple[int, int]) -> None:
    house.server.groq.reply(ok("Here I am."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await pilot.resize_terminal(*size)
        await pilot.pause(0.2)
        await ask(pilot, app, "Are you there?")
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: "Here I am." in transcript_text(app))


@pytest.mark.parametrize("action", ["settings", "stats", "keys", "help", "local_models", "themes"])
async def test_screens_survive(house: House, action: str) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await app.run_action(action)
        await pilot.pause(0.2)
        for size in ((30, 8), (12, 4), (2, 2), (90, 30)):
            await pilot.resize_terminal(*size)
            await pilot.pause(0.1)
        assert app.is_running
