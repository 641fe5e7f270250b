"""The one thread that writes: a queue of functions, each run in its own transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from storage.database import immediate, open_for_writing, translated
from storage.errors import DatabaseError

T = TypeVar("T")


class Writer:
    """Runs writes one after the other in a thread that owns the connection.

    A write that was handed over happens, even when whoever waits for it is cancelled, and the
    interpreter waits for the queue at its end.

    Args:
        path: the database file; created when there is none.

    Raises:
        DatabaseError: the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="telex-writer")
        try:
            self._db = self._thread.submit(open_for_writing, path).result()
        except DatabaseError:
            self._thread.shutdown()
            raise
        self._closed = False

    def submit(self, write: Callable[[Database], T]) -> Future[T]:
        """Queue ``write``; its future brings the result once it is committed.

        Raises (through the future):
            DatabaseError: SQLite refused; nothing of this write was kept.
        """
        if self._closed:
            raise DatabaseError(f"{self._path} is already closed", path=self._path)
        return self._thread.submit(self._run, write)

    async def run(self, write: Callable[[Database], T]) -> T:
        """Queue ``write`` and wait until it is committed. Cancelling stops the waiting alone.

        Raises:
            DatabaseError: SQLite refused; nothing of this write was kept.
        """
        return await asyncio.shield(asyncio.wrap_future(self.submit(write)))

    async def read(self, query: Callable[[Database], T]) -> T:
        """Queue ``query``, which sees all that was queued before, and wait for its result.

        Other processes may write meanwhile: no transaction is begun for it.

        Raises:
            DatabaseError: SQLite refused.
        """
        if self._closed:
            raise DatabaseError(f"{self._path} is already closed", path=self._path)
        return await asyncio.wrap_future(self._thread.submit(self._read, query))

    def close(self) -> None:
        """Finish what is queued and close the file. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        self._thread.submit(self._db.close).result()
        self._thread.shutdown()

    def _read(self, query: Callable[[Database], T]) -> T:
        with translated(self._path):
            return query(self._db)

    def _run(self, write: Callable[[Database], T]) -> T:
        with translated(self._path), immediate(self._db):
            return write(self._db)
