"""How the screens for keys and models and the first steps look: they change only on purpose."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from app.key_check import KeyReport, Verdict
from app.local_models.discovery import discover
from app.screens.chat import ChatScreen
from app.screens.keys import KeysScreen
from app.screens.models import ModelsScreen
from app.telex import TelexApp
from providers.config import ProviderConfig
from storage.state_file import State
from tests.app.house import House, chat, ready, until
from tests.app.keyed_house import USUAL, keyed_house, keys_screen, pick
from tests.app.local_models import NOBODY
from tests.app.test_looks import SnapCompare
from tests.fakeserver import FakeServer

DARK, LIGHT = "textual-dark", "textual-light"
LOOKS = [
    pytest.param((80, 24), DARK, id="80x24-dark"),
    pytest.param((120, 40), DARK, id="120x40-dark"),
    pytest.param((200, 60), DARK, id="200x60-dark"),
    pytest.param((80, 24), LIGHT, id="80x24-light"),
    pytest.param((120, 40), LIGHT, id="120x40-light"),
    pytest.param((200, 60), LIGHT, id="200x60-light"),
]
OFFER = [
    "gpt-4.1", "gpt-4.1-nano", "gpt-4o", "gpt-4o-mini", "gpt-5", "gpt-6.1-terra", "gpt-audio", "o3",
    "text-embedding-3-small", "whisper-1",
]  # fmt: skip
NOON = datetime(2026, 11, 20, 12, 3)
REPORTS = {
    "openai": KeyReport(Verdict.ACCEPTED, 0.42, NOON, models=42),
    "google": KeyReport(Verdict.SILENT, 10.0, NOON, words="no connection in time"),
    "groq": KeyReport(Verdict.REJECTED, 0.2, NOON, words="Invalid API Key", status=401),
}


@pytest.fixture
def keyed(tmp_path: Path, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house with a key of another service, and without what differs from run to run."""
    monkeypatch.setenv("HOME", str(tmp_path))
    look = partial(discover, ports=NOBODY)
    monkeypatch.setattr("app.local_models.discovery.discover", look)
    addresses = {"groq": "https://api.groq.com"}
    monkeypatch.setattr(
        "app.key_places.address_of",
        lambda config, _: addresses.get(config.name, f"https://api.{config.name}.com/v1"),
    )
    monkeypatch.setattr("app.screens.key_work.report_key", _report)
    held = {"openai": USUAL["openai"], "google": USUAL["google"], "groq": USUAL["anthropic"]}
    house = keyed_house(tmp_path, server, environment=held)
    house.clock = lambda: 1000.0
    server.openai.models = OFFER
    return house


async def _report(config: ProviderConfig, *_: object, **__: object) -> KeyReport:
    return REPORTS[config.name]


def _app(house: House, theme: str) -> TelexApp:
    app = house.app(state=State(theme=theme))
    app.animation_level = "none"
    return app


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_a_bad_key(
    snap_compare: SnapCompare, keyed: House, size: tuple[int, int], theme: str
) -> None:
    app = _app(keyed, theme)

    async def play(pilot: Pilot[Any]) -> None:
        await ready(pilot, app)
        screen = await keys_screen(pilot, app)
        assert isinstance(screen, KeysScreen)
        await pilot.press("T")
        await until(pilot, lambda: len(screen.reports) == len(REPORTS))
        await pick(pilot, screen, "groq")
        await pilot.pause(0.1)

    assert snap_compare(app, terminal_size=size, run_before=play)


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_models(snap_compare: SnapCompare, keyed: House, size: tuple[int, int], theme: str) -> None:
    app = _app(keyed, theme)

    async def play(pilot: Pilot[Any]) -> None:
        await ready(pilot, app)
        screen = ModelsScreen(await app.runtime(), "openai")
        await app.push_screen(screen)
        await until(pilot, lambda: screen.shown == len(OFFER))
        await pilot.press("down", "space")
        await until(pilot, lambda: "models" in keyed.paths.config_file.read_text())
        await pilot.press("down")
        app.clear_notifications()
        await pilot.pause(0.2)

    assert snap_compare(app, terminal_size=size, run_before=play)


def _at(screen: ChatScreen, step: int) -> bool:
    return f"{step} of 3" in str(screen.query_one("#first-steps").border_title)


def _steps(app: TelexApp, number: int) -> Any:
    async def play(pilot: Pilot[Any]) -> None:
        screen = await ready(pilot, app)
        screen.composer.cursor_blink = False
        card = "#first-steps"
        await until(pilot, lambda: bool(screen.query(card)))
        for step in range(2, number + 1):
            await pilot.press("enter")
            await until(pilot, partial(_at, screen, step))
        await until(
            pilot, lambda: "will answer" in str(chat(app).query("#welcome-words").first().render())
        )
        await pilot.pause(0.2)

    return play


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_first_step(
    snap_compare: SnapCompare, keyed: House, size: tuple[int, int], theme: str
) -> None:
    app = _app(keyed, theme)
    app.first_run = True
    assert snap_compare(app, terminal_size=size, run_before=_steps(app, 1))


@pytest.mark.parametrize(("size", "theme"), [LOOKS[0], LOOKS[2], LOOKS[4]])
@pytest.mark.parametrize("number", [2, 3])
def test_further_steps(
    snap_compare: SnapCompare, keyed: House, number: int, size: tuple[int, int], theme: str
) -> None:
    app = _app(keyed, theme)
    app.first_run = True
    assert snap_compare(app, terminal_size=size, run_before=_steps(app, number))
