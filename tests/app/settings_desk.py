"""The settings screen on a real configuration file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input, Static

from app.screens.setting_list import SettingList
from app.screens.settings import SettingsScreen
from app.setting_rows import SettingRow
from app.telex import TelexApp
from storage.config_file import load_settings
from storage.state_file import State
from tests.app.house import House, ready, until

CONFIG = """\
# how I like it
routing_strategy = "quality"

# money
daily_budget = 2.00
[daily_cost_limits]
anthropic = 1.50   # a dollar fifty

[providers.groq]
model = "llama-3.3-70b"
temperature = 0.4

[[rules]]
provider = "groq"
task = "code"
"""


@dataclass
class SettingsDesk:
    """The screen, open in a running app."""

    pilot: Pilot[Any]
    app: TelexApp
    screen: SettingsScreen
    path: Path

    @property
    def row(self) -> SettingRow:
        """The setting that is highlighted."""
        row = self.screen.query_one(SettingList).chosen
        assert row is not None
        return row

    @property
    def text(self) -> str:
        """What the file holds."""
        return self.path.read_text(encoding="utf-8")

    def words(self, selector: str) -> str:
        """Return what a line says."""
        return str(self.app.screen.query_one(selector, Static).content)

    async def go_to(self, name: str) -> None:
        """Find a setting as a person does, and highlight it."""
        self.screen.query_one(Input).value = name
        await self.pilot.pause()
        listed = self.screen.query_one(SettingList)
        listed.highlighted = listed.get_option_index(name)
        await self.pilot.pause()

    async def says(self, words: str) -> None:
        """Wait until the status line holds ``words``."""
        await until(self.pilot, lambda: words in self.words("#settings-status"))


@asynccontextmanager
async def open_settings(
    house: House,
    config: str | None = CONFIG,
    *,
    size: tuple[int, int] = (120, 40),
    state: State | None = None,
) -> AsyncIterator[SettingsDesk]:
    """Start telex with this configuration, and open its settings."""
    path = house.paths.config_file
    if config is not None:
        path.write_text(config, encoding="utf-8")
    house.settings = load_settings(path)
    app = house.app(state=state)
    async with app.run_test(size=size) as pilot:
        await ready(pilot, app)
        screen = SettingsScreen(await app.runtime())
        await app.push_screen(screen)
        await until(pilot, lambda: screen.query_one(SettingList).option_count > 5)
        yield SettingsDesk(pilot, app, screen, path)
