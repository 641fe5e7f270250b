"""Looking at the ledger without changing a byte of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from storage.database import open_for_reading, translated
from storage.errors import DatabaseError
from storage.schema import APPLICATION_ID, known_migrations, migrations


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """What a ledger looks like.

    Args:
        bytes: size of the file.
        wal_bytes: size of its write-ahead log.
        schema: the last step of the schema that was applied.
        pending: how many steps this version would add.
        journal: the journal mode.
        exchanges: how many are in it.
        locked: whether somebody is writing at this moment.
    """

    bytes: int
    wal_bytes: int
    schema: str
    pending: int
    journal: str
    exchanges: int
    locked: bool


def look_at_database(path: Path) -> DatabaseFacts:
    """Return what the ledger at ``path`` looks like; reads all of it.

    Raises:
        DatabaseError: it cannot be opened, is damaged, newer, or another program's; says what to
            do.
    """
    with closing(open_for_reading(path)) as db, translated(path):
        if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise DatabaseError(
                f"{path} is not telex's; move it away, or set TELEX_DATA_DIR to another folder",
                path=path,
            )
        [verdict] = db.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise DatabaseError(
                f"{path} is damaged ({verdict}); restore a backup, or move it and its -wal and"
                " -shm files away to start afresh",
                path=path,
            )
        applied = [step.name for step in migrations.applied(db)]
        known = known_migrations()
        if unknown := set(applied) - set(known):
            raise DatabaseError(
                f"{path} was written by a newer telex (with {', '.join(sorted(unknown))}); get that"
                " one, or set TELEX_DATA_DIR to another folder",
                path=path,
            )
        [journal] = db.execute("PRAGMA journal_mode").fetchone()
        exchanges = db["exchanges"].count if "exchanges" in db.table_names() else 0
    wal = path.with_name(f"{path.name}-wal")
    return DatabaseFacts(
        bytes=path.stat().st_size,
        wal_bytes=wal.stat().st_size if wal.exists() else 0,
        schema=applied[-1] if applied else "none",
        pending=len(set(known) - set(applied)),
        journal=journal,
        exchanges=exchanges,
        locked=_is_locked(path),
    )


def _is_locked(path: Path) -> bool:
    """Whether the lock for writing cannot be had at once; gives it back unused."""
    uri = f"file:{quote(str(path))}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=0.5, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            return (error.sqlite_errorcode & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        connection.execute("ROLLBACK")
    return False
