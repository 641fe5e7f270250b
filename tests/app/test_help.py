"""The help: every key and command, found by typing, and another key chosen in place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Static

from app.keymap_groups import key_groups
from app.keymap_words import binding_words
from app.screens.help import HelpScreen
from app.screens.help_list import HelpList
from app.screens.press_key import PressKeyScreen
from app.screens.settings import SettingsScreen
from app.slash import Slash
from app.telex import TelexApp
from storage.config_file import load_settings
from storage.key_names import KEY_NAMES
from tests.app.house import House, ready, until


@asynccontextmanager
async def help_open(house: House) -> AsyncIterator[tuple[Pilot[Any], TelexApp, HelpScreen]]:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await pilot.press("f1")
        await until(
            pilot,
            lambda: (
                isinstance(app.screen, HelpScreen) and app.screen.query_one(HelpList).option_count
            ),
        )
        assert isinstance(app.screen, HelpScreen)
        yield pilot, app, app.screen


def listed(screen: HelpScreen) -> str:
    options = screen.query_one(HelpList)
    return "\n".join(str(option.prompt) for option in options.options)


def said(screen: HelpScreen) -> str:
    return str(screen.query_one("#help-status", Static).render())


def chosen(house: House) -> dict[str, str]:
    return dict(load_settings(house.paths.config_file).keys)


async def test_it_lists_every_name_and_every_command(house: House) -> None:
    async with help_open(house) as (_, app, screen):
        shown = listed(screen)
        named = {row.name for group in key_groups(app, binding_words()) for row in group.rows}
        missing = set(KEY_NAMES) - named
        assert missing == {f"message.copy-code-{number}" for number in range(2, 10)}
        assert [name for name in KEY_NAMES if name in named and name not in shown] == []
        assert [each for each in Slash if f"/{each.value}" not in shown] == []


async def test_typing_finds_by_word_name_key_and_heading(house: House) -> None:
    async with help_open(house) as (pilot, _, screen):
        for typed, found in (
            ("archive history", "ctrl+o"),
            ("chat.new", "new conversation"),
            ("f8", "stats"),
            ("local models", "fetched"),
        ):
            await pilot.press(*typed)
            assert found in listed(screen)
            assert "send" not in listed(screen)
            await pilot.press("ctrl+u")
        await pilot.press(*"zzz")
        assert "type less of it" in listed(screen)
        await pilot.press("enter", "ctrl+r")
        assert isinstance(screen.app.screen, HelpScreen)


async def test_a_key_is_chosen_in_place_refused_where_it_would_not_work_and_reset(
    house: House,
) -> None:
    async with help_open(house) as (pilot, app, screen):
        await pilot.press(*"chat.new", "enter")
        await until(pilot, lambda: isinstance(app.screen, PressKeyScreen))
        why = app.screen.query_one("#press-key-why", Static)
        for key, reason in (
            ("ctrl+s", "already the key of app.settings"),
            ("ctrl+q", "already the key of app.quit"),
            ("ctrl+p", "already the key of app.palette"),
            ("f10", "menu"),
            ("x", "typed"),
            ("enter", "needed for writing"),
            ("ctrl+b", "tmux"),
        ):
            await pilot.press(key)
            assert reason in str(why.render())
        assert app.is_running
        await pilot.press("alt+n")
        await until(pilot, lambda: "chat.new is alt+n" in said(screen))
        assert chosen(house) == {"chat.new": "alt+n"}
        assert app.settings.keys == {"chat.new": "alt+n"}
        await until(pilot, lambda: "● alt+n" in listed(screen))
        # The keys of the app work again.
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen))
        await pilot.press("escape")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "usual key again: ctrl+n" in said(screen))
        assert chosen(house) == {}
        await until(pilot, lambda: "● " not in listed(screen))


async def test_giving_up_and_taking_a_key_away(house: House) -> None:
    house.paths.config_file.write_text('# mine\n[keys]\nchat.find = "alt+f" # once\n')
    house.settings = house.with_settings(keys={"chat.find": "alt+f"})
    async with help_open(house) as (pilot, app, screen):
        await pilot.press(*"chat.find", "enter")
        await until(pilot, lambda: isinstance(app.screen, PressKeyScreen))
        await pilot.press("escape")
        await until(pilot, lambda: "keeps its key" in said(screen))
        assert chosen(house) == {"chat.find": "alt+f"}
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PressKeyScreen))
        await pilot.press("delete")
        await until(pilot, lambda: "has no key now" in said(screen))
        assert chosen(house) == {"chat.find": ""}
        assert house.paths.config_file.read_text() == '# mine\n[keys]\nchat.find = "" # once\n'


async def test_what_is_no_binding_says_so(house: House) -> None:
    async with help_open(house) as (pilot, _, screen):
        await pilot.press(*"/rate", "enter")
        assert "only keys can be others" in said(screen)
