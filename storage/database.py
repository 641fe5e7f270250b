"""Opening the database file, and one transaction at a time.

A file that is not ours, broken, or written by a newer telex is refused before a byte of it
changes. Everything that SQLite itself complains about leaves here as a ``DatabaseError``.
"""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from storage.errors import DatabaseError
from storage.schema import APPLICATION_ID, known_migrations, migrations

_PRIVATE = 0o600  # SQLite gives its -wal and -shm files the same permissions
_BUSY_SECONDS = 5.0  # how long to wait for another telex that is writing
_MAGIC = b"SQLite format 3\x00"
_HEADER_SIZE = 100
_APPLICATION_ID_AT = slice(68, 72)  # big-endian, see https://www.sqlite.org/fileformat2.html
_CHECKED_SIZE = 64 * 2**20  # checking every page of a larger file would be felt at start-up


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what ``sqlite3`` raises into a ``DatabaseError`` with advice."""
    try:
        yield
    except sqlite3.Error as error:
        raise DatabaseError(_describe(error, path), path=path) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise DatabaseError(f"{path} cannot be opened: {reason}", path=path) from error


def _describe(error: sqlite3.Error, path: Path) -> str:
    # Extended codes keep the primary one in their low byte. The module's own errors have none.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{path} is busy: another program kept it locked; close that one and try again"
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return _damaged(path, str(error))
    if code == sqlite3.SQLITE_FULL:
        return f"{path} cannot grow: the disk is full; free some space"
    if code == sqlite3.SQLITE_CANTOPEN:
        return f"{path} cannot be opened; check that its folder exists and may be written to"
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return f"{path} cannot be written ({error}); check the permissions of it and its folder"
    return f"{path}: {error}"


def _damaged(path: Path, detail: str) -> str:
    return (
        f"{path} is damaged ({detail}); restore a backup, or move it and its -wal and -shm files"
        " away to start afresh"
    )


@contextmanager
def immediate(db: Database) -> Iterator[None]:
    """Hold the write lock from the first statement to the commit.

    ``db.atomic()`` begins as a reader, and a reader that turns writer after another process has
    written fails at once instead of waiting. Inside, ``db.atomic()`` makes savepoints.
    """
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.rollback()
        raise
    db.conn.execute("COMMIT")


@contextmanager
def snapshot(db: Database) -> Iterator[None]:
    """Let several queries see the same instant, whatever is written meanwhile.

    Inside a transaction they do anyway.
    """
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN")
    try:
        yield
    finally:
        db.conn.execute("COMMIT")


def _connect(path: Path, *, mode: str, check_same_thread: bool = True) -> Database:
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,  # no transaction begins behind our back
        check_same_thread=check_same_thread,
    )
    return Database(connection, execute_plugins=False)


def open_for_writing(path: Path) -> Database:
    """Open the database, creating or migrating it. The connection belongs to this thread.

    Raises:
        DatabaseError: the file is not ours, damaged, newer or not writable. It is untouched.
    """
    with translated(path):
        _refuse_foreign(path)
        path.touch(mode=_PRIVATE)
        db = _connect(path, mode="rw")
        try:
            _refuse_damaged(db, path)
            _refuse_newer(db, path)
            _set_up(db, path)
        except BaseException:
            db.close()
            raise
        return db


def open_for_reading(path: Path) -> Database:
    """Open an existing database for queries alone.

    The caller keeps it to one thread; only closing it may happen in another.

    Raises:
        DatabaseError: there is no such file, or it cannot be read.
    """
    with translated(path):
        db = _connect(path, mode="rw", check_same_thread=False)
        db.execute("PRAGMA query_only = on")
        return db


def _refuse_foreign(path: Path) -> None:
    """Judge the file by its header alone, which cannot disturb it."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_SIZE)
    except FileNotFoundError:
        return
    if not header:
        return
    away = "move it away, or set TELEX_DATA_DIR to another folder. telex changed nothing"
    if len(header) < _HEADER_SIZE or not header.startswith(_MAGIC):
        raise DatabaseError(f"{path} is damaged or no SQLite database: {away}", path=path)
    if int.from_bytes(header[_APPLICATION_ID_AT], "big") != APPLICATION_ID:
        raise DatabaseError(f"{path} belongs to another program: {away}", path=path)


def _refuse_damaged(db: Database, path: Path) -> None:
    if path.stat().st_size > _CHECKED_SIZE:
        return
    [verdict] = db.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise DatabaseError(_damaged(path, verdict), path=path)


def _refuse_newer(db: Database, path: Path) -> None:
    unknown = {step.name for step in migrations.applied(db)} - set(known_migrations())
    if unknown:
        raise DatabaseError(
            f"{path} was written by a newer telex (with {', '.join(sorted(unknown))}): get that"
            " one, or set TELEX_DATA_DIR to another folder. telex changed nothing",
            path=path,
        )


def _set_up(db: Database, path: Path) -> None:
    if stat.S_IMODE(path.stat().st_mode) != _PRIVATE:
        path.chmod(_PRIVATE)
    # Before write-ahead logging, so that the mark is in the file itself and never only in the log.
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.enable_wal()
    # In WAL mode NORMAL survives the death of the process; only a power cut may lose the last
    # transactions, and never the file.
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA foreign_keys = ON")
    if migrations.pending(db):
        # One lock around all steps: of two processes that start together, one migrates.
        with immediate(db):
            migrations.apply(db)
