"""A screen on which nothing fails in silence, and nothing that fails ends telex."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar, cast

from textual.screen import Screen
from textual.worker import Worker, WorkerState

from providers.errors import TelexError

if TYPE_CHECKING:
    from app.host import Host

T = TypeVar("T")


class CarefulScreen(Screen[None]):
    """Says what went wrong, whoever was to notice."""

    @property
    def telex(self) -> Host:
        """The app, as far as a screen may know it."""
        return cast("Host", self.app)

    async def tried(self, work: Awaitable[None]) -> None:
        """Do ``work``; where that fails, say why and go on."""
        try:
            await work
        except TelexError as error:
            self.telex.complain(error)

    def carefully(self, act: Callable[[T], Awaitable[None]]) -> Callable[[T], Awaitable[None]]:
        """Return ``act`` as a callback that says why it failed instead of ending telex."""

        async def careful(value: T) -> None:
            await self.tried(act(value))

        return careful

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say what went wrong where nobody waits for it."""
        if event.state is WorkerState.ERROR:
            self.telex.complain(f"Something went wrong: {event.worker.error!r}")
            if event.worker.error is not None:
                self.telex.log_failure(event.worker.error)
