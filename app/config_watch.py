"""Noticing that the configuration file has changed, and reading it when it is whole."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from storage.config_file import load_settings
from storage.errors import ConfigFileError

if TYPE_CHECKING:
    from storage.settings import Settings

_INTERVAL = 1.0
"""Seconds between two looks at the file, each of which is one ``stat``."""

Signature = tuple[int, int, int] | None
"""What changes with a file: its number, size and time of change; None for no file."""


class ConfigWatch:
    """Looks at the configuration file from time to time.

    A file that cannot be read is looked at once more before it counts: an editor may be in the
    middle of writing it.

    Args:
        path: the file, which need not exist.
        adopt: told of settings that were read anew.
        refuse: told of a file that cannot be used, and None as soon as it can be again.
        sleep: waits for seconds.
    """

    def __init__(
        self,
        path: Path,
        *,
        adopt: Callable[[Settings], Awaitable[None]],
        refuse: Callable[[ConfigFileError | None], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._path = path
        self._adopt = adopt
        self._refuse = refuse
        self._sleep = sleep
        self._seen: Signature = _signature(path)
        self._suspect: Signature = None
        self._refused = False

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self._sleep(_INTERVAL)
            await self.look()

    async def look(self) -> None:
        """Look once."""
        signature = await asyncio.to_thread(_signature, self._path)
        if signature == self._seen:
            return
        try:
            settings = await asyncio.to_thread(load_settings, self._path)
        except ConfigFileError as error:
            if signature != self._suspect:
                self._suspect = signature
                return
            self._seen = signature
            self._refused = True
            self._refuse(error)
            return
        self._seen = signature
        self._accept()
        await self._adopt(settings)

    def written(self) -> None:
        """Telex wrote the file itself: what it says is in force already. Blocks for the disk."""
        self._seen = _signature(self._path)

    def _accept(self) -> None:
        if self._refused:
            self._refused = False
            self._refuse(None)


def _signature(path: Path) -> Signature:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_ino, told.st_size, told.st_mtime_ns
