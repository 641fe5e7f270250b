"""A house whose configuration file names the test server, so that it can be changed and read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from app.screens.keys import KeysScreen
from app.telex import TelexApp
from tests.app.house import House, until
from tests.fakeserver import FakeServer

PROVIDERS = ("openai", "anthropic", "google", "groq")
USUAL = {
    "openai": "sk-proj-" + "a1B2" * 10,
    "anthropic": "sk-ant-api03-" + "a1B2" * 22,
    "google": "AIza" + "a1B2c" * 7,
    "groq": "gsk_" + "a1B2" * 13,
}
"""Keys of the usual shapes."""
VARIABLES = {
    "openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "google": "GEMINI_API_KEY",
    "groq": "GROQ_API_KEY",
}


def keyed_house(
    folder: Path, server: FakeServer, *, environment: dict[str, str] | None = None, more: str = ""
) -> House:
    """Return a house without keys but for those given.

    Args:
        folder: for data and configuration.
        server: answers for the four providers.
        environment: keys by the name of the provider.
        more: lines of the configuration file, before its tables.
    """
    tables = "\n".join(f'[providers.{n}]\nbase_url = "{server.base_url(n)}"\n' for n in PROVIDERS)
    (folder / "config.toml").write_text(
        f"# mine\ntitles = false\nmax_retries = 0\n{more}\n{tables}"
    )
    house = House(folder, server, keys=False)
    held = {VARIABLES[name]: key for name, key in (environment or {}).items()}
    house.environment = {**house.environment, **held}
    return house


async def keys_screen(pilot: Pilot[Any], app: TelexApp) -> KeysScreen:
    """Open the keys screen and wait for its list."""
    await pilot.press("f9")
    await until(pilot, lambda: isinstance(app.screen, KeysScreen))
    screen = app.screen
    assert isinstance(screen, KeysScreen)
    await until(pilot, lambda: screen.query_one("#keys-list", OptionList).option_count > 0)
    return screen


async def pick(pilot: Pilot[Any], screen: KeysScreen, name: str) -> None:
    """Put the cursor on a provider."""
    options = screen.query_one("#keys-list", OptionList)
    options.highlighted = options.get_option_index(name)
    await pilot.pause()


def row(screen: KeysScreen, name: str) -> str:
    """Return a provider's line."""
    return str(screen.query_one("#keys-list", OptionList).get_option(name).prompt)


def said(screen: KeysScreen) -> str:
    """Return what the screen says has happened."""
    return str(screen.query_one("#keys-status", Static).content)


def detail(screen: KeysScreen) -> str:
    """Return what is told of the picked provider, on one line."""
    return " ".join(str(screen.query_one("#keys-detail-words", Static).content).split())
