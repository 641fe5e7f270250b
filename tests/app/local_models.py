"""A house whose configuration offers a model on a server of the test's own."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from app.local_models.discovery import ServerKind
from app.screens.local_models import LocalModelsScreen
from app.telex import TelexApp
from tests.app.house import House, until
from tests.app.model_server import ModelServer
from tests.fakeserver import FakeServer

NOBODY = dict.fromkeys(ServerKind, 1)
"""Ports on which nobody listens."""


def offering(
    folder: Path, server: FakeServer, models: ModelServer, content: bytes, **house: Any
) -> House:
    """Return a house that can fetch ``content`` as the model ``tiny``."""
    entry = models.entry(content)
    (folder / "config.toml").write_text(
        "# mine\ntitles = false\n\n[[catalogue]]\n"
        f'id = "tiny"\nname = "Tiny"\nurl = "{entry.url}"\nbytes = {len(content)}\n'
        f'sha256 = "{hashlib.sha256(content).hexdigest()}"\n'
    )
    return House(folder, server, **house)


async def opened(
    pilot: Pilot[Any], app: TelexApp, ports: dict[ServerKind, int] | None = None
) -> LocalModelsScreen:
    """Open the screen and wait until it has looked everywhere."""
    screen = LocalModelsScreen(await app.runtime(), ports=ports or NOBODY)
    await app.push_screen(screen)
    await until(pilot, lambda: rows(screen) and "looking" not in text(screen))
    return screen


def rows(screen: LocalModelsScreen) -> list[str]:
    """Return the lines of the list."""
    options = screen.query_one("#models-list", OptionList).options
    return [str(option.prompt).strip() for option in options]


def text(screen: LocalModelsScreen) -> str:
    """Return the whole list."""
    return "\n".join(rows(screen))


def said(screen: LocalModelsScreen) -> str:
    """Return what the screen says has happened."""
    return str(screen.query_one("#models-status", Static).content)


async def pick(pilot: Pilot[Any], screen: LocalModelsScreen, words: str) -> None:
    """Put the cursor on the row that says ``words``."""
    index = next(i for i, row in enumerate(rows(screen)) if words in row)
    screen.query_one("#models-list", OptionList).highlighted = index
    await pilot.pause()
