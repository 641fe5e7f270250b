"""What became of an answer, by what the person did after it."""

from __future__ import annotations

from decimal import Decimal
from time import process_time

import pytest

from providers.classify import TaskKind
from providers.errors import AllProvidersFailed
from providers.learning.outcomes import AnswerOutcome
from storage.ledger import SqliteLedger
from storage.outcomes import OutcomeRow
from storage.reader import Reader
from storage.rows import ExchangeIds, ExchangeState
from tests.storage.conftest import FakeClock
from tests.storage.helpers import answered, completed, result, route, start

KEPT, REGENERATED, EDITED = AnswerOutcome.KEPT, AnswerOutcome.REGENERATED, AnswerOutcome.EDITED
OPEN = AnswerOutcome.OPEN


async def _again(
    ledger: SqliteLedger, before: ExchangeIds, *, beside: bool = False, whole: bool = True
) -> ExchangeIds:
    ids = await ledger.begin_again(before.user_message_id, "cost", beside=beside)
    await ledger.record_route(ids.exchange_id, route())
    attempt = await ledger.start_attempt(start(exchange_id=ids.exchange_id))
    await ledger.finish_attempt(attempt, result())
    if whole:
        await ledger.complete_exchange(ids.exchange_id, completed(attempt_id=attempt))
    return ids


def _outcomes(reader: Reader, clock: FakeClock) -> list[AnswerOutcome]:
    return [row.outcome for row in reader.outcomes(None, clock())]


async def test_an_answer_left_alone_is_kept_after_an_hour(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    await answered(ledger, "q")
    clock.advance(minutes=59)
    assert _outcomes(reader, clock) == [OPEN]
    clock.advance(minutes=1)
    assert _outcomes(reader, clock) == [KEPT]


async def test_who_goes_on_keeps_the_answer_at_once(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    first = await answered(ledger, "q")
    await answered(ledger, "and then?", conversation_id=first.conversation_id)
    assert _outcomes(reader, clock) == [KEPT, OPEN]


async def test_another_answer_to_the_same_question(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    first = await answered(ledger, "q")
    clock.advance(hours=2)
    assert _outcomes(reader, clock) == [KEPT]
    await _again(ledger, first)
    assert _outcomes(reader, clock) == [REGENERATED, OPEN]


async def test_who_goes_back_and_on_keeps_the_first_answer(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    first = await answered(ledger, "q")
    await _again(ledger, first)
    await ledger.go_to(first.conversation_id, first.answer_message_id)
    await answered(ledger, "and then?", conversation_id=first.conversation_id)
    clock.advance(hours=2)
    assert _outcomes(reader, clock) == [KEPT, REGENERATED, KEPT]


async def test_the_last_deed_counts(ledger: SqliteLedger, reader: Reader, clock: FakeClock) -> None:
    first = await answered(ledger, "q")
    await answered(ledger, "and then?", conversation_id=first.conversation_id)
    await _again(ledger, first)
    assert _outcomes(reader, clock)[0] is REGENERATED


@pytest.mark.parametrize("at_the_beginning", [True, False])
async def test_a_question_that_was_replaced(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock, at_the_beginning: bool
) -> None:
    other = await answered(ledger, "elsewhere")
    before = await answered(ledger, "first")
    chat = before.conversation_id
    edited = before
    if not at_the_beginning:
        edited = await answered(ledger, "second", conversation_id=chat)
    await answered(ledger, "better", conversation_id=chat, edit_of=edited.user_message_id)
    found = {row.exchange_id: row.outcome for row in reader.outcomes(None, clock())}
    assert found[edited.exchange_id] is EDITED
    assert found[other.exchange_id] is OPEN
    if not at_the_beginning:
        assert found[before.exchange_id] is KEPT


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (ExchangeState.STOPPED, AnswerOutcome.STOPPED),
        (ExchangeState.FAILED, AnswerOutcome.FAILED),
        # The program's end says nothing about the answer.
        (ExchangeState.INTERRUPTED, OPEN),
    ],
)
async def test_what_was_not_completed(
    ledger: SqliteLedger,
    reader: Reader,
    clock: FakeClock,
    state: ExchangeState,
    outcome: AnswerOutcome,
) -> None:
    ids = await ledger.begin_exchange(None, "q", "cost")
    await ledger.record_route(ids.exchange_id, route())
    assert _outcomes(reader, clock) == [OPEN]
    await ledger.interrupt_exchange(ids.exchange_id, state, "", error=AllProvidersFailed(()))
    await _again(ledger, ids)
    clock.advance(hours=2)
    assert _outcomes(reader, clock) == [outcome, KEPT]


async def test_a_comparison_without_a_verdict_stays_open(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    first = await answered(ledger, "q")
    await _again(ledger, first, beside=True)
    clock.advance(days=2)
    assert _outcomes(reader, clock) == [OPEN, OPEN]


@pytest.mark.parametrize("marked", [True, False])
async def test_a_comparison_with_one(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock, marked: bool
) -> None:
    first = await answered(ledger, "q")
    second = await _again(ledger, first, beside=marked)
    third = await _again(ledger, first, beside=marked)
    await ledger.prefer(first.exchange_id, [second.exchange_id, third.exchange_id])
    assert _outcomes(reader, clock) == [KEPT, REGENERATED, REGENERATED]
    await _again(ledger, first)
    assert _outcomes(reader, clock) == [REGENERATED, REGENERATED, REGENERATED, OPEN]


async def test_alone_in_a_comparison_is_an_answer_like_any(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    first = await answered(ledger, "q")
    await _again(ledger, first, beside=True, whole=False)
    clock.advance(hours=1)
    assert _outcomes(reader, clock) == [KEPT, OPEN]


async def test_what_is_told_of_an_answer(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    began = clock()
    ids = await ledger.begin_exchange(None, "q", "cost")
    await ledger.record_route(ids.exchange_id, route())
    clock.advance(seconds=4)
    attempt = await ledger.start_attempt(start(exchange_id=ids.exchange_id))
    await ledger.finish_attempt(attempt, result(cost=None))
    await ledger.complete_exchange(ids.exchange_id, completed(cost=None))
    await ledger.rate_exchange(ids.exchange_id, 0.5)
    other = await answered(ledger, "elsewhere")
    clock.advance(hours=1)
    [told, _] = reader.outcomes(None, clock())
    assert told == OutcomeRow(
        exchange_id=ids.exchange_id,
        conversation_id=ids.conversation_id,
        provider="openai",
        model="gpt",
        task=None,
        outcome=KEPT,
        rating=0.5,
        quality=None,
        cost=None,
        latency=1.5,
        started_at=began,
        experiment=None,
        arm=None,
        cached=False,
        time_to_first_token=0.25,
        response_time=4.0,
    )
    [later] = reader.outcomes(began.replace(second=4), clock())
    assert (later.exchange_id, later.cost) == (other.exchange_id, Decimal("0.01"))
    [there] = reader.outcomes(None, clock(), conversation_id=other.conversation_id)
    assert there == later


async def test_ten_thousand_answers_are_read_in_a_moment(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    chat = await ledger.create_conversation("long")
    now = "2026-11-22T12:00:00.000Z"
    numbers = range(1, 20_001)
    messages = [(n, chat, n - 1 or None, "user" if n % 2 else "assistant", now) for n in numbers]
    rows = [(n, chat, n - 1, n, TaskKind.CODE, now, now) for n in numbers if n % 2 == 0]
    ledger._writer.submit(
        lambda db: db.conn.executemany(
            "INSERT INTO messages (id, conversation_id, parent_id, role, created_at)"
            " VALUES (?, ?, ?, ?, ?)",
            messages,
        )
    ).result()
    ledger._writer.submit(
        lambda db: db.conn.executemany(
            "INSERT INTO exchanges (id, conversation_id, user_message_id, answer_message_id, task,"
            " strategy, provider, model, state, holder, started_at, finished_at)"
            " VALUES (?, ?, ?, ?, ?, 'cost', 'p', 'm', 'complete', 'h/1/1', ?, ?)",
            rows,
        )
    ).result()
    before = process_time()
    found = _outcomes(reader, clock)
    assert process_time() - before < 1
    assert found == [*[KEPT] * 9_999, OPEN]
