"""What is said when a cost limit leaves no room: which, how much is used, what to press."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from providers.errors import AllProvidersFailed
from providers.messages import ChatRequest, Message, Role
from tests.app.house import House, ask, ready, transcript_text
from tests.fakeserver import FakeServer


def _without_local(house: House) -> None:
    house.settings = replace(house.settings, disabled=frozenset({"local"}))


async def test_a_daily_budget_is_told_once_with_the_key_that_raises_it(house: House) -> None:
    _without_local(house)
    house.settings = house.with_settings(daily_budget=Decimal("0.0004"))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "Hello")
        shown = " ".join(transcript_text(app).split())
        assert "the daily budget of $0.0004 leaves no room: $0 is spent, and " in shown
        assert ", the cheapest, may cost $" in shown
        assert shown.count("daily budget") == 1
        assert "ctrl+s raises it" in shown
        assert not house.server.groq.chats


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (
            {"daily_cost_limits": {"groq": Decimal("0.0001")}},
            "the daily limit of $0.0001 for groq leaves no room: $0 is spent, and groq may cost $",
        ),
        (
            {"cost_limit_per_provider": {"groq": Decimal("0.0001")}},
            "the limit of $0.0001 a request for groq leaves no room: groq may cost $",
        ),
    ],
)
async def test_the_limit_of_one_provider_names_it(
    tmp_path: Path, server: FakeServer, limits: dict[str, Any], words: str
) -> None:
    house = House(tmp_path, server, **limits)
    _without_local(house)
    house.environment = {
        name: value
        for name, value in house.environment.items()
        if not name.endswith("_API_KEY") or name.startswith("GROQ")
    }
    app = house.app()
    async with app.run_test() as pilot:
        await ready(pilot, app)
        router = (await app.runtime()).factory.router
        request = ChatRequest((Message(Role.USER, "Hello"),))
        with pytest.raises(AllProvidersFailed) as caught:
            _ = [event async for event in router.stream(request)]
        assert caught.value.over_budget
        # Providers without a key are no part of the story.
        assert caught.value.advice.startswith(words)
        assert "has no key" not in caught.value.advice
