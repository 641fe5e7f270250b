"""The first steps: in nobody's way, each choice in force at once, nothing copied unasked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from app.local_models.discovery import discover
from app.onboarding import AddKey, GoOn, ImportKeys, Offer, keys_page
from app.screens.keys import KeysScreen
from app.telex import TelexApp
from app.tui import is_first_run
from providers.config import Strategy
from storage.config_file import load_settings
from storage.paths import Paths
from tests.app.gated_keyring import GatedKeyring
from tests.app.house import House, ask, chat, ready, toasts, transcript_text, until
from tests.app.keyed_house import USUAL, keyed_house, keys_screen, pick
from tests.app.local_models import NOBODY
from tests.app.model_server import ModelServer, model_server
from tests.app.test_local_models_discovery import OLLAMA_TAGS, ports_with
from tests.fakeserver import FakeServer, ok
from widgets.onboarding import OnboardingCard
from widgets.welcome import Welcome


@pytest.fixture(autouse=True)
def nobody_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find no model server, whatever runs on the machine of the test."""
    look = partial(discover, ports=NOBODY)
    monkeypatch.setattr("app.local_models.discovery.discover", look)


@pytest.fixture
def ollama() -> Iterator[ModelServer]:
    with model_server() as running:
        running.json("/api/version", {"version": "0.5.1"})
        running.json("/api/tags", OLLAMA_TAGS)
        yield running


@dataclass
class FirstRun:
    """The first steps, in view in a running app."""

    pilot: Pilot[Any]
    app: TelexApp

    @property
    def shown(self) -> bool:
        return bool(chat(self.app).query(OnboardingCard))

    @property
    def title(self) -> str:
        return str(chat(self.app).query_one(OnboardingCard).border_title)

    @property
    def text(self) -> str:
        """Everything the card says."""
        card = chat(self.app).query_one(OnboardingCard)
        words = [str(each.content) for each in card.query(Static)]
        return "\n".join([*words, *self.lines])

    @property
    def lines(self) -> list[str]:
        options = chat(self.app).query_one(OnboardingCard).query_one(OptionList).options
        return [str(option.prompt) for option in options]

    @property
    def note(self) -> str:
        return str(chat(self.app).query_one("#welcome-note", Static).content)

    async def choose(self, words: str) -> None:
        """Go to a line with the arrow keys, and press enter."""
        for _ in self.lines:
            if any(line.startswith("▸") and words in line for line in self.lines):
                break
            await self.pilot.press("down")
            await self.pilot.pause()
        else:
            raise AssertionError(f"no line says {words!r}: {self.lines}")
        await self.pilot.press("enter")
        await self.pilot.pause()

    async def step(self, number: int) -> None:
        """Wait until this step is shown, and all is known."""
        await until(
            self.pilot,
            lambda: f"{number} of 3" in self.title and "Looking for" not in self.text,
        )


@asynccontextmanager
async def first_run(house: House, size: tuple[int, int] = (120, 40)) -> AsyncIterator[FirstRun]:
    app = house.app()
    app.first_run = True
    async with app.run_test(size=size) as pilot:
        await ready(pilot, app)
        run = FirstRun(pilot, app)
        await until(pilot, lambda: run.shown)
        await run.step(1)
        yield run


async def test_whoever_just_asks_gets_an_answer(tmp_path: Path, server: FakeServer) -> None:
    house = keyed_house(tmp_path, server, environment={"groq": USUAL["groq"]})
    server.groq.reply(ok("At once."))
    async with first_run(house) as run:
        assert "no telemetry" in run.text
        assert str(house.paths.database) in run.text.replace("\n", "")
        assert chat(run.app).composer.has_focus
        await run.pilot.press(*"hello", "enter")
        await until(run.pilot, lambda: "At once." in transcript_text(run.app))
        assert not run.shown
        await run.pilot.press("ctrl+n")
        await run.pilot.pause()
        assert not run.shown
        assert house.keyring.kept == {}


async def test_three_steps_are_in_force_at_once(tmp_path: Path, server: FakeServer) -> None:
    house = keyed_house(tmp_path, server, environment={"groq": USUAL["groq"]})
    async with first_run(house, (80, 24)) as run:
        await run.choose("Go on")
        await run.step(2)
        assert "GROQ_API_KEY (groq)" in run.text
        await run.choose("Use those from the environment")
        await run.step(3)
        await run.choose("the best")
        assert "● the best" in run.text
        await run.choose("$2.00")
        assert "● $2.00" in run.text
        await run.choose("Done")
        await until(run.pilot, lambda: not run.shown)
        settings = load_settings(house.paths.config_file)
        assert (settings.routing_strategy, settings.daily_budget) == (Strategy.QUALITY, Decimal(2))
        assert run.app.settings == settings
        assert run.app.route.strategy is Strategy.QUALITY
        assert "the best, at most $2.00 a day" in run.note
        assert "ctrl+s" in run.note
        assert "f9" in run.note
        assert house.keyring.kept == {}


async def test_enter_alone_leads_through_and_changes_nothing(
    tmp_path: Path, server: FakeServer
) -> None:
    house = keyed_house(tmp_path, server, environment={"groq": USUAL["groq"]})
    before = house.paths.config_file.read_bytes()
    async with first_run(house) as run:
        for step in (2, 3):
            await run.pilot.press("enter")
            await run.step(step)
        await run.pilot.press("enter", "enter", "enter")
        await until(run.pilot, lambda: not run.shown)
        assert "In force: the cheapest, no daily limit" in run.note
    assert house.paths.config_file.read_bytes() == before
    assert house.keyring.kept == {}


async def test_keys_that_are_pressed_fast_mean_what_is_shown(
    tmp_path: Path, server: FakeServer
) -> None:
    house = keyed_house(tmp_path, server, environment={"groq": USUAL["groq"]})
    fast = ["enter", "enter", "down", "down", "enter", "down", "down", "enter", "enter"]
    async with first_run(house) as run:
        await until(run.pilot, lambda: "Looking" not in run.text)
        for key in fast:
            run.app.post_message(events.Key(key, None))
        await until(run.pilot, lambda: not run.shown)
        settings = load_settings(house.paths.config_file)
        assert (settings.routing_strategy, settings.daily_budget) == (Strategy.QUALITY, Decimal(2))


async def test_keys_are_imported_only_when_that_is_chosen(
    tmp_path: Path, server: FakeServer
) -> None:
    house = keyed_house(tmp_path, server, environment={"groq": USUAL["groq"]})
    async with first_run(house) as run:
        await run.choose("Go on")
        await run.step(2)
        await run.choose("Keep them in the keyring")
        await run.step(3)
        assert "Kept in the keyring: groq" in run.text
        assert house.keyring.kept == {("telex", "groq"): USUAL["groq"]}
        assert USUAL["groq"] not in run.app.export_screenshot()


async def test_a_key_can_be_added_on_the_way(tmp_path: Path, server: FakeServer) -> None:
    house = keyed_house(tmp_path, server)
    async with first_run(house) as run:
        await run.choose("Go on")
        await run.step(2)
        assert "holds a key" in run.text
        await run.choose("Add a key")
        await until(run.pilot, lambda: isinstance(run.app.screen, KeysScreen))
        screen = await keys_screen(run.pilot, run.app)
        await pick(run.pilot, screen, "groq")
        await run.pilot.press("enter")
        screen.query_one(Input).value = USUAL["groq"]
        await run.pilot.press("enter")
        await until(run.pilot, lambda: bool(house.keyring.kept))
        await until(run.pilot, lambda: bool(server.groq.requests))
        await run.pilot.press("escape")
        await until(run.pilot, lambda: "In the keyring: groq" in run.text)
        assert "2 of 3" in run.title


async def test_a_server_that_runs_here_is_taken(
    tmp_path: Path, server: FakeServer, ollama: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = partial(discover, ports=ports_with(ollama=ollama.port))
    monkeypatch.setattr("app.local_models.discovery.discover", look)
    # A machine that does much else answers slowly.
    monkeypatch.setattr("app.local_models.discovery._PATIENCE", 10.0)
    house = keyed_house(tmp_path, server)
    async with first_run(house) as run:
        await run.choose("Go on")
        await until(run.pilot, lambda: "of Ollama" in run.text)
        await run.choose("of Ollama")
        await run.step(3)
        assert "answers as ollama, at no cost" in run.text
        config = load_settings(house.paths.config_file).providers["ollama"]
        assert config.base_url == f"http://127.0.0.1:{ollama.port}/v1"
        assert "ollama" in run.app.settings.providers


async def test_esc_skips_all_but_not_what_is_being_written(
    tmp_path: Path, server: FakeServer
) -> None:
    house = keyed_house(tmp_path, server)
    async with first_run(house) as run:
        await run.pilot.press("x", "escape", "up", "down")
        assert run.shown
        assert "1 of 3" in run.title
        await run.pilot.press("backspace", "escape")
        await until(run.pilot, lambda: not run.shown)
        assert "First steps" in run.note
        assert chat(run.app).query_one(Welcome).query_one("#welcome-keys").display


async def test_a_click_chooses_and_leaves_the_composer_its_focus(
    tmp_path: Path, server: FakeServer
) -> None:
    async with first_run(keyed_house(tmp_path, server)) as run:
        card = chat(run.app).query_one(OnboardingCard)
        await run.pilot.click(card.query_one(OptionList), offset=(4, 0))
        await run.step(2)
        assert chat(run.app).composer.has_focus


async def test_what_cannot_be_written_is_said_and_nothing_is_lost(
    tmp_path: Path, server: FakeServer
) -> None:
    house = keyed_house(tmp_path, server, environment={"groq": USUAL["groq"]})
    async with first_run(house) as run:
        await run.choose("Go on")
        await run.step(2)
        await run.choose("Use those")
        await run.step(3)
        await run.choose("the fastest")
        house.paths.config_file.write_text("not = [toml\n")
        await run.choose("Done")
        await until(run.pilot, lambda: "no valid TOML" in toasts(run.app))
        assert "● the fastest" in run.text
    assert house.paths.config_file.read_text() == "not = [toml\n"


async def test_they_can_be_seen_again(tmp_path: Path, server: FakeServer) -> None:
    house = keyed_house(tmp_path, server, environment={"groq": USUAL["groq"]})
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await pilot.pause()
        assert not screen.query(OnboardingCard)
        await ask(pilot, app, "hi")
        screen.composer.set_history(["hi"])
        commands = {each.title: each for each in app.screen_commands()}
        await keys_screen(pilot, app)
        await app.run_action("app.first_steps")
        await until(pilot, lambda: bool(screen.query(OnboardingCard)))
        assert "First steps" in commands
        assert screen.has_class("-empty")
        # The arrow keys are the card's as long as it is in view, and the prompts' afterwards.
        await pilot.press("up")
        assert screen.composer.text == ""
        await pilot.press("escape", "up")
        assert screen.composer.text == "hi"


@pytest.mark.parametrize("trace", ["config.toml", "data/state.toml", "data/telex.db"])
def test_it_is_a_first_run_only_where_nobody_has_been(tmp_path: Path, trace: str) -> None:
    paths = Paths(tmp_path / "config.toml", tmp_path / "data")
    assert is_first_run(paths)
    paths.data_folder.mkdir()
    assert is_first_run(paths)
    (tmp_path / trace).touch()
    assert not is_first_run(paths)


async def test_bare_enters_lead_to_the_chat_where_there_is_no_key(
    tmp_path: Path, server: FakeServer
) -> None:
    house = keyed_house(tmp_path, server)
    async with first_run(house) as run:
        await run.pilot.press("enter", "enter", "enter", *"hello", "enter")
        await until(run.pilot, lambda: "hello" in transcript_text(run.app))
        assert run.app.screen is chat(run.app)
        assert house.keyring.kept == {}
        assert not server.openai.requests


@pytest.mark.parametrize(("downs", "then"), [(0, "Use those"), (1, "Add another key")])
async def test_the_pointer_stays_at_what_it_does_when_lines_come_above_it(
    tmp_path: Path, server: FakeServer, downs: int, then: str
) -> None:
    house = keyed_house(tmp_path, server, environment={"groq": USUAL["groq"]})
    house.keyring = keyring = GatedKeyring()
    async with first_run(house) as run:
        (await run.app.runtime()).keys.refresh()
        keyring.reads.clear()
        await run.app.run_action("app.first_steps")
        await run.pilot.press("enter", *["down"] * downs)
        await until(run.pilot, lambda: "Looking for keys" in run.text)
        assert not any("Keep them" in line for line in run.lines)
        keyring.reads.set()
        await until(run.pilot, lambda: any("Keep them" in line for line in run.lines))
        await run.pilot.pause()
        assert [line for line in run.lines if line.startswith(f"▸ {then}")]


def test_where_an_offer_has_gone_the_pointer_goes_to_what_does_nothing() -> None:
    page = keys_page(None, ())
    assert page.offers[page.place_like(Offer("Keep them", ImportKeys()))].act == GoOn()
    assert page.offers[page.place_like(Offer("Add", AddKey()))].act == AddKey()


async def test_what_was_imported_is_said_though_all_was_skipped(
    tmp_path: Path, server: FakeServer
) -> None:
    house = keyed_house(tmp_path, server, environment={"groq": USUAL["groq"]})
    house.keyring = keyring = GatedKeyring()
    async with first_run(house) as run:
        await run.choose("Go on")
        await run.step(2)
        keyring.writes.clear()
        await run.choose("Keep them in the keyring")
        await until(run.pilot, lambda: keyring.waiting == 1)
        await run.pilot.press("escape")
        await until(run.pilot, lambda: not run.shown)
        keyring.writes.set()
        await until(run.pilot, lambda: "Kept in the keyring: groq" in toasts(run.app))
