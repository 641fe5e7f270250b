"""The stats screen and the lists behind its numbers, driven by keys."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from time import thread_time
from typing import Any

import pytest
from textual.pilot import Pilot

from app.exchange_lists import sum_words, tally
from app.runtime import Runtime
from app.screens import stats
from app.screens.exchange import ExchangeScreen
from app.screens.exchanges import ExchangesScreen
from app.screens.opened import Opened
from app.screens.stats import Section, StatsScreen
from app.stats_figures import Figures, read_figures
from app.telex import TelexApp
from screenshots.month import seed
from storage.call_filter import CallFilter
from tests.app.house import House, ask, chat, ready, toasts, transcript_text, until
from tests.app.random_ledgers import NOW, Call, fill
from tests.widgets.hosts import screen_text
from widgets.figure_list import FigureList
from widgets.stacked_columns import StackedColumns

SIZE = (100, 30)
CALL = Call(
    talk=1,
    hours_ago=1,
    provider="groq",
    model="large",
    outcome="ok",
    error=None,
    cost=10_000_000,
    latency=1200,
    first_token=300,
    tokens=10,
    hedge=False,
    cached=False,
    trashed=False,
    rating=None,
)


async def opened(
    pilot: Pilot[Any], app: TelexApp, left: list[Opened | None] | None = None
) -> StatsScreen:
    """Open the stats as of ``NOW``, and wait until the numbers are there."""
    await ready(pilot, app)
    screen = StatsScreen(await app.runtime(), now=lambda: NOW)
    await app.push_screen(screen, (left if left is not None else []).append)
    await until(pilot, lambda: screen.is_read)
    return screen


async def behind(pilot: Pilot[Any], app: TelexApp) -> ExchangesScreen:
    """Wait for a list that has been read."""
    await until(pilot, lambda: isinstance(app.screen, ExchangesScreen))
    screen = app.screen
    assert isinstance(screen, ExchangesScreen)
    await until(pilot, lambda: screen.listed)
    return screen


async def test_every_section_opens_the_list_behind_its_first_number(house: House) -> None:
    await seed(house.paths.database, days=2, now=NOW)
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, app)
        for place, section in enumerate(Section, 1):
            await pilot.press(str(place))
            await until(pilot, partial(_shows, screen, section))
            await pilot.press("enter")
            found = await behind(pilot, app)
            at = screen.query_one(FigureList).cursor
            assert at is not None
            place_behind = screen.query_one(FigureList).opens(at)
            assert place_behind is not None
            wanted = screen.page.behind[place_behind].wanted
            assert sum_words(found.listed, wanted) in screen_text(app)
            assert found.lines.line_count() == len(found.listed)
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is screen)
        await pilot.press("tab")
        assert _shows(screen, Section.SPEND)
        await pilot.press("shift+tab")
        assert _shows(screen, Section.WORTH)


def _shows(screen: StatsScreen, section: Section) -> bool:
    return screen.section is section


async def test_a_bar_opens_the_calls_of_its_day(house: House) -> None:
    yesterday = [replace(CALL, hours_ago=24)] * 3
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, app)
        fill(house.paths.database, [CALL, *yesterday])
        screen = await opened(pilot, app)
        await pilot.press("up")
        chart = screen.query_one(StackedColumns)
        await until(pilot, lambda: chart.has_focus)
        assert "today  $0.01" in screen_text(app)
        await pilot.press("left")
        await until(pilot, lambda: "Sun 22 November  $0.03" in screen_text(app))
        await pilot.press("enter")
        found = await behind(pilot, app)
        assert tally(found.listed).count == 3
        assert "3 calls · $0.03" in screen_text(app)
        assert "Sun 22 November" in screen_text(app)


async def test_from_a_number_to_the_message(house: House) -> None:
    app = house.app()
    left: list[Opened | None] = []
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, app)
        fill(house.paths.database, [CALL])
        await opened(pilot, app, left)
        await pilot.press("2", "enter")
        found = await behind(pilot, app)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, ExchangeScreen))
        assert "groq" in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is found)
        await pilot.press("enter")
        await until(pilot, lambda: left)
        assert left == [Opened(conversation_id=1, message_id=3)]
        assert not isinstance(app.screen, StatsScreen | ExchangesScreen)


async def test_the_app_opens_the_chat_at_what_was_picked(house: House) -> None:
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "What did this cost?")
        await pilot.press("ctrl+n")
        await until(pilot, lambda: chat(app).conversation_id is None)
        await pilot.press("f8")
        await until(pilot, lambda: "today" in screen_text(app))
        await pilot.press("enter")
        await behind(pilot, app)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is chat(app))
        await until(pilot, lambda: "What did this cost?" in transcript_text(app))


@pytest.mark.parametrize(
    ("talk", "said"), [(0, "belongs to no conversation"), (3, "is in the trash")]
)
async def test_where_there_is_nowhere_to_go_it_says_so(house: House, talk: int, said: str) -> None:
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, app)
        fill(house.paths.database, [replace(CALL, talk=talk)])
        wanted = CallFilter(datetime(2026, 1, 1, tzinfo=UTC))
        screen = ExchangesScreen(await app.runtime(), wanted, now=lambda: NOW)
        await app.push_screen(screen)
        await until(pilot, lambda: screen.listed)
        await pilot.press("enter", "i")
        await until(pilot, lambda: toasts(app).count(said) == 2)
        assert app.screen is screen


async def test_sorting_finds_the_dearest_and_the_slowest(house: House) -> None:
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, app)
        made = [
            replace(CALL, cost=cost, latency=took, hours_ago=ago)
            for cost, took, ago in ((5, 900, 1), (None, 100, 2), (70, None, 3), (6, 2_000, 4))
        ]
        fill(house.paths.database, made)
        wanted = CallFilter(datetime(2026, 1, 1, tzinfo=UTC))
        screen = ExchangesScreen(await app.runtime(), wanted, now=lambda: NOW)
        await app.push_screen(screen)
        await until(pilot, lambda: screen.listed)
        orders = []
        for _ in range(4):
            orders.append([row.exchange_id for row in screen.listed])
            await pilot.press("s")
        assert orders == [[1, 2, 3, 4], [3, 4, 1, 2], [4, 1, 2, 3], [1, 2, 3, 4]]


async def test_period_and_grain(house: House) -> None:
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, app)
        old = replace(CALL, hours_ago=24 * 60)
        fill(house.paths.database, [CALL, old])
        await opened(pilot, app)
        assert "last 30 days by day" in screen_text(app)
        for said in ("last 90 days by week", "last 365 days by month", "all the time by month"):
            await pilot.press("p")
            await until(pilot, partial(_says, app, said))
            await until(pilot, partial(_says, app, "$0.02"))
        await pilot.press("g")
        await until(pilot, lambda: "all the time by day" in screen_text(app))
        await pilot.press("p")
        await until(pilot, lambda: "last 7 days by day" in screen_text(app))
        await until(pilot, lambda: "$0.02" not in screen_text(app))


def _says(app: TelexApp, words: str) -> bool:
    return words in screen_text(app)


async def test_nothing_is_said_before_it_is_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def slow(runtime: Runtime, now: datetime, days: int | None) -> Figures:
        gate.wait(20)
        return read_figures(runtime, now, days)

    monkeypatch.setattr(stats, "read_figures", slow)
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        await app.push_screen(StatsScreen(await app.runtime(), now=lambda: NOW))
        await pilot.pause(0.1)
        assert "Nothing" not in screen_text(app)
        await pilot.press("3")
        assert "Nothing" not in screen_text(app)
        gate.set()
        await until(pilot, lambda: "Nothing has been asked yet" in screen_text(app))
        assert "esc goes to the chat" in screen_text(app)


async def test_a_ledger_that_cannot_be_read_is_said(house: House) -> None:
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, app)
        runtime = await app.runtime()
        fill(house.paths.database, [CALL])
        await opened(pilot, app)
        runtime.reader.close()
        await pilot.press("enter")
        await until(pilot, lambda: "is already closed" in toasts(app))
        await pilot.press("escape", "r")
        await until(pilot, lambda: toasts(app).count("is already closed") == 2)
        assert "$0.01" in screen_text(app), "what was read stays"


async def test_ten_thousand_calls_are_read_in_well_under_a_second(house: House) -> None:
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, app)
        runtime = await app.runtime()
        made = [
            replace(CALL, talk=4 + n // 10, hours_ago=n % 700, latency=n) for n in range(10_000)
        ]
        await asyncio.to_thread(fill, house.paths.database, made)

        def timed() -> tuple[Figures, float]:
            began = thread_time()  # of this thread alone: others may be busy
            return read_figures(runtime, NOW, 30), thread_time() - began

        figures, seconds = await asyncio.to_thread(timed)
        assert figures.total.requests == 10_000
        assert seconds < 1.5, "several times what it takes"
