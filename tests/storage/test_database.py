from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from sqlite_utils import Database

from providers.billing.ledger import Standing
from providers.billing.money import from_nanos
from storage.database import open_for_reading, open_for_writing
from storage.errors import DatabaseError
from storage.holder import this_process
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.schema import APPLICATION_ID, known_migrations, migrations
from tests.storage.conftest import python
from tests.storage.helpers import answered, daily_limit, result, standing


def test_a_new_file_is_private_strict_and_ours(db_path: Path) -> None:
    db = open_for_writing(db_path)
    try:
        assert stat.S_IMODE(db_path.stat().st_mode) == 0o600
        assert stat.S_IMODE(Path(f"{db_path}-wal").stat().st_mode) == 0o600
        assert db.journal_mode == "wal"
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
        for table in (
            "conversations",
            "messages",
            "exchanges",
            "attempts",
            "reservations",
            "standings",
            "ratings",
            "tags",
            "deletions",
            "trashed_messages",
            "attachments",
            "preferences",
            "conversation_standings",
        ):
            assert db.table(table).strict
    finally:
        db.close()


def test_opening_again_migrates_nothing(db_path: Path) -> None:
    for _ in range(3):
        db = open_for_writing(db_path)
        applied = [step.name for step in migrations.applied(db)]
        schema = db.schema
        migrations.apply(db)
        assert db.schema == schema
        db.close()
        assert applied == known_migrations()


def test_an_older_database_brings_its_sums_along(db_path: Path) -> None:
    db = Database(sqlite3.connect(db_path), execute_plugins=False)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrations.apply(db, stop_before="0005_standings")
    attempts = (
        ("openai", "ok", 5),
        ("openai", "ok", 7),
        ("openai", "failed", None),
        ("groq", "ok", 1),
    )
    for provider, outcome, cost in attempts:
        db.execute(
            "INSERT INTO attempts (position, provider, request_model, outcome, day, started_at,"
            " cost_nanos) VALUES (1, ?, 'm', ?, '2026-11-22', '2026-11-22T12:00:00.000Z', ?)",
            [provider, outcome, cost],
        )
    db.execute(
        "INSERT INTO reservations (attempt_id, provider, day, amount_nanos, created_at, expires_at,"
        " holder) VALUES (3, 'openai', '2026-11-22', 11, '', '9', ?)",
        [this_process()],
    )
    db.close()
    with closing(SqliteLedger(db_path)) as ledger:
        openai, everyone = asyncio.run(
            ledger.standing([daily_limit("1"), daily_limit("1", provider=None)])
        )
        assert openai == Standing(from_nanos(12), from_nanos(11))
        assert everyone == Standing(from_nanos(13), from_nanos(11))
        asyncio.run(ledger.finish_attempt(3, result(cost="0.000000002")))
        assert asyncio.run(standing(ledger)) == Standing(from_nanos(12), Decimal(0))


def test_a_file_with_loose_permissions_is_tightened(db_path: Path) -> None:
    open_for_writing(db_path).close()
    db_path.chmod(0o644)
    open_for_writing(db_path).close()
    assert stat.S_IMODE(db_path.stat().st_mode) == 0o600


def _garbage(path: Path) -> None:
    path.write_bytes(b"not a database, but long enough to have a header " * 10)


def _short(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\x00")


def _foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE conversations (id INTEGER)")


def _truncated(path: Path) -> None:
    open_for_writing(path).close()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _scribbled(path: Path) -> None:
    db = open_for_writing(path)
    page_size = db.execute("PRAGMA page_size").fetchone()[0]
    [page] = db.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'attempts_exchange'"
    ).fetchone()
    db.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * page_size : page * page_size] = b"\xff" * page_size
    path.write_bytes(content)


def _newer(path: Path) -> None:
    db = open_for_writing(path)
    db["_sqlite_migrations"].insert(  # type: ignore[union-attr]
        {"migration_set": "telex", "name": "0999_from_the_future", "applied_at": "2030"}
    )
    db.close()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_garbage, "damaged or no SQLite database"),
        (_short, "damaged or no SQLite database"),
        (_foreign, "belongs to another program"),
        (_truncated, "is damaged"),
        (_scribbled, "is damaged"),
        (_newer, "newer telex .*0999_from_the_future"),
    ],
)
def test_a_file_we_cannot_use_is_left_untouched(
    tmp_path: Path, make: Callable[[Path], None], says: str
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    path = folder / "telex.db"
    make(path)
    path.chmod(0o640)
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match=says) as caught:
        SqliteLedger(path)
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [entry.name for entry in folder.iterdir()] == ["telex.db"]
    assert str(path) in str(caught.value)


def test_a_folder_that_is_not_there_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="cannot be opened"):
        SqliteLedger(tmp_path / "missing" / "telex.db")
    with pytest.raises(DatabaseError, match="cannot be opened"):
        open_for_reading(tmp_path / "telex.db")


def test_a_name_full_of_uri_characters_is_just_a_name(tmp_path: Path) -> None:
    path = tmp_path / "a?mode=memory#b%20c.db"
    open_for_writing(path).close()
    assert path.exists()


def test_readers_cannot_write(db_path: Path) -> None:
    open_for_writing(db_path).close()
    db = open_for_reading(db_path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("DELETE FROM messages")
    db.close()


async def test_closed_means_closed(db_path: Path) -> None:
    ledger = SqliteLedger(db_path)
    reader = Reader(db_path)
    assert reader.list_conversations() == ()
    await ledger.aclose()
    await ledger.aclose()
    reader.close()
    reader.close()
    with pytest.raises(DatabaseError, match="closed"):
        await ledger.create_conversation()
    with pytest.raises(DatabaseError, match="closed"):
        reader.list_conversations()
    assert [entry.name for entry in db_path.parent.iterdir()] == ["telex.db"]


async def test_a_lock_nobody_gives_back_is_a_typed_error(
    ledger: SqliteLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger._writer._thread.submit(ledger._writer._db.execute, "PRAGMA busy_timeout = 1").result()
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError, match="busy"):
            await ledger.create_conversation("x")
        other.execute("ROLLBACK")
    assert await ledger.create_conversation("x") == 1


async def test_deleting_a_conversation_keeps_the_books(
    ledger: SqliteLedger, reader: Reader, clock: Callable[[], object]
) -> None:
    ids = await answered(ledger, "secret question", "secret answer")
    other = await answered(ledger, "other")
    await ledger.delete_conversation(ids.conversation_id)
    assert [row.id for row in reader.list_conversations()] == [other.conversation_id]
    assert reader.search("secret") == ()
    db = open_for_reading(ledger.path)
    assert db.execute("SELECT count(*), count(exchange_id) FROM attempts").fetchone() == (2, 1)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()


async def test_every_thread_reads_what_was_committed(ledger: SqliteLedger, reader: Reader) -> None:
    for number in range(1, 6):
        await answered(ledger, "q")
        reads = (asyncio.to_thread(reader.list_conversations) for _ in range(4))
        assert [len(rows) for rows in await asyncio.gather(*reads)] == [number] * 4


def test_processes_that_start_together_make_one_database(db_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from storage.ledger import SqliteLedger\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "SqliteLedger(Path(sys.argv[1])).close()"
    )
    processes = [python(code, str(db_path)) for _ in range(4)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
    db: Database = open_for_reading(db_path)
    assert [step.name for step in migrations.applied(db)] == known_migrations()
    db.close()
