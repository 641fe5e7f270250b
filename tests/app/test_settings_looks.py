"""How the settings screen looks, at every size, dark and light."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from app.screens.setting_list import SettingList
from app.screens.settings import SettingsScreen
from app.telex import TelexApp
from storage.config_file import load_settings
from storage.state_file import State
from tests.app.house import House, ready, until
from tests.app.settings_desk import CONFIG
from tests.app.test_looks import SnapCompare

Play = Callable[[Pilot[Any], TelexApp, SettingsScreen], Awaitable[None]]
DARK, LIGHT = "textual-dark", "textual-light"


async def listed(pilot: Pilot[Any], app: TelexApp, screen: SettingsScreen) -> None:
    screen.query_one(SettingList).focus()


async def typing(pilot: Pilot[Any], app: TelexApp, screen: SettingsScreen) -> None:
    screen.query_one(Input).value = "daily"
    await pilot.press("enter", "-", "1")
    app.screen.query_one(Input).cursor_blink = False


async def picking(pilot: Pilot[Any], app: TelexApp, screen: SettingsScreen) -> None:
    screen.query_one(Input).value = "fallback_providers"
    await pilot.press("enter", "down", "space", "up", "space")


async def broken(pilot: Pilot[Any], app: TelexApp, screen: SettingsScreen) -> None:
    path = Path.home() / "config.toml"
    path.write_text(f"{CONFIG}[judge\n")
    await until(pilot, lambda: app.config_problem is not None)


STATES: tuple[tuple[Play, str, tuple[int, int]], ...] = (
    *((listed, DARK, size) for size in ((80, 24), (120, 40), (200, 60))),
    *((listed, LIGHT, size) for size in ((80, 24), (120, 40), (200, 60))),
    (typing, DARK, (80, 24)),
    (typing, LIGHT, (120, 40)),
    (picking, DARK, (80, 24)),
    (picking, LIGHT, (120, 40)),
    (broken, DARK, (80, 24)),
    (broken, LIGHT, (120, 40)),
)


def _name(state: tuple[Play, str, tuple[int, int]]) -> str:
    play, theme, (width, height) = state
    return f"{play.__name__}-{theme.removeprefix('textual-')}-{width}x{height}"


@pytest.mark.parametrize("state", STATES, ids=_name)
def test_looks(
    snap_compare: SnapCompare,
    house: House,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    state: tuple[Play, str, tuple[int, int]],
) -> None:
    play, theme, size = state
    # The path is in the picture.
    monkeypatch.setenv("HOME", str(tmp_path))
    house.paths.config_file.write_text(CONFIG, encoding="utf-8")
    house.settings = load_settings(house.paths.config_file)
    house.clock = lambda: 1000.0
    app = house.app(state=State(theme=theme))
    app.animation_level = "none"

    async def run(pilot: Pilot[Any]) -> None:
        await ready(pilot, app)
        screen = SettingsScreen(await app.runtime())
        await app.push_screen(screen)
        await until(pilot, lambda: screen.query_one(SettingList).option_count > 5)
        await play(pilot, app, screen)
        await pilot.pause(0.2)
        app.clear_notifications()
        await pilot.pause(0.1)

    assert snap_compare(app, terminal_size=size, run_before=run)
