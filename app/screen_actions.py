"""The screens beside the chat: a key and a line in the palette for each."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType

if TYPE_CHECKING:
    from app.jobs import Jobs
    from app.runtime import Runtime
    from providers.alerts.events import AlertFired


class ScreenActions(App[None]):
    """Opens each screen once, whatever is pressed meanwhile. Imports it only then."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "stats", "Stats: spend, latency, errors", show=False, id="app.stats"),
        Binding("f9", "keys", "API keys and models", show=False, id="app.keys"),
        Binding("ctrl+s", "settings", "Settings", show=False, id="app.settings", priority=True),
        Binding("f1,ctrl+underscore", "help", "Every key", show=False, id="app.help"),
    ]

    jobs: Jobs

    @abstractmethod
    async def runtime(self) -> Runtime:
        """Return the runtime, waiting until it is open."""

    @abstractmethod
    def alerts_on(self) -> Sequence[AlertFired]:
        """Return the alerts that are on."""

    def screen_commands(self) -> Iterator[SystemCommand]:
        """Yield a command for each screen, for the palette."""
        yield SystemCommand("Settings", "ctrl+s: everything that can be set", self.action_settings)
        yield SystemCommand("API keys", "f9: add, test or remove a key", self.action_keys)
        yield SystemCommand(
            "Local models", "fetch one, use one that runs here", self.action_local_models
        )
        yield SystemCommand("Stats", "f8: spend, requests and latency", self.action_stats)
        yield SystemCommand("Experiment", "Arms compared, so far", self.action_experiment)
        yield SystemCommand("Alerts", "Rules, what is on, and the log", self.action_alerts)
        yield SystemCommand("Work under way", "what takes long, and a stop", self.action_jobs)
        yield SystemCommand("Keys and commands", "f1: what every key does", self.action_help)

    async def action_stats(self) -> None:
        """Open the stats screen."""
        from app.screens.stats import StatsScreen

        if not isinstance(self.screen, StatsScreen):
            await self.push_screen(StatsScreen(await self.runtime()))

    async def action_alerts(self) -> None:
        """Open the screen for alerts."""
        from app.screens.alerts import AlertsScreen

        if not isinstance(self.screen, AlertsScreen):
            await self.push_screen(AlertsScreen(await self.runtime(), self.alerts_on))

    async def action_experiment(self) -> None:
        """Open the screen of the experiment."""
        from app.screens.experiment import ExperimentScreen

        if not isinstance(self.screen, ExperimentScreen):
            await self.push_screen(ExperimentScreen(await self.runtime()))

    async def action_settings(self) -> None:
        """Open the screen for everything that can be set."""
        from app.screens.settings import SettingsScreen

        if not isinstance(self.screen, SettingsScreen):
            await self.push_screen(SettingsScreen(await self.runtime()))

    async def action_local_models(self) -> None:
        """Open the screen for models that run on this machine."""
        from app.screens.local_models import LocalModelsScreen

        if not isinstance(self.screen, LocalModelsScreen):
            await self.push_screen(LocalModelsScreen(await self.runtime()))

    async def action_jobs(self) -> None:
        """Open the screen for what takes long."""
        from app.screens.jobs import JobsScreen

        if not isinstance(self.screen, JobsScreen):
            await self.push_screen(JobsScreen(self.jobs))

    async def action_keys(self) -> None:
        """Open the screen for API keys."""
        from app.screens.keys import KeysScreen

        if not isinstance(self.screen, KeysScreen):
            await self.push_screen(KeysScreen(await self.runtime()), self._keys_left)

    async def _keys_left(self, _: None) -> None:
        from app.screens.chat import ChatScreen

        for screen in self.screen_stack:
            if isinstance(screen, ChatScreen):
                await screen.panels.refresh()
                screen.outlook.look()

    async def action_help(self) -> None:
        """Open the list of keys and commands."""
        from app.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            await self.push_screen(HelpScreen())
