"""The Textual app: owns the runtime and the person's wishes, and opens screens."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from textual import work
from textual.app import SystemCommand
from textual.screen import Screen

from app.attention import Attention
from app.few_colours import FEW_COLOURS_CSS
from app.jobs import Job, Jobs, JobState
from app.periods import local_now
from app.routing import Route, first_route
from app.safe_paste import safe_driver
from app.screens.chat import ChatScreen
from app.screens.chat_commands import chat_commands
from app.settings_changed import SettingsChanged
from app.working_folder import working_folder
from providers.errors import TelexError
from providers.sanitise import sanitise
from storage.file_signature import signature_of
from storage.paths import Paths
from storage.settings import Settings
from storage.state_file import State, save_state

if TYPE_CHECKING:
    from datetime import datetime

    from app.alert_news import AlertNews
    from app.configuration import Configuration
    from app.runtime import Runtime
    from providers.alerts.events import AlertFired
    from storage.config_edit import ConfigEdit
    from storage.errors import ConfigFileError


class TelexApp(Attention):
    """The chat. The first screen is painted before the ledger, the keys and the SDKs are ready.

    Args:
        settings: the person's configuration.
        state: what was in use when telex was last left.
        environment: places and keys.
        open_runtime: opens ledger, keys and providers; runs in a thread.
        on_warm: called when everything is imported that the first answer needs.
    """

    TITLE = "telex"
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012  # Textual's own form
    CSS = f"""
    Screen {{ background: $background; }}
    ModalScreen {{ background: $background 70%; }}
    {FEW_COLOURS_CSS}
    """

    def __init__(
        self,
        settings: Settings,
        state: State,
        *,
        environment: Mapping[str, str] = os.environ,
        open_runtime: Callable[[], Runtime] | None = None,
        on_warm: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(driver_class=safe_driver())
        self.settings = settings
        self.state = state
        self.fatal: TelexError | None = None
        self.route = first_route(settings, state)
        self.environment = environment
        self.jobs = Jobs()
        """Long work, such as fetching a model."""
        self.config_read_as = signature_of(Paths.from_environment(environment).config_file)
        """The configuration file, as it was when ``settings`` were read."""
        self.now: Callable[[], datetime] = local_now
        """The moment, in the person's time zone."""
        self._open_runtime = open_runtime or self._open
        self._on_warm = on_warm
        self._saved = state
        self._saving = asyncio.Lock()
        self._folder = working_folder()
        self._runtime: Runtime | None = None
        self._alerts: AlertNews | None = None
        self._configuration: Configuration | None = None
        self._runtime_is_open = asyncio.Event()

    def get_default_screen(self) -> ChatScreen:
        """Return the chat as the first screen, so that no empty one is styled and painted."""
        return ChatScreen()

    def on_mount(self) -> None:
        """Paint the chat, then open everything else behind it."""
        self.dress()
        self.call_after_refresh(self._start)

    async def runtime(self) -> Runtime:
        """Return the runtime, waiting until it is open."""
        await self._runtime_is_open.wait()
        assert self._runtime is not None  # set before the event
        return self._runtime

    def remember(self, **changes: object) -> None:
        """Keep what was last in use, over restarts."""
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # fields of State
        self._save_soon()

    @work(group="state", exit_on_error=False)
    async def _save_soon(self) -> None:
        # A slow disk must not hold up a key; what changes while one is written is written next.
        async with self._saving:
            await self._save_state()

    async def _save_state(self) -> None:
        path, state = Paths.from_environment(self.environment).state_file, self.state
        if state == self._saved:
            return
        try:
            await asyncio.to_thread(save_state, path, state)
        except TelexError as error:
            self.complain(error)
        self._saved = state

    def complain(self, error: TelexError | str) -> None:
        """Show what went wrong and what to do about it."""
        self.notify(sanitise(str(error)), severity="error", timeout=10, markup=False)

    def choose(self, route: Route) -> None:
        """Route the next questions like this, also after a restart."""
        self.route = route
        self.remember(
            strategy=route.strategy.value,
            primary_provider=route.provider,
            primary_model=route.model,
        )

    def take(self, route: Route) -> None:
        """Route the next questions like this, as the conversation in view wishes."""
        self.route = route

    @property
    def folder(self) -> Path:
        """Where file names that are typed begin."""
        return self._folder

    @work(group="runtime")
    async def _start(self) -> None:
        try:
            runtime = await asyncio.to_thread(self._open_runtime)
        except TelexError as error:
            # Without a ledger no question could be kept: say why on the plain terminal.
            self.fatal = error
            self.exit()
            return
        from app.configuration import Configuration  # nobody changes it before the first paint

        self._configuration = Configuration(
            runtime,
            read_as=self.config_read_as,
            in_force=self._in_force,
            changed=self._config_problem_changed,
            complain=self.complain,
        )
        self._runtime = runtime
        self.follow_log(runtime)
        self._runtime_is_open.set()
        self.watch_health()
        self._watch_alerts()
        self._follow_configuration()
        self.jobs.on_end(self._job_ended)
        # The SDKs take seconds to import; the first token must not wait for that, and neither must
        # a person who leaves meanwhile: hence a thread that nobody joins.
        threading.Thread(target=self._warm_up, args=(runtime,), daemon=True).start()

    @work(group="health", exclusive=True, exit_on_error=False)
    async def watch_health(self) -> None:
        """Check the providers from time to time; again from the start where that runs already."""
        await (await self.runtime()).factory.watch_health()

    @work(group="alerts", exit_on_error=False)
    async def _watch_alerts(self) -> None:
        runtime = await self.runtime()
        self._alerts = await asyncio.to_thread(self._open_alerts, runtime)
        await self._alerts.run()

    @work(group="configuration", exit_on_error=False)
    async def _follow_configuration(self) -> None:
        if self._configuration is not None:
            await self._configuration.follow()

    async def change(self, edits: Sequence[ConfigEdit]) -> bool:
        """Write ``edits`` to the configuration file and put them in force.

        Returns:
            Whether that was possible; where it was not, the person was told why.
        """
        await self.runtime()
        assert self._configuration is not None  # set before the runtime is given to anybody
        return await self._configuration.change(edits)

    @property
    def config_problem(self) -> ConfigFileError | None:
        """Why the configuration file cannot be used as it is now, None while it can."""
        return None if self._configuration is None else self._configuration.problem

    def _config_problem_changed(self) -> None:
        problem = self.config_problem
        self.log_config(problem)
        for screen in self.screen_stack:
            if isinstance(screen, ChatScreen):
                screen.panels.show_config_problem(problem)
            screen.post_message(SettingsChanged())
        if problem is None:
            self.notify("config.toml is sound again.", markup=False)
        else:
            self.complain(f"{problem}. What was in force before stays in force.")

    async def _in_force(self, former: Settings) -> None:
        """Other settings are in force than ``former``: show and do what they say."""
        runtime = await self.runtime()
        self.settings = settings = runtime.settings
        self.dress_anew(former)
        self.watch_health()
        if _alerting(settings) != _alerting(former):
            self.workers.cancel_group(self, "alerts")
            self._watch_alerts()
        for screen in self.screen_stack:
            if isinstance(screen, ChatScreen):
                await screen.tried(screen.adopt(former))
            screen.post_message(SettingsChanged())
        threading.Thread(target=runtime.warm_up, daemon=True).start()

    def _job_ended(self, job: Job) -> None:
        if job.state is not JobState.CANCELLED:
            from app.job_text import end_text

            failed = job.state is JobState.FAILED
            severity: Literal["error", "information"] = "error" if failed else "information"
            self.notify(sanitise(end_text(job)), severity=severity, markup=False)

    def _open_alerts(self, runtime: Runtime) -> AlertNews:
        from app.alert_news import AlertNews  # in a thread: what it imports takes its time

        return AlertNews(self, runtime, complain=self.complain)

    def _warm_up(self, runtime: Runtime) -> None:
        try:
            runtime.warm_up()
        finally:
            self._on_warm()

    def _open(self) -> Runtime:
        from app.runtime import open_runtime

        runtime = open_runtime(self.environment, settings=self.settings, what="chat")
        runtime.load_prices()
        return runtime

    async def on_unmount(self) -> None:
        """Let a running answer be settled, then close connections and the database."""
        self.workers.cancel_all()
        # Their own errors were shown when they happened; here only that all have ended counts.
        ends = [worker.wait() for worker in self.workers]
        await asyncio.gather(*ends, return_exceptions=True)
        await self.jobs.aclose()
        await self._save_state()
        if self._runtime is not None:
            await self._runtime.aclose()

    def alerts_on(self) -> Sequence[AlertFired]:
        """Return the alerts that are on, oldest first."""
        return () if self._alerts is None else self._alerts.firing

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Put every command into the palette."""
        if isinstance(screen, ChatScreen):
            yield from chat_commands(screen)
        yield from self.screen_commands()


def _alerting(settings: Settings) -> tuple[object, ...]:
    """Return what the alerts depend on."""
    return (
        settings.alerts,
        settings.daily_cost_limits,
        settings.monthly_cost_limits,
        settings.daily_budget,
        settings.monthly_budget,
    )
