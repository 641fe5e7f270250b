"""The palette: everything that can be done is in it, with its key and its command."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from textual.command import CommandInput, CommandList
from textual.pilot import Pilot

from app.palette import CHAT, SCREENS
from app.screens.alerts import AlertsScreen
from app.screens.chat import ChatScreen
from app.screens.help import HelpScreen
from app.screens.history import HistoryScreen
from app.screens.keys import KeysScreen
from app.screens.settings import SettingsScreen
from app.screens.stats import StatsScreen
from app.screens.themes import ThemesScreen
from app.slash import Slash
from app.telex import TelexApp
from providers.config import Strategy
from storage.key_names import KEY_NAMES
from tests.app.house import House, ready, until


@asynccontextmanager
async def desk(house: House) -> AsyncIterator[tuple[Pilot[Any], TelexApp]]:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        yield pilot, app


def lines(app: TelexApp) -> dict[str, str]:
    found = [(each.title, each.help) for each in app.get_system_commands(app.screen)]
    assert len(dict(found)) == len(found)
    return dict(found)


async def test_it_has_every_action_every_command_and_every_strategy(house: House) -> None:
    async with desk(house) as (_, app):
        shown = lines(app)
        told = " ".join(shown.values())
        assert {each.value for each in Slash} <= set(re.findall(r"/([a-z]+)", told))
        # A strategy that has nothing to go by is left out.
        idle = {Strategy.RULES, Strategy.EXPERIMENT}
        assert {f"Strategy: {each.value}" for each in Strategy if each not in idle} <= set(shown)
    strategies = {"chat.cost", "chat.latency", "chat.quality", "chat.manual"}
    named = {line.name for line in (*SCREENS, *CHAT)} | strategies | {"app.palette"}
    assert {name for name in KEY_NAMES if name.startswith(("app.", "chat."))} <= named


async def test_nothing_of_textuals_own_is_left(house: House) -> None:
    async with desk(house) as (_, app):
        assert not {"Keys", "Maximize", "Screenshot", "Theme", "Quit"} & set(lines(app))


async def test_it_names_the_keys_in_force(house: House) -> None:
    house.settings = house.with_settings(keys={"chat.new": "alt+n", "app.stats": ""})
    async with desk(house) as (_, app):
        shown = lines(app)
        assert shown["New conversation"].startswith("alt+n · /new · ")
        assert shown["Stats / spend"].startswith("/stats · ")


async def test_what_people_would_type_finds_it(house: House) -> None:
    async with desk(house) as (pilot, app):
        for typed, screen in (
            ("api key", KeysScreen),
            ("theme", ThemesScreen),
            ("colours", ThemesScreen),
            ("remap", HelpScreen),
            ("help", HelpScreen),
            ("daily limit", SettingsScreen),
            ("spend", StatsScreen),
            ("alerts", AlertsScreen),
            ("history", HistoryScreen),
        ):
            await _go(pilot, app, typed)
            await until(pilot, partial(_is_open, app, screen))
            await pilot.press("escape")
            await until(pilot, partial(_is_open, app, ChatScreen))


async def _go(pilot: Pilot[Any], app: TelexApp, typed: str) -> None:
    await pilot.press("ctrl+p")
    await until(pilot, lambda: bool(app.screen.query(CommandInput)))
    app.screen.query_one(CommandInput).value = typed
    listed = app.screen.query_one(CommandList)
    await until(pilot, lambda: _first_has(listed, typed.rsplit(maxsplit=1)[-1]))
    await pilot.press("enter")


def _is_open(app: TelexApp, screen: type) -> bool:
    return isinstance(app.screen, screen)


def _first_has(listed: CommandList, word: str) -> bool:
    return listed.option_count > 0 and word in str(listed.get_option_at_index(0).prompt).lower()


async def test_a_picture_of_the_screen_is_kept_and_what_prevents_it_is_said(
    house: House, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with desk(house) as (pilot, app):
        before = set(tmp_path.iterdir())
        await app.run_action("picture")
        [picture] = set(tmp_path.iterdir()) - before
        assert picture.suffix == ".svg"
        assert "<svg" in picture.read_text(encoding="utf-8")
        app._folder = tmp_path / "gone"
        await app.run_action("picture")
        await pilot.pause()
        assert any("cannot be written" in note.message for note in app._notifications)
