"""No screen holds up the interface, whatever is in the ledger."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from app.telex import TelexApp
from storage.ledger import SqliteLedger
from tests.app.house import House, ready
from tests.app.random_ledgers import Call, fill
from tests.fakeserver import FakeServer

_EXCHANGES = 5_000
_BEAT = 0.005
_LIMIT = 0.25
"""Seconds; on a quiet machine no stall reaches 0.1, but others may run beside this one."""
_SCREENS = {
    "stats": "app.stats",
    "history": "screen.history",
    "settings": "app.settings",
    "keys": "app.keys",
    "alerts": "app.alerts",
    "experiment": "app.experiment",
    "local models": "app.local_models",
    "work": "app.jobs",
    "doctor": "app.doctor",
    "strategies": "screen.strategies",
    "help": "app.help",
    "palette": "app.command_palette",
}


class Heart:
    """Beats on the event loop; its longest pause is the longest stall."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def beat(self) -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(_BEAT)
            now = time.perf_counter()
            self.longest = max(self.longest, now - last - _BEAT)
            last = now


@asynccontextmanager
async def heartbeat() -> AsyncIterator[Heart]:
    heart = Heart()
    task = asyncio.create_task(heart.beat())
    try:
        yield heart
    finally:
        task.cancel()


@pytest.fixture(scope="module")
def large_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    (folder / "data").mkdir()
    database = folder / "data" / "telex.db"
    SqliteLedger(database).close()
    fill(database, [_call(number) for number in range(_EXCHANGES)])
    return folder


def _call(number: int) -> Call:
    provider = ("openai", "anthropic", "google", "groq")[number % 4]
    outcome, error = ("failed", "rate_limit") if number % 9 == 0 else ("ok", None)
    return Call(
        talk=1 + number % 200,
        hours_ago=number % 700,
        provider=provider,
        model=("large", "small")[number % 2],
        outcome=outcome,
        error=error,
        cost=10_000 * (number % 97),
        latency=300 + number % 5_000,
        first_token=100 + number % 900,
        tokens=200,
        hedge=False,
        cached=False,
        trashed=False,
        rating=1.0 if number % 10 == 0 else None,
    )


async def _open_and_close(pilot: Pilot[Any], app: TelexApp, action: str) -> float:
    async with heartbeat() as heart:
        await app.run_action(action)
        await pilot.pause(0.2)
        while len(app.screen_stack) > 1:
            await app.pop_screen()
        await pilot.pause(0.05)
    return heart.longest


async def test_no_screen_stalls(large_ledger: Path) -> None:
    with FakeServer() as server:
        addresses = (
            f'[providers.{name}]\nbase_url = "{server.base_url(name)}"\n'
            for name in ("openai", "anthropic", "google", "groq")
        )
        (large_ledger / "config.toml").write_text("".join(addresses), encoding="utf-8")
        house = House(large_ledger, server)
        app = house.app()
        stalls: dict[str, list[float]] = {}
        async with app.run_test(size=(120, 40)) as pilot:
            await ready(pilot, app)
            gc.freeze()  # as telex does when it has started
            for _ in range(3):
                for name, action in _SCREENS.items():
                    took = await _open_and_close(pilot, app, action)
                    stalls.setdefault(name, []).append(took)
        gc.unfreeze()
        medians = {name: sorted(each)[1] for name, each in stalls.items()}
        slow = {name: round(each, 3) for name, each in medians.items() if each >= _LIMIT}
        assert not slow, medians
