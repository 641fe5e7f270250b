"""After a day in the trash every word is gone for good, and the books are kept."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from time import process_time

import pytest

from storage.database import open_for_reading
from storage.errors import NotFound
from storage.ledger import SqliteLedger
from storage.reader import Reader
from tests.storage.conftest import FakeClock
from tests.storage.helpers import answered, completed, result, start


async def _reopened(ledger: SqliteLedger, clock: FakeClock) -> None:
    """Open another ledger on the file, as the next telex does."""
    again = SqliteLedger(ledger.path, clock=clock)
    await again.aclose()


def _left(ledger: SqliteLedger, table: str) -> int:
    with closing(open_for_reading(ledger.path)) as db:
        [count] = db.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    return int(count)


def _holds_word(ledger: SqliteLedger, word: str) -> bool:
    with closing(sqlite3.connect(ledger.path)) as connection:
        return any(word in line for line in connection.iterdump())


async def test_after_a_day_every_word_is_gone_and_the_books_are_kept(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    kept = await answered(ledger, "kept question", "kept answer")
    chat = kept.conversation_id
    secret = await answered(ledger, "secret question", "secret answer", conversation_id=chat)
    await ledger.rate_exchange(secret.exchange_id, 1, "secret word")
    await ledger.prefer(secret.exchange_id, [kept.exchange_id])
    unknown = await ledger.begin_exchange(chat, "secret too", "cost")
    attempt = await ledger.start_attempt(start(exchange_id=unknown.exchange_id))
    await ledger.finish_attempt(attempt, result(cost=None))
    await ledger.complete_exchange(unknown.exchange_id, completed("secret", cost=None))
    before = reader.conversation(chat)
    assert before is not None
    deletion = await ledger.trash_message(secret.user_message_id)
    clock.advance(days=1)
    await _reopened(ledger, clock)
    assert _left(ledger, "messages") == 6, "a day to think it over"
    clock.advance(seconds=1)
    await _reopened(ledger, clock)
    assert (_left(ledger, "messages"), _left(ledger, "exchanges")) == (2, 1)
    assert (_left(ledger, "deletions"), _left(ledger, "trashed_messages")) == (0, 0)
    assert not _holds_word(ledger, "secret")
    assert [row.content for row in reader.load_messages(chat)] == ["kept question", "kept answer"]
    after = reader.conversation(chat)
    assert after is not None
    assert (after.cost, after.unknown_costs) == (before.cost, 1)
    assert [rated.count for rated in reader.ratings_by_model()] == [1]
    assert len(reader.preferences()) == 1
    assert _left(ledger, "attempts") == 3
    with pytest.raises(NotFound, match="deleted for good"):
        await ledger.restore(deletion)


async def test_a_title_goes_with_the_question_it_was_made_from(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    first = await answered(ledger, "secret")
    chat = first.conversation_id
    harmless = await answered(
        ledger, "harmless", conversation_id=chat, edit_of=first.user_message_id
    )
    named = await answered(ledger, "secret")
    await ledger.rename_conversation(named.conversation_id, "Mine")
    await ledger.trash_message(first.user_message_id)
    await ledger.trash_message(named.user_message_id)
    clock.advance(days=2)
    await _reopened(ledger, clock)
    assert {row.title for row in reader.list_conversations()} == {"harmless", "Mine"}
    assert not _holds_word(ledger, "secret")
    await ledger.trash_message(harmless.user_message_id)
    clock.advance(days=2)
    await _reopened(ledger, clock)
    assert {row.title for row in reader.list_conversations()} == {"", "Mine"}


async def test_after_a_day_a_conversation_is_gone(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    ids = await answered(ledger, "secret", "secret")
    other = await answered(ledger, "other", "other")
    await ledger.trash_conversation(ids.conversation_id)
    clock.advance(days=1, seconds=1)
    await _reopened(ledger, clock)
    assert not _holds_word(ledger, "secret")
    with pytest.raises(NotFound, match="deleted for good"):
        await ledger.restore_conversation(ids.conversation_id)
    assert [row.id for row in reader.list_conversations()] == [other.conversation_id]
    assert _left(ledger, "attempts") == 2


async def test_a_clock_put_back_does_not_keep_a_ledger_from_opening(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    ids = await answered(ledger, "q", "a")
    clock.advance(days=30)
    await ledger.trash_message(ids.answer_message_id)
    clock.advance(days=-30)
    await ledger.trash_message(ids.user_message_id)
    clock.advance(days=2)
    await _reopened(ledger, clock)
    assert (_left(ledger, "messages"), _left(ledger, "deletions")) == (0, 0)


def _chain(ledger: SqliteLedger, chat: int, length: int) -> None:
    """Fill a conversation with questions and answers, each below the last."""
    now = "2026-11-22T12:00:00.000Z"
    candidates = json.dumps(["x" * 800])
    messages, exchanges = [], []
    for number in range(1, length + 1):
        role = "user" if number % 2 else "assistant"
        messages.append((number, chat, number - 1 or None, role, f"words of {number}", now))
        if role == "assistant":
            exchanges.append((number, chat, number - 1, number, candidates, now))
    ledger._writer.submit(
        lambda db: db.conn.executemany(
            "INSERT INTO messages (id, conversation_id, parent_id, role, content, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            messages,
        )
    ).result()
    ledger._writer.submit(
        lambda db: db.conn.executemany(
            "INSERT INTO exchanges (id, conversation_id, user_message_id, answer_message_id,"
            " strategy, state, candidates, holder, started_at)"
            " VALUES (?, ?, ?, ?, 'cost', 'complete', ?, 'h/1/1', ?)",
            exchanges,
        )
    ).result()


async def test_a_chain_of_ten_thousand_is_deleted_in_less_than_a_second(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    chat = await ledger.create_conversation("long")
    _chain(ledger, chat, 10_000)
    before = process_time()
    deletion = await ledger.trash_message(1)
    assert process_time() - before < 1
    assert deletion.messages == 10_000
    assert reader.load_messages(chat) == ()
    assert reader.search("words") == ()
    await ledger.restore(deletion)
    assert len(reader.load_messages(chat)) == 10_000
    await ledger.trash_message(3)
    clock.advance(days=2)
    before = process_time()
    await _reopened(ledger, clock)
    assert process_time() - before < 2
    assert _left(ledger, "messages") == 2
