"""History, stats, keys and help."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from app.screens.choose import ChooseScreen
from app.screens.help import HelpScreen
from app.screens.help_list import HelpList
from app.screens.history import HistoryScreen
from app.screens.keys import KeysScreen
from app.screens.stats import StatsScreen
from app.telex import TelexApp
from providers.config import BUILT_IN
from tests.app.house import House, ask, chat, ready, status_text, transcript_text, until
from tests.fakeserver import FakeServer, ok, status
from tests.widgets.hosts import screen_text
from widgets.history_list import HistoryList

SECRET = "sk-this-must-never-be-seen-0123456789"


def assert_nowhere_in(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            assert SECRET.encode() not in file.read_bytes(), file


async def two_conversations(pilot: Pilot[Any], app: TelexApp, house: House) -> None:
    house.server.groq.reply(ok("Rayleigh scattering."), ok("An old silent pond."))
    await ask(pilot, app, "Why is the sky blue?")
    await pilot.press("ctrl+n")
    await ask(pilot, app, "A haiku, please")


async def test_history_finds_and_reopens(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await two_conversations(pilot, app, house)
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
        history = app.screen.query_one(HistoryList)
        await until(pilot, lambda: history.option_count == 2)
        await pilot.press(*"rayleigh")
        await until(pilot, lambda: history.option_count == 1)
        current = history.current
        assert current is not None
        assert (current.title, current.messages) == ("Why is the sky blue?", 2)
        await pilot.press("enter")
        await until(pilot, lambda: "Rayleigh scattering." in transcript_text(app))
        await ask(pilot, app, "Go on")
        assert len(house.server.groq.chats[-1].body["messages"]) == 3


async def test_a_search_for_nothing_says_so(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
        history = app.screen.query_one(HistoryList)
        app.screen.query_one(Input).value = '"quotes* AND NOT -( '
        await until(pilot, lambda: "Nothing found" in str(history.get_option_at_index(0).prompt))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is chat(app))


async def test_stats_count_what_was_asked(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        house.server.groq.reply(ok("a"), ok("b"), status(500))
        for _ in range(3):
            await ask(pilot, app, "count me")
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, StatsScreen))
        await pilot.press("2")
        await until(pilot, lambda: "gpt-oss-120b" in screen_text(app))
        [groq] = [line for line in screen_text(app).splitlines() if "gpt-oss-120b" in line]
        assert groq.split()[:6] == ["R", "groq", "·", "openai/gpt-oss-120b", "3", "67%"]
        assert groq.split()[-1].startswith("$0.0000")
        await pilot.press("1")
        await until(pilot, lambda: "last 30 days" in screen_text(app))
        [today] = [line for line in screen_text(app).splitlines() if line.startswith("   today")]
        assert today.split()[2] == "4"
        await pilot.press("p", "escape")
        await until(pilot, lambda: app.screen is chat(app))


@pytest.mark.parametrize(
    ("listing", "verdict"),
    [(None, "✓ groq accepts the key and lists"), (status(401, "no"), "✗ groq rejects the key: no")],
)
async def test_a_key_is_kept_tested_and_never_shown(
    tmp_path: Path, server: FakeServer, listing: Any, verdict: str
) -> None:
    house = House(tmp_path, server, keys=False)
    if listing is not None:
        server.groq.listing = listing
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen))
        options = app.screen.query_one(OptionList)
        await until(pilot, lambda: options.option_count == len(BUILT_IN) - 1)
        options.highlighted = 3
        await pilot.press("enter", *SECRET, "enter")
        said = app.screen.query_one("#keys-status", Static)
        await until(pilot, lambda: verdict in str(said.render()))
        assert SECRET not in app.export_screenshot()
        assert house.keyring.kept == {("telex", "groq"): SECRET}
        await pilot.press("escape")
        await until(pilot, lambda: "groq" in status_text(app))
        await ask(pilot, app, "hi")
        assert server.groq.chats[0].headers["authorization"] == f"Bearer {SECRET}"
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen))
        options = app.screen.query_one(OptionList)
        await until(pilot, lambda: options.option_count == len(BUILT_IN) - 1)
        options.highlighted = 3
        said = app.screen.query_one("#keys-status", Static)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("d")
        await until(pilot, lambda: "is deleted" in str(said.render()))
        assert house.keyring.kept == {}
    assert_nowhere_in(tmp_path)


async def test_an_impossible_key_is_refused_with_the_reason(
    tmp_path: Path, server: FakeServer
) -> None:
    app = House(tmp_path, server, keys=False).app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen))
        options = app.screen.query_one(OptionList)
        await until(pilot, lambda: options.option_count > 0)
        await pilot.press("enter", "a", "space", "b", "enter")
        said = app.screen.query_one("#keys-status", Static)
        await until(
            pilot, lambda: "Nothing was kept: the key contains spaces" in str(said.render())
        )


async def test_help_names_every_key_of_the_chat(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        listed = app.screen.query_one(HelpList)
        await until(pilot, lambda: listed.option_count > 0)
        shown = "\n".join(str(option.prompt) for option in listed.options)
        bound = {key for key in screen._bindings.key_to_bindings if key[0] in "fc"}
        assert not {key for key in bound if key not in shown}
        await pilot.press("escape")
        assert app.screen is screen


async def test_a_database_of_somebody_else_ends_with_the_reason(house: House) -> None:
    house.paths.database.write_bytes(b"this is no database, it is a diary" * 10)
    app = house.app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.fatal is not None)
    assert "telex.db" in str(app.fatal)
    assert house.paths.database.read_bytes().startswith(b"this is no database")
