"""The configuration of a running telex: changed from within, and followed when it is edited."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from app.config_watch import ConfigWatch
from providers.errors import TelexError
from storage.config_edit import edit_config

if TYPE_CHECKING:
    from app.runtime import Runtime
    from storage.config_edit import ConfigEdit
    from storage.errors import ConfigFileError
    from storage.settings import Settings


class Configuration:
    """Keeps the settings in force and the file the same.

    Args:
        runtime: what the settings are put into.
        in_force: told of the settings before, when others are in force.
        changed: told when the file cannot be used any longer, or can be again.
        complain: told why a change was refused.
    """

    def __init__(
        self,
        runtime: Runtime,
        *,
        in_force: Callable[[Settings], Awaitable[None]],
        changed: Callable[[], None],
        complain: Callable[[TelexError], None],
    ) -> None:
        self._runtime = runtime
        self._path = runtime.paths.config_file
        self._in_force = in_force
        self._changed = changed
        self._complain = complain
        self._one_at_a_time = asyncio.Lock()
        self._watch = ConfigWatch(self._path, adopt=self._adopt, refuse=self._refused)
        self.problem: ConfigFileError | None = None
        """Why the file cannot be used as it is; the last good settings stay in force."""

    async def follow(self) -> None:
        """Take over what is edited elsewhere, until cancelled."""
        await self._watch.run()

    async def change(self, edits: Sequence[ConfigEdit]) -> bool:
        """Write ``edits`` into the file and put them in force; return whether that was possible.

        Otherwise nothing has changed, and the person was told why.
        """
        async with self._one_at_a_time:
            try:
                settings = await asyncio.to_thread(self._write, edits)
            except TelexError as error:
                self._complain(error)
                return False
            self._refused(None)
            await self._put(settings)
        return True

    def _write(self, edits: Sequence[ConfigEdit]) -> Settings:
        settings = edit_config(self._path, edits)
        self._watch.written()
        return settings

    async def _adopt(self, settings: Settings) -> None:
        async with self._one_at_a_time:
            await self._put(settings)

    async def _put(self, settings: Settings) -> None:
        former = self._runtime.settings
        if settings == former:
            return
        await asyncio.to_thread(self._runtime.adopt, settings)
        await self._in_force(former)
        await self._runtime.close_former()

    def _refused(self, problem: ConfigFileError | None) -> None:
        if (problem is None) != (self.problem is None) or problem is not None:
            self.problem = problem
            self._changed()
