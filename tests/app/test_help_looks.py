"""How help, the choice of a key, themes and the palette look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.command import CommandInput, CommandList
from textual.pilot import Pilot

from app.screens.help_list import HelpList
from app.screens.press_key import PressKeyScreen
from app.screens.themes import ThemesScreen
from app.telex import TelexApp
from storage.state_file import State
from tests.app.house import House, ready, until
from tests.app.test_looks import SnapCompare
from widgets.pointed_list import PointedList

SIZES = ((80, 24), (120, 40), (200, 60))
THEMES = ("textual-dark", "textual-light")


async def help_(pilot: Pilot[Any], app: TelexApp) -> None:
    await pilot.press("f1")
    await until(
        pilot, lambda: app.screen.query(HelpList) and app.screen.query_one(HelpList).option_count
    )


async def found(pilot: Pilot[Any], app: TelexApp) -> None:
    await help_(pilot, app)
    await pilot.press(*"conversation")


async def key_refused(pilot: Pilot[Any], app: TelexApp) -> None:
    await found(pilot, app)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, PressKeyScreen))
    await pilot.press("f10")


async def themes(pilot: Pilot[Any], app: TelexApp) -> None:
    await app.run_action("themes")
    await until(
        pilot,
        lambda: (
            isinstance(app.screen, ThemesScreen)
            and app.screen.query_one(PointedList).highlighted is not None
        ),
    )


async def palette(pilot: Pilot[Any], app: TelexApp) -> None:
    await pilot.press("ctrl+p")
    await until(pilot, lambda: bool(app.screen.query(CommandList)))
    listed = app.screen.query_one(CommandList)
    await until(pilot, lambda: listed.option_count > 40)
    app.screen.query_one(CommandInput).cursor_blink = False
    await pilot.pause(0.3)


Play = Callable[[Pilot[Any], TelexApp], Awaitable[None]]
PLAYS: tuple[Play, ...] = (help_, key_refused, themes, palette)
STATES = [
    (play, theme, size)
    for play in PLAYS
    for theme in THEMES
    for size in SIZES
    if (theme == THEMES[0] or size != SIZES[2])
    and (play is not key_refused or (theme, size) in ((THEMES[0], SIZES[0]), (THEMES[1], SIZES[1])))
]


@pytest.mark.parametrize(
    ("play", "theme", "size"),
    STATES,
    ids=[f"{play.__name__}-{theme}-{size[0]}x{size[1]}" for play, theme, size in STATES],
)
def test_it_looks_as_it_should(
    snap_compare: SnapCompare, house: House, play: Play, theme: str, size: tuple[int, int]
) -> None:
    house.settings = house.with_settings(keys={"chat.find": "alt+f", "chat.panels": ""})
    app = house.app(state=State(theme=theme))

    async def before(pilot: Pilot[Any]) -> None:
        await ready(pilot, app)
        await play(pilot, app)
        await pilot.pause(0.2)

    assert snap_compare(app, terminal_size=size, run_before=before)
