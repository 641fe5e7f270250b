"""Keys that people choose: every binding has a name, and what is chosen is in force and shown."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from app.keymap_words import all_bindings, binding_words
from app.screens.history import HistoryScreen
from app.screens.stats import StatsScreen
from storage.config_edit import ConfigEdit
from storage.config_file import load_settings
from storage.key_names import KEY_NAMES
from tests.app.house import House, ask, ready, transcript_text, until
from tests.fakeserver import ok
from widgets.outlook_line import OutlookLine
from widgets.status_line import StatusLine
from widgets.welcome import Welcome

ROOT = Path(__file__).parents[2]


def test_every_name_is_known_with_its_keys_and_belongs_to_one_binding() -> None:
    bindings = list(all_bindings())
    names = Counter(each.id for each in bindings)
    assert None not in names
    assert [name for name, count in names.items() if count > 1] == []
    assert {each.id: each.key for each in bindings} == {
        name: ",".join(each.keys) for name, each in KEY_NAMES.items()
    }


def test_every_binding_says_what_it_does() -> None:
    assert [name for name, words in binding_words().items() if not words.strip()] == []


def test_no_class_with_bindings_is_forgotten() -> None:
    found = {}
    for folder in ("app", "widgets"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.ClassDef):
                    continue
                for each in node.body:
                    if isinstance(each, ast.AnnAssign) and ast.unparse(each.target) == "BINDINGS":
                        found[f"{node.name}.BINDINGS"] = each
    told = (ROOT / "app" / "keymap_words.py").read_text(encoding="utf-8")
    # The list itself is as good, where it has a name.
    missing = [
        name
        for name, each in sorted(found.items())
        if name not in told and not (isinstance(each.value, ast.Name) and each.value.id in told)
    ]
    assert found
    assert missing == []


async def test_chosen_keys_are_in_force_from_the_first_paint_and_shown(house: House) -> None:
    chosen = {"app.stats": "f12", "chat.manual": "alt+m", "app.help": "alt+h", "chat.cost": "alt+c"}
    house.settings = house.with_settings(keys=chosen)
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        keys = str(screen.query_one("#welcome-keys").render())
        assert "f12  spend and stats" in keys
        assert "alt+m  name a provider" in keys
        assert "alt+h keys" in str(screen.query_one(StatusLine).render())
        await pilot.press("f8")
        assert app.screen is screen
        await pilot.press("f12")
        await until(pilot, lambda: isinstance(app.screen, StatsScreen))
        await pilot.press("escape")
        await pilot.press("f4")
        screen.composer.set_text("Why is the sky blue?")
        await until(pilot, lambda: "alt+c cheapest" in str(screen.query_one(OutlookLine).render()))


async def test_a_key_that_was_taken_away_does_nothing(house: House) -> None:
    house.settings = house.with_settings(keys={"chat.history": "", "app.keys": ""})
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await pilot.press("ctrl+o", "f9")
        await pilot.pause(0.2)
        assert app.screen is screen
        # What has no key is in the palette, and that is what is named.
        assert "ctrl+p  history" in str(screen.query_one("#welcome-keys").render())


async def test_two_keys_may_change_places(house: House) -> None:
    house.settings = house.with_settings(
        keys={"composer.send": "ctrl+j", "composer.newline": "enter"}
    )
    house.server.groq.default(ok("Scattering."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        assert "enter new line" in str(screen.composer.placeholder)
        await pilot.press("a", "enter", "b")
        assert screen.composer.text == "a\nb"
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "Scattering." in transcript_text(app))


async def test_a_change_of_the_file_is_in_force_at_once(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await pilot.press("alt+o")
        assert app.screen is screen
        assert await app.change([ConfigEdit(("keys", "chat.history"), "alt+o")])
        assert load_settings(house.paths.config_file).keys == {"chat.history": "alt+o"}
        await pilot.pause()
        assert "alt+o  history" in str(
            screen.query_one(Welcome).query_one("#welcome-keys").render()
        )
        await pilot.press("ctrl+o")
        await pilot.pause(0.1)
        assert app.screen is screen
        await pilot.press("alt+o")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
        await pilot.press("escape")
        assert await app.change([ConfigEdit(("keys",), None)])
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))


async def test_keys_of_the_messages_and_of_several_letters(house: House) -> None:
    house.settings = house.with_settings(keys={"message.edit": "w,E"})
    house.server.groq.default(ok("Scattering."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "Why is the sky blue?")
        for key in ("w", "E"):
            await pilot.press("f7", key)
            await until(pilot, lambda: screen.composer.text == "Why is the sky blue?")
            await pilot.press("escape")
            await until(pilot, lambda: screen.composer.text == "")
        await pilot.press("f7", "e")
        assert screen.composer.text == ""
