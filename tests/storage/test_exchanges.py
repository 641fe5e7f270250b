from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers.billing.ledger import AttemptOutcome, AttemptResult
from providers.errors import AllProvidersFailed, FailedAttempt, RateLimited, TelexError
from providers.messages import Role
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import ExchangeState
from tests.storage.conftest import FakeClock
from tests.storage.helpers import answered, completed, result, route, start


async def test_one_message_from_question_to_footer(ledger: SqliteLedger, reader: Reader) -> None:
    ids = await answered(ledger, "What is WAL?\nIn short.", "A write-ahead log.")
    question, answer = reader.load_messages(ids.conversation_id)
    assert (question.role, question.content) == (Role.USER, "What is WAL?\nIn short.")
    assert question.exchange is None
    assert (answer.role, answer.content) == (Role.ASSISTANT, "A write-ahead log.")
    assert answer.reasoning == "because"
    exchange = answer.exchange
    assert exchange is not None
    assert exchange.state is ExchangeState.COMPLETE
    assert (exchange.provider, exchange.model, exchange.strategy) == ("openai", "gpt", "cost")
    assert exchange.reason == "cheapest of 2"
    assert exchange.candidates == route().candidates
    assert (exchange.cost, exchange.predicted_cost) == (Decimal("0.01"), Decimal("0.01"))
    assert (exchange.latency, exchange.time_to_first_token) == (1.5, 0.25)
    assert exchange.finish_reason == "stop"
    assert exchange.usage is not None
    assert (exchange.usage.input_tokens, exchange.usage.cached_tokens) == (10, 4)
    [attempt] = exchange.attempts
    assert (attempt.outcome, attempt.response_model) == ("ok", "gpt-2026")
    assert exchange.failed_attempts == ()


async def test_the_question_is_committed_before_anything_goes_out(ledger: SqliteLedger) -> None:
    ids = await ledger.begin_exchange(None, "hello", "cost")
    with closing(sqlite3.connect(ledger.path)) as other:
        assert other.execute("SELECT content FROM messages ORDER BY id").fetchall() == [
            ("hello",),
            ("",),
        ]
        assert other.execute("SELECT id, state FROM exchanges").fetchall() == [
            (ids.exchange_id, "pending")
        ]


async def test_titles_come_from_the_first_line_that_says_something(
    ledger: SqliteLedger, reader: Reader
) -> None:
    await ledger.begin_exchange(None, "\n  \n\x1b]0;owned\x07 Hello\tthere\nmore", "cost")
    await ledger.begin_exchange(None, "word " * 40, "cost")
    empty = await ledger.create_conversation()
    await ledger.begin_exchange(empty, "named later", "cost")
    named = await ledger.create_conversation("My title")
    await ledger.begin_exchange(named, "not a title", "cost")
    titles = {row.id: row.title for row in reader.list_conversations()}
    assert "\x1b" not in titles[1]
    assert titles[1].endswith("Hello there")
    assert len(titles[2]) <= 60
    assert titles[2].endswith("…")
    assert (titles[empty], titles[named]) == ("named later", "My title")


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.characters() | st.characters(categories=["Cs", "Cc"]), max_size=60))
def test_a_prompt_comes_back_to_the_byte(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("prompt") / "telex.db"
    ledger, reader = SqliteLedger(path), Reader(path)
    ids = asyncio.run(ledger.begin_exchange(None, text, "cost"))
    assert reader.load_messages(ids.conversation_id)[0].content == text
    reader.close()
    ledger.close()


@pytest.mark.parametrize("text", ["nul \x00 inside", "lone \ud800 surrogate", "\udcff", "é\x1b[2J"])
async def test_awkward_prompts_are_kept_exactly(
    ledger: SqliteLedger, reader: Reader, text: str
) -> None:
    ids = await ledger.begin_exchange(None, text, "cost")
    await ledger.save_draft(ids.conversation_id, text)
    assert reader.load_messages(ids.conversation_id)[0].content == text


async def test_strangers_text_is_sanitised(ledger: SqliteLedger, reader: Reader) -> None:
    ids = await ledger.begin_exchange(None, "hi", "cost")
    attempt = await ledger.start_attempt(start(exchange_id=ids.exchange_id))
    hostile = "\x1b]0;owned\x07 text\x00"
    failed = AttemptResult(
        outcome=AttemptOutcome.FAILED,
        error=RateLimited(hostile, status=429, retry_after=7),
        partial_text=hostile,
        partial_reasoning=hostile,
        response_model=hostile,
    )
    await ledger.finish_attempt(attempt, failed)
    await ledger.interrupt_exchange(
        ids.exchange_id, ExchangeState.FAILED, hostile, hostile, RateLimited(hostile)
    )
    answer = reader.load_messages(ids.conversation_id)[1]
    assert "\x1b" not in repr(answer)
    assert "\\x1b" not in repr(answer)
    assert answer.exchange is not None
    [seen] = answer.exchange.failed_attempts
    assert (seen.error_type, seen.http_status) == ("rate_limit", 429)
    assert seen.partial_text == "\u241b]0;owned text"


async def test_progress_is_kept_until_the_exchange_is_final(
    ledger: SqliteLedger, reader: Reader
) -> None:
    ids = await ledger.begin_exchange(None, "hi", "cost")
    await ledger.save_progress(ids.exchange_id, "Once upon", "thinking")
    answer = reader.load_messages(ids.conversation_id)[1]
    assert answer.exchange is not None
    assert (answer.content, answer.reasoning) == ("Once upon", "thinking")
    assert answer.exchange.state is ExchangeState.STREAMING
    await ledger.interrupt_exchange(ids.exchange_id, ExchangeState.STOPPED, "Once upon a")
    await ledger.save_progress(ids.exchange_id, "too late")
    answer = reader.load_messages(ids.conversation_id)[1]
    assert answer.exchange is not None
    assert (answer.content, answer.exchange.state) == ("Once upon a", ExchangeState.STOPPED)


async def test_a_failed_exchange_says_why_and_what_it_cost(
    ledger: SqliteLedger, reader: Reader
) -> None:
    ids = await ledger.begin_exchange(None, "hi", "cost")
    for position, cost in enumerate(("0.001", "0.002"), start=1):
        attempt = await ledger.start_attempt(start(exchange_id=ids.exchange_id, position=position))
        await ledger.finish_attempt(attempt, result(AttemptOutcome.FAILED, cost=cost))
    error = AllProvidersFailed([FailedAttempt("openai", "gpt", RateLimited("slow down"))])
    await ledger.interrupt_exchange(ids.exchange_id, ExchangeState.FAILED, "", "", error)
    exchange = reader.load_messages(ids.conversation_id)[1].exchange
    assert exchange is not None
    assert exchange.error_type == "all_failed"
    assert exchange.error_message is not None
    assert "slow down" in exchange.error_message
    assert exchange.cost == Decimal("0.003")
    assert len(exchange.failed_attempts) == 2


async def test_one_unknown_cost_makes_the_sum_unknown(ledger: SqliteLedger, reader: Reader) -> None:
    ids = await ledger.begin_exchange(None, "hi", "cost")
    for cost in ("0.001", None):
        attempt = await ledger.start_attempt(start(exchange_id=ids.exchange_id))
        await ledger.finish_attempt(attempt, result(AttemptOutcome.CANCELLED, cost=cost))
    await ledger.interrupt_exchange(ids.exchange_id, ExchangeState.STOPPED, "")
    [row] = reader.list_conversations()
    assert (row.cost, row.unknown_costs) == (Decimal(0), 1)
    exchange = reader.load_messages(ids.conversation_id)[1].exchange
    assert exchange is not None
    assert exchange.cost is None


async def test_an_attempt_settled_after_the_stop_still_counts(
    ledger: SqliteLedger, reader: Reader
) -> None:
    ids = await ledger.begin_exchange(None, "hi", "cost")
    attempt = await ledger.start_attempt(start(exchange_id=ids.exchange_id))
    await ledger.interrupt_exchange(ids.exchange_id, ExchangeState.STOPPED, "par")
    await ledger.finish_attempt(attempt, result(AttemptOutcome.CANCELLED, cost="0.004"))
    exchange = reader.load_messages(ids.conversation_id)[1].exchange
    assert exchange is not None
    assert exchange.cost == Decimal("0.004")


async def test_editing_and_regenerating_branch_and_lose_nothing(
    ledger: SqliteLedger, reader: Reader
) -> None:
    first = await answered(ledger, "q1", "a1")
    chat = first.conversation_id
    second = await answered(ledger, "q2", "a2", conversation_id=chat)
    again = await ledger.begin_again(second.user_message_id, "quality")
    await ledger.complete_exchange(again.exchange_id, completed("a2 again"))
    path = reader.load_messages(chat)
    assert [row.content for row in path] == ["q1", "a1", "q2", "a2 again"]
    assert path[-1].versions == (second.answer_message_id, again.answer_message_id)
    edited = await answered(
        ledger, "q1 edited", "b1", conversation_id=chat, edit_of=first.user_message_id
    )
    path = reader.load_messages(chat)
    assert [row.content for row in path] == ["q1 edited", "b1"]
    assert path[0].versions == (first.user_message_id, edited.user_message_id)
    old = reader.load_messages(chat, through=first.user_message_id)
    assert [row.content for row in old] == ["q1", "a1", "q2", "a2 again"]
    older = reader.load_messages(chat, through=second.answer_message_id)
    assert [row.content for row in older] == ["q1", "a1", "q2", "a2"]
    assert reader.load_messages(chat, through=999) == ()
    assert reader.load_messages(999) == ()
    [row] = reader.list_conversations()
    assert row.message_count == 7


async def test_the_list_is_newest_first_and_pages(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    ids = []
    for number in range(3):
        clock.advance(minutes=1)
        ids.append((await answered(ledger, f"q{number}")).conversation_id)
    clock.advance(minutes=1)
    await ledger.rename_conversation(ids[0], "renamed\nnot this")
    await ledger.save_draft(ids[1], "half a thought")
    rows = reader.list_conversations()
    assert [row.id for row in rows] == [ids[0], ids[2], ids[1]]
    assert rows[0].title == "renamed"
    assert rows[0].updated_at == clock()
    assert rows[2].draft == "half a thought"
    assert rows[0].cost == Decimal("0.01")
    assert [row.id for row in reader.list_conversations(1, 1)] == [ids[2]]
    assert reader.conversation(ids[1]) == rows[2]
    assert reader.conversation(999) is None


async def test_cancelling_whoever_waits_does_not_cancel_the_write(
    ledger: SqliteLedger, reader: Reader
) -> None:
    task = asyncio.create_task(ledger.begin_exchange(None, "do not lose me", "cost"))
    await asyncio.sleep(0)  # let it hand its write over
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await ledger.create_conversation("a write behind it")
    assert [row.content for row in reader.load_messages(1)] == ["do not lose me", ""]


async def test_mistakes_of_the_caller_are_loud(ledger: SqliteLedger) -> None:
    with pytest.raises(LookupError, match="no exchange 9"):
        await ledger.complete_exchange(9, completed())
    with pytest.raises(LookupError, match="no message 9"):
        await ledger.begin_again(9, "cost")
    with pytest.raises(TelexError, match="no conversation 9"):
        await ledger.begin_exchange(9, "hi", "cost")
    ids = await ledger.begin_exchange(None, "hi", "cost")
    with pytest.raises(ValueError, match="complete"):
        await ledger.interrupt_exchange(ids.exchange_id, ExchangeState.COMPLETE, "")


async def test_ten_thousand_messages_are_one_path(ledger: SqliteLedger, reader: Reader) -> None:
    chat = await ledger.create_conversation("long")
    ledger._writer.submit(
        lambda db: db.conn.executemany(
            "INSERT INTO messages (id, conversation_id, parent_id, role, content, created_at)"
            " VALUES (?, ?, ?, 'user', 'x', '2026-11-22T12:00:00.000Z')",
            [(number, chat, number - 1 or None) for number in range(1, 10_001)],
        )
    ).result()
    assert len(reader.load_messages(chat)) == 10_000
    await ledger.delete_conversation(chat)
    assert reader.list_conversations() == ()
