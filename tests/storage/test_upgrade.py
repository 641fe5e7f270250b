"""A database of an earlier telex keeps everything when this one opens it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from sqlite_utils import Database

from providers.errors import BudgetHeld
from storage.holder import this_process
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import ConversationWishes, TitledBy
from storage.schema import APPLICATION_ID, migrations
from tests.storage.helpers import start

_NOW = "2026-11-22T12:00:00.000Z"
_LONG = "a question that goes on and on until no list has any room for all of it"
_TITLES = (
    (1, "What is WAL?", "What is WAL?\nIn short."),
    (2, "My own name", "What is WAL?"),
    (3, f"{_LONG[:59].rstrip()}…", _LONG),
    (4, "Kept for later", None),
)


@pytest.fixture
def old(db_path: Path) -> Path:
    """A database as step 0006 left it, with a running call in its first conversation."""
    with closing(sqlite3.connect(db_path)) as connection:
        db = Database(connection, execute_plugins=False)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.apply(db, stop_before="0007_trees")
        for number, title, question in _TITLES:
            db.execute(
                "INSERT INTO conversations (id, title, created_at, updated_at) VALUES (?, ?, ?, ?)",
                [number, title, _NOW, _NOW],
            )
            if question is None:
                continue
            asked, answer = number * 10, number * 10 + 1
            db.execute(
                "INSERT INTO messages (id, conversation_id, parent_id, role, content, created_at)"
                " VALUES (?, ?, NULL, 'user', ?, ?), (?, ?, ?, 'assistant', 'old answer', ?)",
                [asked, number, question, _NOW, answer, number, asked, _NOW],
            )
            db.execute(
                "INSERT INTO exchanges (id, conversation_id, user_message_id, answer_message_id,"
                " strategy, provider, model, state, cost_nanos, holder, started_at)"
                " VALUES (?, ?, ?, ?, 'cost', 'groq', 'oss', 'complete', 40000000, ?, ?)",
                [number, number, asked, answer, this_process(), _NOW],
            )
            db.execute(
                "INSERT INTO attempts (id, exchange_id, position, provider, request_model,"
                " outcome, day, started_at, cost_nanos)"
                " VALUES (?, ?, 1, 'groq', 'oss', 'ok', '2026-11-22', ?, 40000000)",
                [number, number, _NOW],
            )
        db.execute(
            "INSERT INTO attempts (id, exchange_id, position, provider, request_model, outcome,"
            " day, started_at) VALUES (99, 1, 2, 'groq', 'oss', 'started', '2026-11-22', ?)",
            [_NOW],
        )
        db.execute(
            "INSERT INTO reservations (attempt_id, provider, day, amount_nanos, created_at,"
            " expires_at, holder) VALUES (99, 'groq', '2026-11-22', 30000000, ?, '9', ?)",
            [_NOW, this_process()],
        )
        connection.commit()
    return db_path


def test_nothing_is_lost_and_titles_are_told_apart(old: Path) -> None:
    with closing(SqliteLedger(old)) as ledger, closing(Reader(old)) as reader:
        rows = {row.id: row for row in reader.list_conversations()}
        assert {number: row.titled_by for number, row in rows.items()} == {
            1: TitledBy.QUESTION,
            2: TitledBy.PERSON,
            3: TitledBy.QUESTION,
            4: TitledBy.PERSON,
        }
        assert rows[1].wishes == ConversationWishes()
        assert (rows[1].pinned, rows[1].archived, rows[1].tags) == (False, False, ())
        assert (rows[1].cost, rows[1].message_count) == (Decimal("0.04"), 2)
        question, answer = reader.load_messages(1)
        assert (question.content, answer.content) == ("What is WAL?\nIn short.", "old answer")
        assert len(reader.search("answer")) == 3
        asyncio.run(ledger.trash_message(question.id))
        assert reader.load_messages(1) == ()


def test_a_budget_knows_what_was_spent_and_reserved_before(old: Path) -> None:
    with closing(SqliteLedger(old)) as ledger:
        wishes = ConversationWishes(budget=Decimal("0.10"))
        asyncio.run(ledger.set_wishes(1, wishes))
        with pytest.raises(BudgetHeld, match=r"\$0.04 spent and \$0.03 reserved"):
            asyncio.run(ledger.start_attempt(start(exchange_id=1, worst="0.04")))
        asyncio.run(ledger.start_attempt(start(exchange_id=1, worst="0.03")))
