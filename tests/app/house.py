"""A whole telex on the project's own server: for Pilot tests and for screenshots."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from app.runtime import Runtime, open_runtime
from app.screens.chat import ChatScreen
from app.telex import TelexApp
from providers.config import Timeouts
from storage.config_file import load_settings
from storage.keys import KeyStore
from storage.paths import Paths
from storage.settings import Settings
from storage.state_file import State, load_state
from tests.fakeserver import FakeServer
from widgets.composer import Composer
from widgets.status_line import StatusLine
from widgets.transcript import Transcript

PATIENCE = Timeouts(connect=2.0, first_token=5.0, idle=5.0, total=30.0)


class MemoryKeyring:
    """A keyring backend that lives as long as the test."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.kept.pop((service, username), None)


class House:
    """Everything one telex needs, kept over its restarts.

    Args:
        folder: for data and configuration.
        server: answers for the four providers.
        keys: whether the environment holds a key for each of them.
        settings: changes to the configuration.
    """

    def __init__(
        self, folder: Path, server: FakeServer, *, keys: bool = True, **settings: Any
    ) -> None:
        self.server = server
        self.keyring = MemoryKeyring()
        self.environment: Mapping[str, str] = {
            **(server.environment() if keys else {}),
            "TELEX_DATA_DIR": str(folder / "data"),
            "TELEX_CONFIG": str(folder / "config.toml"),
        }
        self.paths = Paths.from_environment(self.environment)
        self.paths.ensure_data_folder()
        self.settings = self._settings(settings)
        self.clock: Callable[[], float] = time.monotonic

    def app(
        self, *, state: State | None = None, opening: Callable[[], object] = lambda: None
    ) -> TelexApp:
        """Return an app as a start of telex would make it.

        Args:
            state: what to start with instead of what the last run left.
            opening: called in the thread before the runtime is opened.
        """

        def open_() -> Runtime:
            opening()
            store = KeyStore(
                self.settings.providers.values(), self.environment, backend=self.keyring
            )
            return open_runtime(
                self.environment, settings=self.settings, keys=store, clock=self.clock
            )

        return TelexApp(
            self.settings,
            state or load_state(self.paths.state_file),
            environment=self.environment,
            open_runtime=open_,
        )

    def with_settings(self, **changes: Any) -> Settings:
        """Return the settings with some of them changed."""
        return replace(self.settings, **changes)

    def _settings(self, changes: Mapping[str, Any]) -> Settings:
        settings = load_settings(self.paths.config_file)
        providers = {
            name: replace(config, base_url=self.server.base_url(name))
            for name, config in settings.providers.items()
            if name != "local"
        }
        base = {
            "providers": {**settings.providers, **providers},
            "timeouts": PATIENCE,
            "max_retries": 0,
            "titles": False,  # a call more than a test asks for
        }
        return replace(settings, **{**base, **changes})


async def until(pilot: Pilot[Any], condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Let the app work until ``condition`` holds.

    Raises:
        TimeoutError: it never did.
    """
    async with asyncio.timeout(seconds):
        while not condition() and pilot.app.is_running:
            await pilot.pause(0.02)
    await pilot.pause()


async def ready(pilot: Pilot[Any], app: TelexApp) -> ChatScreen:
    """Wait until the runtime is open and the last conversation shown; return the chat."""
    await app.runtime()
    screen = chat(app)
    await until(pilot, screen.opened.is_set)
    return screen


def chat(app: TelexApp) -> ChatScreen:
    """Return the chat screen."""
    return next(screen for screen in app.screen_stack if isinstance(screen, ChatScreen))


async def send(pilot: Pilot[Any], app: TelexApp, text: str) -> None:
    """Put ``text`` into the composer and press Enter."""
    chat(app).query_one(Composer).set_text(text)
    await pilot.press("enter")
    await pilot.pause()


async def ask(pilot: Pilot[Any], app: TelexApp, text: str) -> None:
    """Ask ``text`` and wait until the exchange is over."""
    await send(pilot, app, text)
    await until(pilot, lambda: not chat(app).busy)


def transcript_text(app: TelexApp) -> str:
    """Return what the transcript paints, line by line."""
    transcript = chat(app).query_one(Transcript)
    lines = [transcript.render_line(y).text.rstrip() for y in range(transcript.size.height)]
    return "\n".join(lines)


def status_text(app: TelexApp) -> str:
    """Return the status line."""
    return chat(app).query_one(StatusLine).render().plain


def toasts(app: TelexApp) -> str:
    """Return everything that was said in passing so far."""
    return "\n".join(notification.message for notification in app._notifications)


async def command(pilot: Pilot[Any], app: TelexApp, text: str) -> None:
    """Type a slash command, whatever is in the composer, and give it."""
    composer = chat(app).query_one(Composer)
    composer.set_text(text)
    composer.focus()
    await pilot.pause()
    composer.close_completions()
    composer.action_submit()
    await pilot.pause()
