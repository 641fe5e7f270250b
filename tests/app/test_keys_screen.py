"""The keys screen: a bad key explained, tests side by side, importing, providers of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from app.screens.ask_line import AskLineScreen
from app.screens.choose import ChooseScreen
from app.screens.models import ModelsScreen
from app.telex import TelexApp
from storage.config_file import load_settings
from tests.app.house import House, chat, ready, until
from tests.app.keyed_house import USUAL, detail, keyed_house, keys_screen, pick, row, said
from tests.fakeserver import FakeServer, status
from tests.fakeserver.replies import Fault, Reply


def assert_nowhere_in(folder: Path, secret: str) -> None:
    for file in folder.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes(), file


def seen(app: TelexApp) -> str:
    return app.export_screenshot()


async def answer(pilot: Pilot[Any], app: TelexApp, text: str) -> None:
    """Type into the line that is asked for, and go on."""
    await until(pilot, lambda: isinstance(app.screen, AskLineScreen))
    screen = app.screen
    screen.query_one(Input).value = text
    await pilot.press("enter")
    await until(pilot, lambda: app.screen is not screen)


async def test_a_bad_key_is_explained(tmp_path: Path, server: FakeServer) -> None:
    wrong = USUAL["anthropic"]
    server.groq.listing = status(401, f"Invalid API Key {wrong}")
    house = keyed_house(tmp_path, server, environment={"groq": wrong})
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await keys_screen(pilot, app)
        assert "looks odd" in row(screen, "groq")
        await pick(pilot, screen, "groq")
        await pilot.press("t")
        await until(pilot, lambda: "rejects the key" in said(screen))
        assert "✗ rejects the key" in row(screen, "groq")
        told = detail(screen)
        assert f"asked at {server.base_url('groq')}" in told
        assert "from the environment variable GROQ_API_KEY, not the keyring" in told
        assert "“Invalid API Key [key]” (HTTP 401" in told
        assert "It looks like a key of Anthropic, not of Groq." in told
        assert "enter puts another one into the keyring, which comes first" in told
        assert "console.groq.com/keys" in told
        assert wrong not in seen(app)
    assert_nowhere_in(tmp_path, wrong)


async def test_a_key_out_of_a_profile_is_cleaned_and_beats_the_environment(
    tmp_path: Path, server: FakeServer
) -> None:
    house = keyed_house(tmp_path, server, environment={"groq": "gsk_short"})
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await keys_screen(pilot, app)
        await pick(pilot, screen, "groq")
        await until(pilot, lambda: "It has 9 characters" in detail(screen))
        await pilot.press("enter")
        screen.query_one(Input).value = f'export OPENAI_API_KEY="{USUAL["groq"]}"'
        await pilot.press("enter")
        await until(pilot, lambda: "accepts the key" in said(screen))
        assert house.keyring.kept == {("telex", "groq"): USUAL["groq"]}
        assert "● groq          in the keyring" in row(screen, "groq")
        assert "the one in GROQ_API_KEY is not looked at" in detail(screen)


@pytest.mark.parametrize("example", ["<your-key>", "sk-..."])
async def test_the_example_of_a_manual_is_refused(
    tmp_path: Path, server: FakeServer, example: str
) -> None:
    house = keyed_house(tmp_path, server)
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        screen = await keys_screen(pilot, app)
        await pilot.press("enter")
        screen.query_one(Input).value = example
        await pilot.press("enter")
        await until(pilot, lambda: "Nothing was kept" in said(screen))
        assert "example out of a manual" in said(screen)
        assert house.keyring.kept == {}


async def test_all_are_tested_at_once_and_it_can_be_stopped(
    tmp_path: Path, server: FakeServer
) -> None:
    house = keyed_house(tmp_path, server, environment=USUAL)
    server.google.listing = status(503, "over capacity")
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await keys_screen(pilot, app)
        await pilot.press("T")
        await until(pilot, lambda: "of 4 accept their key" in said(screen))
        assert said(screen).startswith("3 ")
        assert "? did not answer" in row(screen, "google")
        assert "✓ accepts, 2 models" in row(screen, "openai")

        server.groq.listing = Reply(fault=Fault.HANG)
        await pilot.press("T")
        await until(pilot, lambda: "asking" in row(screen, "groq"))
        await until(pilot, lambda: "asking" not in row(screen, "openai"))
        await pilot.press("escape")
        await until(pilot, lambda: "Stopped asking" in said(screen))
        assert "asking" not in row(screen, "groq")
        assert app.screen is screen


async def test_the_environment_is_imported_after_asking(tmp_path: Path, server: FakeServer) -> None:
    held = {"openai": USUAL["openai"], "groq": USUAL["groq"]}
    house = keyed_house(tmp_path, server, environment=held)
    house.keyring.set_password("telex", "openai", "sk-proj-" + "kept" * 10)
    before = dict(house.keyring.kept)
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await keys_screen(pilot, app)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        title = str(app.screen.query_one("#choose-title", Static).content)
        assert "GROQ_API_KEY (groq)" in title
        assert "openai" not in title
        await pilot.press("l")
        await until(pilot, lambda: app.screen is screen)
        assert house.keyring.kept == before
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("k")
        await until(pilot, lambda: "Kept in the keyring: groq" in said(screen))
        assert house.keyring.kept == {**before, ("telex", "groq"): USUAL["groq"]}
        await pilot.press("i")
        await until(pilot, lambda: "holds no key that is not in the keyring" in said(screen))


async def test_deleting_asks_and_leaves_the_environment_alone(
    tmp_path: Path, server: FakeServer
) -> None:
    house = keyed_house(tmp_path, server, environment={"openai": USUAL["openai"]})
    house.keyring.set_password("telex", "groq", USUAL["groq"])
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await keys_screen(pilot, app)
        await pilot.press("d")
        assert "OPENAI_API_KEY, which telex did not set" in said(screen)
        await pick(pilot, screen, "groq")
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert house.keyring.kept
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("d")
        await until(pilot, lambda: "is deleted" in said(screen))
        assert house.keyring.kept == {}
        assert "○ groq          no key" in row(screen, "groq")


async def test_a_provider_of_ones_own_is_added_and_turned_off(
    tmp_path: Path, server: FakeServer
) -> None:
    house = keyed_house(tmp_path, server)
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await keys_screen(pilot, app)
        await pilot.press("n")
        await answer(pilot, app, "groq")
        await until(pilot, lambda: isinstance(app.screen, AskLineScreen))
        assert "provider called groq already" in str(
            app.screen.query_one("#ask-line-hint", Static).content
        )
        await answer(pilot, app, "mine")
        await answer(pilot, app, "no address")
        await answer(pilot, app, server.base_url("groq"))
        await answer(pilot, app, "my-model")
        await until(pilot, lambda: "mine is there" in said(screen))
        config = load_settings(house.paths.config_file).providers["mine"]
        assert (config.base_url, config.model) == (server.base_url("groq"), "my-model")
        assert house.paths.config_file.read_text().startswith("# mine\n")
        await pilot.press("t")
        await until(pilot, lambda: "mine wants no key and lists 1 models" in said(screen))
        await pilot.press("e")
        await until(pilot, lambda: "mine is off" in said(screen))
        assert load_settings(house.paths.config_file).disabled == {"mine"}
        assert "off" in row(screen, "mine")
        await pilot.press("e")
        await until(pilot, lambda: "mine may answer again" in said(screen))
        assert not load_settings(house.paths.config_file).disabled


class LockedKeyring:
    """A keyring backend that nobody has unlocked."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        from keyring.errors import KeyringLocked

        raise KeyringLocked

    def set_password(self, service: str, username: str, password: str) -> None:
        self.get_password(service, username)

    def delete_password(self, service: str, username: str) -> None:
        self.get_password(service, username)


async def test_a_locked_keyring_says_what_to_do(tmp_path: Path, server: FakeServer) -> None:
    house = keyed_house(tmp_path, server)
    house.keyring = LockedKeyring()  # type: ignore[assignment]  # a backend as good as the other
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await keys_screen(pilot, app)
        await pick(pilot, screen, "groq")
        assert "The OS keyring is locked: unlock it" in detail(screen)
        assert "r looks again" in detail(screen)
        await pilot.press("enter")
        screen.query_one(Input).value = USUAL["groq"]
        await pilot.press("enter")
        await until(pilot, lambda: "accepts the key" in said(screen))
        assert "for this run only" in row(screen, "groq")


async def test_a_variable_that_holds_no_key_is_named(house: House) -> None:
    house.environment = {**house.environment, "GROQ_API_KEY": "gsk two words"}
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await keys_screen(pilot, app)
        await pick(pilot, screen, "groq")
        assert "GROQ_API_KEY is set, but the key contains spaces" in detail(screen)
        assert "two words" not in seen(app)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, ModelsScreen))
        models = app.screen
        status_line = models.query_one("#offer-status", Static)
        await until(pilot, lambda: "Only what is configured" in str(status_line.content))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is chat(app))
