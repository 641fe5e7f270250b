"""The configuration of a running telex: changed from within, and followed when it is edited."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from app.config_watch import ConfigWatch
from providers.errors import TelexError
from storage.config_edit import write_edits
from storage.config_file import load_settings
from storage.errors import ConfigFileError

if TYPE_CHECKING:
    from app.runtime import Runtime
    from storage.config_edit import ConfigEdit
    from storage.file_signature import Signature
    from storage.settings import Settings


class Configuration:
    """Keeps the settings in force and the file the same.

    Args:
        runtime: what the settings are put into.
        read_as: the file's signature when the settings in force were read.
        in_force: told of the settings before, when others are in force.
        changed: told when the file cannot be used any longer, or can be again.
        complain: told why a change was refused, or could not be put in force.
    """

    def __init__(
        self,
        runtime: Runtime,
        *,
        read_as: Signature | None,
        in_force: Callable[[Settings], Awaitable[None]],
        changed: Callable[[], None],
        complain: Callable[[TelexError], None],
    ) -> None:
        self._runtime = runtime
        self._path = runtime.paths.config_file
        self._in_force = in_force
        self._changed = changed
        self._complain = complain
        self._complained = ""
        self._one_at_a_time = asyncio.Lock()
        self._watch = ConfigWatch(self._path, read_as=read_as, reread=self._reread)
        self.problem: ConfigFileError | None = None
        """Why the file cannot be used as it is; the last good settings stay in force."""

    async def follow(self) -> None:
        """Take over what is edited elsewhere, until cancelled."""
        await self._watch.run()

    async def change(self, edits: Sequence[ConfigEdit]) -> bool:
        """Write ``edits`` into the file and put them in force; return whether that was possible.

        Otherwise the person was told why; what could be written is in force as soon as it can be.
        """
        async with self._one_at_a_time:
            try:
                if not await self._watch.settled():
                    raise ConfigFileError(
                        "another program is writing this file, or has emptied it; nothing was"
                        " changed. Look at the file, then try again",
                        path=self._path,
                    )
                if self.problem is not None and not await asyncio.to_thread(self._path.exists):
                    raise self.problem  # a new file would hold nothing of what is in force
                written = await asyncio.to_thread(write_edits, self._path, edits)
                await self._put(written.settings)
            except TelexError as error:
                self._complain(error)
                return False
            self._watch.seen(written.signature)
            self._refuse(None)
        return True

    async def _reread(self) -> bool:
        """Take over what the file says now; return whether that is done with."""
        async with self._one_at_a_time:
            try:
                await self._put(await asyncio.to_thread(self._read))
            except ConfigFileError as problem:
                self._refuse(problem)
                return True
            except TelexError as error:
                # It is tried again every second: once is enough to be told.
                if str(error) != self._complained:
                    self._complained = str(error)
                    self._complain(error)
                return False
            self._complained = ""
            self._refuse(None)
        return True

    def _read(self) -> Settings:
        if not self._path.exists():
            raise ConfigFileError(
                "the file is gone; put it back, or start telex anew without it", path=self._path
            )
        return load_settings(self._path)

    async def _put(self, settings: Settings) -> None:
        former = self._runtime.settings
        if settings == former:
            return
        await asyncio.to_thread(self._runtime.adopt, settings)
        await self._in_force(former)
        await self._runtime.close_former()

    def _refuse(self, problem: ConfigFileError | None) -> None:
        if problem is not None or self.problem is not None:
            self.problem = problem
            self._changed()
