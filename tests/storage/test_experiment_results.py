"""Who takes part as what, over restarts and changed weights, and results without conversations."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from providers.experiments.experiment import Arm, Experiment
from providers.experiments.observation import Answer
from providers.learning.outcomes import AnswerOutcome
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import ExchangeIds
from tests.storage.conftest import FakeClock
from tests.storage.helpers import completed, result, route, start

TONE = Experiment(name="tone", arms=(Arm(name="a", provider="openai"), Arm(name="b", provider="x")))


def _weighing(a: float, b: float) -> Experiment:
    first, second = TONE.arms
    return replace(TONE, arms=(replace(first, weight=a), replace(second, weight=b)))


async def _answered(
    ledger: SqliteLedger, clock: FakeClock, *, chat: int | None = None, arm: str = "a"
) -> ExchangeIds:
    ids = await ledger.begin_exchange(chat, "secret question", "experiment")
    chosen = replace(route(), experiment="tone", arm=arm)
    await ledger.record_route(ids.exchange_id, chosen)
    attempt = await ledger.start_attempt(start(exchange_id=ids.exchange_id))
    await ledger.finish_attempt(attempt, result())
    clock.advance(seconds=2)
    await ledger.complete_exchange(ids.exchange_id, completed(attempt_id=attempt))
    return ids


async def test_a_conversation_keeps_its_arm_whatever_the_weights_become(
    ledger: SqliteLedger, reader: Reader
) -> None:
    chats = [await ledger.create_conversation(str(n)) for n in range(40)]
    before = [(await ledger.assign_arm(TONE, chat)).name for chat in chats]
    assert {"a", "b"} == set(before)
    heavy = _weighing(1, 1_000)
    again = SqliteLedger(ledger.path)
    try:
        assert [(await again.assign_arm(heavy, chat)).name for chat in chats] == before
        late = [await ledger.create_conversation(str(n)) for n in range(20)]
        assert {(await again.assign_arm(heavy, chat)).name for chat in late} == {"b"}
    finally:
        await again.aclose()
    there = [reader.arm_of(heavy, chat) for chat in chats]
    assert [arm.name for arm in there if arm is not None] == before


async def test_an_arm_that_is_gone_is_assigned_anew(ledger: SqliteLedger, reader: Reader) -> None:
    chats = [await ledger.create_conversation(str(n)) for n in range(20)]
    for chat in chats:
        await ledger.assign_arm(TONE, chat)
    third = Arm(name="c", provider="y")
    other = replace(TONE, arms=(TONE.arms[0], third))
    for chat in chats:
        had, has = reader.arm_of(TONE, chat), await ledger.assign_arm(other, chat)
        assert had is not None
        assert has.name == "a" if had.name == "a" else has.name in {"a", "c"}
        assert reader.arm_of(other, chat) == has
    assert reader.arm_of(replace(TONE, name="another"), chats[0]) is None


async def test_what_is_told_of_its_answers(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    ids = await _answered(ledger, clock)
    await ledger.rate_exchange(ids.exchange_id, 1)
    [told] = reader.experiment_answers("tone", clock())
    assert told == Answer(
        unit=str(ids.conversation_id),
        arm="a",
        provider="openai",
        outcome=AnswerOutcome.OPEN,
        response_time=2.0,
        time_to_first_token=0.25,
        cost=Decimal("0.01"),
        quality=None,
        rating=1.0,
        cached=False,
    )
    assert reader.experiment_answers("other", clock()) == ()
    assert list(reader.experiments()) == ["tone"]


@pytest.mark.parametrize("assigned", [True, False])
async def test_results_outlive_their_conversations(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock, assigned: bool
) -> None:
    kept = await _answered(ledger, clock, arm="b")
    first = await _answered(ledger, clock)
    chat = first.conversation_id
    if assigned:
        await ledger.assign_arm(_weighing(1_000, 1), chat)
    await _answered(ledger, clock, chat=chat)
    await ledger.rate_exchange(first.exchange_id, 0)
    clock.advance(hours=2)
    before = reader.experiment_answers("tone", clock())
    await ledger.trash_conversation(chat)
    clock.advance(days=2)
    again = SqliteLedger(ledger.path, clock=clock)
    await again.aclose()
    assert reader.conversation(chat) is None
    after = reader.experiment_answers("tone", clock())
    [other, *gone] = after
    assert other == before[0]
    assert other.unit == str(kept.conversation_id)
    assert [replace(each, unit="") for each in gone] == [
        replace(each, unit="") for each in before[1:]
    ]
    # Still one conversation, and one that no living conversation can be taken for.
    [unit] = {each.unit for each in gone}
    assert not unit.isdecimal()
    assert list(reader.experiments()) == ["tone"]


async def test_what_is_left_of_a_conversation_counts_with_what_was_deleted(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    first = await _answered(ledger, clock)
    second = await _answered(ledger, clock, chat=first.conversation_id)
    await ledger.trash_message(second.user_message_id)
    clock.advance(days=2)
    again = SqliteLedger(ledger.path, clock=clock)
    await again.aclose()
    found = reader.experiment_answers("tone", clock())
    assert [each.unit for each in found] == [str(first.conversation_id)] * 2
    # Nobody went on from the second one, and nobody left it as it is for an hour.
    assert [each.outcome for each in found] == [AnswerOutcome.KEPT, AnswerOutcome.OPEN]


@pytest.mark.parametrize("by", ["message", "conversation", "at once"])
@pytest.mark.parametrize("age", [60, 7_200])
async def test_what_is_deleted_for_good_was_not_kept_by_that(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock, by: str, age: int
) -> None:
    ids = await _answered(ledger, clock)
    clock.advance(seconds=age)
    match by:
        case "message":
            await ledger.trash_message(ids.answer_message_id)
        case "conversation":
            await ledger.trash_conversation(ids.conversation_id)
        case _:
            await _answered(ledger, clock)  # what the ledger tells the time from
            await ledger.delete_conversation(ids.conversation_id)
    clock.advance(days=2)
    again = SqliteLedger(ledger.path, clock=clock)
    await again.aclose()
    gone = reader.experiment_answers("tone", clock())[0]
    left_alone = age > 3_600 and by != "message"
    assert gone.outcome is (AnswerOutcome.KEPT if left_alone else AnswerOutcome.OPEN)
