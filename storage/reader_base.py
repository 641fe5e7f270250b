"""Connections to the ledger's file that only read, one for each thread."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from pathlib import Path

from sqlite_utils import Database

from storage.database import open_for_reading, translated
from storage.errors import DatabaseError


class ReaderBase:
    """Opens a connection for each thread that asks, and closes all of them.

    Args:
        path: a database that ``SqliteLedger`` has opened before.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: list[Database] = []
        self._closed = False

    def close(self) -> None:
        """Close every thread's connection. Safe to call twice."""
        with self._lock:
            self._closed = True
            while self._open:
                self._open.pop().close()

    def _translated(self) -> AbstractContextManager[None]:
        return translated(self._path)

    def _db(self) -> Database:
        db: Database | None = getattr(self._local, "db", None)
        with self._lock:
            if self._closed:
                raise DatabaseError(f"{self._path} is already closed", path=self._path)
            if db is None:
                db = self._local.db = open_for_reading(self._path)
                self._open.append(db)
        return db
