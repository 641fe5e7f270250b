"""What became of answers that were deleted, and of those that stood beside them."""

from __future__ import annotations

from storage.ledger import SqliteLedger
from storage.reader import Reader
from tests.storage.conftest import FakeClock
from tests.storage.helpers import answered
from tests.storage.test_outcomes import EDITED, KEPT, OPEN, REGENERATED, _again, _outcomes


async def test_deleting_an_answer_is_not_keeping_it(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    bad = await answered(ledger, "q")
    clock.advance(seconds=10)
    deletion = await ledger.trash_message(bad.answer_message_id)
    clock.advance(hours=2)
    assert _outcomes(reader, clock) == [OPEN]
    await ledger.restore(deletion)
    assert _outcomes(reader, clock) == [KEPT]


async def test_a_deleted_answer_does_nothing_to_the_one_it_stood_beside(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    first = await answered(ledger, "q")
    second = await _again(ledger, first)
    await answered(ledger, "and then?", conversation_id=first.conversation_id)
    assert _outcomes(reader, clock) == [REGENERATED, KEPT, OPEN]
    await ledger.trash_message(second.answer_message_id)
    assert _outcomes(reader, clock) == [OPEN, OPEN, OPEN]
    clock.advance(hours=2)
    assert _outcomes(reader, clock) == [KEPT, OPEN, OPEN]


async def test_an_answer_that_was_replaced_before_it_was_deleted_stays_replaced(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    first = await answered(ledger, "q")
    second = await _again(ledger, first)
    await ledger.trash_message(first.answer_message_id)
    assert _outcomes(reader, clock) == [REGENERATED, OPEN]
    # Later, the other one goes too.
    await ledger.trash_message(second.answer_message_id)
    assert _outcomes(reader, clock) == [REGENERATED, OPEN]


async def test_all_that_is_deleted_at_once_keeps_what_was_done(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    first = await answered(ledger, "q")
    await _again(ledger, first)
    await ledger.trash_message(first.user_message_id)
    clock.advance(hours=2)
    assert _outcomes(reader, clock) == [REGENERATED, OPEN]


async def test_a_deleted_question_does_nothing_to_the_one_it_replaced(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    first = await answered(ledger, "q")
    chat = first.conversation_id
    better = await answered(ledger, "q!", conversation_id=chat, edit_of=first.user_message_id)
    assert _outcomes(reader, clock) == [EDITED, OPEN]
    await ledger.trash_message(better.user_message_id)
    clock.advance(hours=2)
    assert _outcomes(reader, clock) == [KEPT, OPEN]


async def test_a_comparison_of_which_one_was_deleted_is_none(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    first = await answered(ledger, "q")
    second = await _again(ledger, first, beside=True)
    await ledger.trash_message(second.answer_message_id)
    clock.advance(hours=2)
    assert _outcomes(reader, clock) == [KEPT, OPEN]


async def test_a_conversation_in_the_trash_is_as_it_was_when_it_came_there(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    old = await answered(ledger, "old")
    clock.advance(hours=2)
    await answered(ledger, "new", conversation_id=(await answered(ledger, "x")).conversation_id)
    young = await answered(ledger, "young")
    for ids in (old, young):
        await ledger.trash_conversation(ids.conversation_id)
    clock.advance(hours=2)
    found = {row.exchange_id: row.outcome for row in reader.outcomes(None, clock())}
    assert (found[old.exchange_id], found[young.exchange_id]) == (KEPT, OPEN)
