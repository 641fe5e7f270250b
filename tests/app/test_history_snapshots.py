from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol

import pytest
from textual.app import App
from textual.pilot import Pilot

from app.deleted import Deleted
from app.screens.history import HistoryScreen
from storage.ledger import SqliteLedger
from storage.rows import ConversationWishes
from storage.state_file import State
from tests.app.conversations import fill
from tests.app.house import House, ready, until

SMALL, MIDDLE, LARGE = (80, 24), (120, 40), (200, 60)
NOW = datetime(2026, 1, 5, 18, 30, tzinfo=UTC)
TITLES = (
    "Why is the sky blue?",
    "A haiku about queues",
    "[/] of \x1b[31mMay",
    "旅行の計画を立てる",
    "Write a regular expression for ISO dates that also knows weeks and ordinal days",
    "Compare TCP and QUIC for a chat protocol",
    "Taxes of the year before",
    "A letter to the landlord",
)


class SnapCompare(Protocol):
    def __call__(
        self,
        app: App[None],
        *,
        terminal_size: tuple[int, int],
        run_before: Callable[[Pilot[Any]], Awaitable[None]],
    ) -> bool: ...


def _named(size: tuple[int, int]) -> str:
    return "x".join(map(str, size))


async def _file(house: House) -> tuple[int, ...]:
    wishes = ConversationWishes(persona="teacher", budget=Decimal("0.5"))
    ids = (*await fill(house, *TITLES[:2], wishes=wishes), *await fill(house, *TITLES[2:]))
    ledger = SqliteLedger(house.paths.database)
    await ledger.set_pinned(ids[0], True)
    await ledger.set_pinned(ids[5], True)
    await ledger.set_tags(ids[0], ["physics", "at school"])
    await ledger.set_tags(ids[6], ["money"])
    for each in (ids[1], ids[7]):
        await ledger.set_archived(each, True)
    await ledger.aclose()
    return ids


def _compare(
    snap_compare: SnapCompare,
    house: House,
    size: tuple[int, int],
    *keys: str,
    first: int,
    theme: str = "textual-dark",
) -> bool:
    """Compare the history after ``keys``, when ``first`` conversations are listed."""
    ids = asyncio.run(_file(house))
    app = house.app(state=State(theme=theme))
    # A blinking cursor would be there in one picture and not in the next.
    app.animation_level = "none"

    async def open_history(pilot: Pilot[Any]) -> None:
        await ready(pilot, app)
        screen = HistoryScreen(
            await app.runtime(),
            under_way=lambda: frozenset({ids[6]}),
            deleted=Deleted(),
            now=lambda: NOW,
        )
        await app.push_screen(screen)
        await until(pilot, lambda: screen.conversations.option_count == len(TITLES) - 2)
        await pilot.press(*keys)
        await until(pilot, lambda: screen.conversations.option_count == first)

    return snap_compare(app, terminal_size=size, run_before=open_history)


@pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE], ids=_named)
def test_list(snap_compare: SnapCompare, house: House, size: tuple[int, int]) -> None:
    assert _compare(snap_compare, house, size, "down", "down", first=6)


@pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=_named)
def test_archive(snap_compare: SnapCompare, house: House, size: tuple[int, int]) -> None:
    assert _compare(snap_compare, house, size, "down", "A", first=2)


@pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=_named)
def test_search(snap_compare: SnapCompare, house: House, size: tuple[int, int]) -> None:
    assert _compare(snap_compare, house, size, *"the", first=3)


@pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE], ids=_named)
def test_light(snap_compare: SnapCompare, house: House, size: tuple[int, int]) -> None:
    keys, theme = ("down", "down"), "textual-light"
    assert _compare(snap_compare, house, size, *keys, first=6, theme=theme)


@pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=_named)
def test_filter(snap_compare: SnapCompare, house: House, size: tuple[int, int]) -> None:
    assert _compare(snap_compare, house, size, *"is:pinned since:today the", first=1)


@pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=_named)
def test_unknown_filter(snap_compare: SnapCompare, house: House, size: tuple[int, int]) -> None:
    assert _compare(snap_compare, house, size, *"the from:me", first=1)
