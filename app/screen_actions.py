"""The screens beside the chat: a key and a line in the palette for each."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand
from textual.binding import BindingType

from app.appearance import Appearance
from app.palette import SCREENS, commands
from app.screen_keys import SCREEN_KEYS
from providers.errors import TelexError
from providers.sanitise import sanitise_line

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from app.jobs import Jobs
    from app.runtime import Runtime
    from app.screens.opened import Opened
    from providers.alerts.events import AlertFired


class ScreenActions(Appearance):
    """Opens each screen once, whatever is pressed meanwhile. Imports it only then."""

    BINDINGS: ClassVar[list[BindingType]] = SCREEN_KEYS

    jobs: Jobs
    first_run = False
    """Whether nobody has been here before."""

    @abstractmethod
    async def runtime(self) -> Runtime:
        """Return the runtime, waiting until it is open."""

    now: Callable[[], datetime]

    @property
    @abstractmethod
    def folder(self) -> Path:
        """Where file names that are typed begin."""

    @abstractmethod
    def alerts_on(self) -> Sequence[AlertFired]:
        """Return the alerts that are on."""

    def screen_commands(self) -> Iterator[SystemCommand]:
        """Yield a command for each screen, for the palette."""
        yield from commands(self, self, SCREENS)
        yield SystemCommand(
            "First steps", "keys, who answers, a daily limit", self.action_first_steps
        )

    async def on_ready(self) -> None:
        """Begin with the first steps where nobody has been before."""
        if self.first_run:
            await self.action_first_steps()

    async def action_first_steps(self) -> None:
        """Show the first steps, in an empty conversation."""
        from app.screens.chat import ChatScreen

        while not isinstance(self.screen, ChatScreen):
            await self.pop_screen()
        if not self.screen.has_class("-empty"):
            await self.screen.action_new()
        await self.screen.first_steps.begin()

    async def action_stats(self) -> None:
        """Open the stats screen."""
        from app.screens.stats import StatsScreen

        if not isinstance(self.screen, StatsScreen):
            await self.push_screen(StatsScreen(await self.runtime()), self._go_to)

    async def _go_to(self, opened: Opened | None) -> None:
        """Show in the chat what was picked elsewhere."""
        from app.screens.chat import ChatScreen

        for screen in self.screen_stack:
            if isinstance(screen, ChatScreen) and opened is not None:
                await screen.tried(screen.places.open(opened.conversation_id, at=opened.message_id))

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

    async def action_themes(self) -> None:
        """Open the screen for colours."""
        from app.screens.themes import ThemesScreen

        if not isinstance(self.screen, ThemesScreen):
            await self.push_screen(ThemesScreen())

    async def action_picture(self) -> None:
        """Keep what is on the screen as a picture."""
        from app.picture import save_picture

        try:
            picture = await save_picture(self.export_screenshot(), self.folder, self.now())
        except TelexError as error:
            self.complain(error)
        else:
            self.notify(sanitise_line(f"The screen is in {picture}"), markup=False)

    async def action_doctor(self) -> None:
        """Open the screen that says what is wrong."""
        from app.screens.doctor import DoctorScreen

        if not isinstance(self.screen, DoctorScreen):
            await self.push_screen(DoctorScreen(await self.runtime(), self.environment))

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
        from app.keymap_words import binding_words
        from app.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            await self.push_screen(HelpScreen(binding_words))
