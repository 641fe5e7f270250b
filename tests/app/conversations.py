"""Conversations in a house's ledger before telex starts, and the history opened on them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from app.screens.history import HistoryScreen
from app.telex import TelexApp
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import ConversationRow, ConversationWishes, ExchangeState
from tests.app.house import House, ready, until


class Minutes:
    """A clock that is a minute later whenever it is asked."""

    def __init__(self) -> None:
        self._now = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self._now += timedelta(minutes=1)
        return self._now


async def fill(
    house: House, *titles: str, wishes: ConversationWishes | None = None
) -> tuple[int, ...]:
    """Put a conversation with a question and half an answer behind each title, oldest first."""
    ledger = SqliteLedger(house.paths.database, clock=Minutes())
    ids = []
    for title in titles:
        begun = await ledger.begin_exchange(None, f"About {title}", "cost", wishes=wishes)
        await ledger.interrupt_exchange(begun.exchange_id, ExchangeState.STOPPED, f"{title}, well")
        await ledger.rename_conversation(begun.conversation_id, title)
        ids.append(begun.conversation_id)
    await ledger.aclose()
    return tuple(ids)


def fill_many(path: Path, count: int) -> None:
    """Put many conversations with a question each into a new ledger: ``Talk 1`` is the oldest."""
    SqliteLedger(path).close()
    with closing(sqlite3.connect(path)) as db, db:
        numbers = range(1, count + 1)
        db.executemany(
            "INSERT INTO conversations (id, title, created_at, updated_at) VALUES (?, ?, ?, ?)",
            [(n, f"Talk {n}", *[f"2026-01-05T12:00:00.{n:06}Z"] * 2) for n in numbers],
        )
        db.executemany(
            "INSERT INTO messages (conversation_id, role, content, created_at)"
            " VALUES (?, 'user', ?, '2026-01-05T12:00:00.000000Z')",
            [(n, f"thing{n} in common") for n in numbers],
        )


async def history(pilot: Pilot[Any], app: TelexApp) -> HistoryScreen:
    """Open the history, wait until it lists something, and go into the list."""
    await ready(pilot, app)
    await pilot.press("ctrl+o")
    await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
    screen = app.screen
    assert isinstance(screen, HistoryScreen)
    await until(pilot, lambda: screen.conversations.option_count)
    await pilot.press("down")
    return screen


def listed(screen: HistoryScreen) -> list[str]:
    """Return the first line of everything listed."""
    options = screen.conversations.options
    return [str(option.prompt).split("\n")[0] for option in options]


def facts(screen: HistoryScreen, title: str) -> str:
    """Return the line below a title."""
    for option in screen.conversations.options:
        first, *rest = str(option.prompt).split("\n")
        if first == title:
            return rest[0]
    raise AssertionError(f"{title} is not listed, there are {listed(screen)}")


def cursor(screen: HistoryScreen) -> str:
    """Return the title under the cursor."""
    current = screen.conversations.current
    return "" if current is None else current.title


def stored(house: House, conversation_id: int) -> ConversationRow | None:
    """Return what is in the ledger."""
    reader = Reader(house.paths.database)
    try:
        return reader.conversation(conversation_id)
    finally:
        reader.close()


def lists(screen: HistoryScreen, *titles: str) -> bool:
    """Whether exactly these are listed: for ``functools.partial`` in loops."""
    return listed(screen) == list(titles)
