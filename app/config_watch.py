"""Noticing that the configuration file has changed, once it is whole."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from storage.file_signature import Signature, signature_of

_INTERVAL = 1.0
"""Seconds between two looks at the file, each of which is one ``stat``."""
_PAUSE = 0.3
"""Seconds that a file has to stay as it is before it is changed from here."""
_PAUSES = 5


class ConfigWatch:
    """Looks at the configuration file from time to time.

    What is found counts only when the next look finds the same: an editor may be in the middle of
    writing it, or have moved it away for a moment. What could not be taken over is tried again.

    Args:
        path: the file, which need not exist.
        read_as: its signature when the settings in force were read.
        reread: takes over what the file says now; False asks to be told again at the next look.
        sleep: waits for seconds.
    """

    def __init__(
        self,
        path: Path,
        *,
        read_as: Signature | None,
        reread: Callable[[], Awaitable[bool]],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._path = path
        self._reread = reread
        self._sleep = sleep
        self._seen = read_as
        self._suspect = read_as

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self._sleep(_INTERVAL)
            await self.look()

    async def look(self) -> None:
        """Look once."""
        before, self._suspect = self._suspect, await self._signature()
        if self._suspect == self._seen or self._suspect != before:
            return
        found = self._suspect
        if await self._reread():
            self._seen = found

    def seen(self, signature: Signature | None) -> None:
        """What the file says with this signature is in force."""
        self._seen = self._suspect = signature

    async def settled(self) -> bool:
        """Wait until nobody is writing the file; return whether that came about.

        A file that was there and is empty or gone now counts as being written.
        """
        now = await self._signature()
        for _ in range(_PAUSES):
            if now == self._seen:
                return True
            await self._sleep(_PAUSE)
            before, now = now, await self._signature()
            if now == before:
                return now is not None and now[1] > 0
        return False

    async def _signature(self) -> Signature | None:
        return await asyncio.to_thread(signature_of, self._path)
