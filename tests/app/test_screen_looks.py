"""How the screens beside the chat look that have no looks of their own elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from app.screens.pick_provider import PickProviderScreen
from app.screens.strategies import StrategiesScreen
from app.telex import TelexApp
from providers.experiments.experiment import Arm, Experiment
from storage.state_file import State
from tests.app.house import House, chat, ready, until
from tests.app.test_looks import (
    NOON,
    SIZES,
    Play,
    SnapCompare,
    answered,
    branched,
    drafted,
    fell_back,
)
from tests.fakeserver import FakeServer

THEMES = {"dark": "textual-dark", "light": "textual-light"}
EXPERIMENT = Experiment(
    name="fast or good",
    arms=(Arm(name="fast", provider="groq"), Arm(name="good", provider="anthropic")),
)


async def strategies(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    await drafted(pilot, app, server)
    await pilot.press("ctrl+l")
    await until(pilot, lambda: isinstance(app.screen, StrategiesScreen))
    await pilot.press("down", "down")


async def named(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    await drafted(pilot, app, server)
    await pilot.press("f5")
    await until(pilot, lambda: isinstance(app.screen, PickProviderScreen))


async def alerts(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    del server
    await app.run_action("alerts")
    await pilot.pause(0.5)


async def experiment(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    del server
    await app.run_action("experiment")
    await pilot.pause(0.5)


async def strip(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    await drafted(pilot, app, server)
    await pilot.press("f4")
    await pilot.pause(0.5)


SHOWN: dict[str, Play] = {
    play.__name__: play for play in (strategies, named, alerts, experiment, strip)
}
IN_LIGHT: dict[str, Play] = {play.__name__: play for play in (answered, fell_back, branched)}
"""The chat itself is drawn in dark elsewhere, in each of its states."""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
@pytest.mark.parametrize(
    ("name", "theme"),
    [
        *((name, theme) for name in SHOWN for theme in THEMES),
        *((name, "light") for name in IN_LIGHT),
    ],
)
def test_screen(
    snap_compare: SnapCompare, house: House, name: str, theme: str, size: tuple[int, int]
) -> None:
    house.clock = lambda: 1000.0
    house.settings = house.with_settings(experiment=EXPERIMENT)
    app = house.app(state=State(theme=THEMES[theme]))
    app.animation_level = "none"
    app.now = lambda: NOON

    async def play(pilot: Pilot[Any]) -> None:
        await ready(pilot, app)
        chat(app).composer.cursor_blink = False
        await {**SHOWN, **IN_LIGHT}[name](pilot, app, house.server)
        app.clear_notifications()
        await pilot.pause(0.2)

    assert snap_compare(app, terminal_size=size, run_before=play)
