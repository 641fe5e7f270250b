"""What must not be loaded before it is needed: the start and the first paint wait for nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.bench.fresh import NO_KEYRING, fresh
from tests.home import Home

_HEAVY = (
    "openai",
    "anthropic",
    "google.genai",
    "groq",
    "keyring",
    "sqlite_utils",
    "genai_prices",
    "xllamacpp",
    "httpx",
    "httpx2",
    "pydantic",
    "tomli_w",
)
_ROUTER = ("providers.factory", "providers.routing.router", "providers.routing.router_parts")
"""The core's own working parts: fifty modules that a first frame has no use for."""
_LOADED = f"print('loaded:', *(name for name in {_HEAVY} if name in sys.modules))"
_LOADED_YET = f"print('loaded:', *(n for n in {(*_HEAVY, *_ROUTER)} if n in sys.modules))"

# Frames are counted where the terminal would get them; the first one with the composer in it is
# what a person calls the start.
_FIRST_PAINT = f"""
import asyncio, sys
from app import tui  # what the command line loads on the way
from app.telex import TelexApp
from storage.settings import Settings
from storage.state_file import State
from widgets.composer import Composer

class Watched(TelexApp):
    painted = False

    def _display(self, screen, renderable):
        super()._display(screen, renderable)
        if not self.painted and renderable is not None and screen.query(Composer):
            self.painted = True
            {_LOADED_YET}

async def main():
    app = Watched(Settings(), State())
    async with app.run_test(size=(120, 40)) as pilot:
        while not app.painted:
            await pilot.pause()

asyncio.run(main())
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, **Home(tmp_path / "home", dict(NO_KEYRING)).environment}


def test_first_paint_waits_for_no_sdk_keyring_or_database(environment: dict[str, str]) -> None:
    assert fresh(_FIRST_PAINT, environment) == ["loaded:"]


def test_first_paint_is_the_same_with_keys(environment: dict[str, str]) -> None:
    keys = dict.fromkeys(("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GROQ_API_KEY"), "dummy")
    assert fresh(_FIRST_PAINT, {**environment, **keys}) == ["loaded:"]


@pytest.mark.parametrize("statement", ["import providers", "from providers import *"])
def test_library_loads_no_sdk_and_no_screen(statement: str) -> None:
    code = f"import sys; {statement}; assert 'textual' not in sys.modules; {_LOADED}"
    assert fresh(code) == ["loaded:"]


def test_library_gives_every_name_it_lists() -> None:
    code = (
        "import providers; missing = [n for n in providers.__all__ if not hasattr(providers, n)];"
        " print(missing or 'all', hasattr(providers, 'Typo'), 'LLM' in dir(providers))"
    )
    assert fresh(code) == ["all", "False", "True"]


def test_command_line_loads_no_screen_and_no_sdk() -> None:
    code = (
        "import sys; from app.cli import main\n"
        "try: main(['--version'])\n"
        f"except SystemExit: assert 'textual' not in sys.modules; {_LOADED}"
    )
    assert fresh(code) == ["loaded:"]
