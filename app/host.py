"""What screens may ask of the app they run in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from app.jobs import Jobs
    from app.routing import Route
    from app.runtime import Runtime
    from providers.errors import TelexError
    from storage.config_edit import ConfigEdit
    from storage.errors import ConfigFileError
    from storage.settings import Settings
    from storage.state_file import State


class Host(Protocol):
    """The app, as its screens see it: they need not know its class."""

    @property
    def route(self) -> Route:
        """How the next question travels."""

    @property
    def state(self) -> State:
        """What is remembered over restarts."""

    async def runtime(self) -> Runtime:
        """Return ledger, keys and providers, waiting until they are open."""

    def choose(self, route: Route) -> None:
        """Route the next questions like this, also after a restart."""

    def take(self, route: Route) -> None:
        """Route the next questions like this, as the conversation in view wishes."""

    @property
    def settings(self) -> Settings:
        """The person's configuration."""

    @property
    def environment(self) -> Mapping[str, str]:
        """Places, programs and displays."""

    @property
    def folder(self) -> Path:
        """Where file names that are typed begin."""

    def watch_health(self) -> object:
        """Check the providers from time to time, with the keys there are now."""

    def remember(self, **changes: object) -> None:
        """Keep what was last in use, over restarts."""

    @property
    def now(self) -> Callable[[], datetime]:
        """Returns the moment, in the person's time zone."""

    @property
    def jobs(self) -> Jobs:
        """Long work, such as fetching a model."""

    async def change(self, edits: Sequence[ConfigEdit]) -> bool:
        """Write ``edits`` to the configuration file and put them in force.

        Returns:
            Whether that was possible; where it was not, the person was told why.
        """

    @property
    def config_problem(self) -> ConfigFileError | None:
        """Why the configuration file cannot be used as it is now, None while it can."""

    def log_failure(self, error: BaseException) -> None:
        """Write to the log that something failed, without its words."""

    def complain(self, error: TelexError | str) -> None:
        """Show what went wrong and what to do about it."""
