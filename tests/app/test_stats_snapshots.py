"""How the stats and the lists behind them look: pictures that may only change on purpose."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol

import pytest
from textual.app import App
from textual.pilot import Pilot

from app.budgets import Budget
from app.screens import stats
from app.screens.exchanges import ExchangesScreen
from app.screens.stats import StatsScreen
from screenshots.month import seed
from storage.call_filter import CallFilter
from storage.state_file import State
from tests.app.house import House, ready, until
from tests.fakeserver import FakeServer

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
SMALL, MIDDLE, LARGE = (80, 24), (120, 40), (200, 60)
LOOKS = (
    (SMALL, "dark"),
    (MIDDLE, "dark"),
    (LARGE, "dark"),
    (SMALL, "light"),
    (MIDDLE, "light"),
    (LARGE, "light"),
)
SECTIONS = {"spend": "1", "models": "2", "speed": "3", "errors": "4", "routing": "5"}


def _named(look: tuple[tuple[int, int], str]) -> str:
    (width, height), theme = look
    return f"{width}x{height}-{theme}"


class SnapCompare(Protocol):
    def __call__(
        self,
        app: App[None],
        *,
        terminal_size: tuple[int, int],
        run_before: Callable[[Pilot[Any]], Awaitable[None]],
    ) -> bool: ...


@pytest.fixture(scope="module")
def full_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A month of use; the pictures only look at it."""
    with FakeServer() as server:
        house = House(tmp_path_factory.mktemp("full"), server, primary_provider="openai")
        asyncio.run(seed(house.paths.database, now=NOW))
        yield house


async def _budgets(*_: object) -> tuple[Budget, ...]:
    # Limits are counted by the day it really is.
    return (
        Budget("daily limit", "anthropic", Decimal("0.05"), Decimal("0.043")),
        Budget("monthly budget", None, Decimal(20), Decimal("1.68")),
    )


# In light colours one of them will do: they are made of the same widgets.
@pytest.mark.parametrize(
    ("section", "look"),
    [
        (section, look)
        for section in SECTIONS
        for look in LOOKS[: None if section == "spend" else 3]
    ],
    ids=lambda each: each if isinstance(each, str) else _named(each),
)
def test_stats(
    snap_compare: SnapCompare,
    full_house: House,
    monkeypatch: pytest.MonkeyPatch,
    section: str,
    look: tuple[tuple[int, int], str],
) -> None:
    size, theme = look
    monkeypatch.setattr(stats, "read_budgets", _budgets)
    app = full_house.app(state=State(theme=f"textual-{theme}"))

    async def play(pilot: Pilot[Any]) -> None:
        await ready(pilot, app)
        screen = StatsScreen(await app.runtime(), now=lambda: NOW)
        await app.push_screen(screen)
        await until(pilot, lambda: screen.is_read)
        await pilot.press(SECTIONS[section])
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=play)


@pytest.mark.parametrize("look", LOOKS, ids=_named)
def test_exchanges(
    snap_compare: SnapCompare, full_house: House, look: tuple[tuple[int, int], str]
) -> None:
    size, theme = look
    app = full_house.app(state=State(theme=f"textual-{theme}"))

    async def play(pilot: Pilot[Any]) -> None:
        await ready(pilot, app)
        wanted = CallFilter(datetime(2026, 11, 20, tzinfo=UTC))
        screen = ExchangesScreen(await app.runtime(), wanted, title="last 4 days", now=lambda: NOW)
        await app.push_screen(screen)
        await until(pilot, lambda: screen.listed)

    assert snap_compare(app, terminal_size=size, run_before=play)


@pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=lambda size: "x".join(map(str, size)))
def test_empty(snap_compare: SnapCompare, house: House, size: tuple[int, int]) -> None:
    app = house.app()

    async def play(pilot: Pilot[Any]) -> None:
        await ready(pilot, app)
        screen = StatsScreen(await app.runtime(), now=lambda: NOW)
        await app.push_screen(screen)
        await until(pilot, lambda: screen.is_read)

    assert snap_compare(app, terminal_size=size, run_before=play)
