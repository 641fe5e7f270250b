"""A conversation's budget: what it counts, what it refuses, and in which words."""

from __future__ import annotations

import asyncio
from contextlib import closing
from decimal import Decimal

import pytest

from providers.billing.ledger import AttemptOutcome, SpendLimit
from providers.errors import BudgetExceeded, BudgetHeld
from storage.ledger import SqliteLedger
from storage.rows import ConversationWishes, ExchangeIds, ExchangeState
from tests.storage.conftest import FakeClock
from tests.storage.helpers import DAY, result, start


async def _ask(ledger: SqliteLedger, budget: str | None = "0.10") -> ExchangeIds:
    wishes = ConversationWishes(budget=None if budget is None else Decimal(budget))
    return await ledger.begin_exchange(None, "q", "cost", wishes=wishes)


async def _spend(ledger: SqliteLedger, exchange_id: int, cost: str | None) -> None:
    attempt = await ledger.start_attempt(start(exchange_id=exchange_id, worst=cost))
    await ledger.finish_attempt(attempt, result(AttemptOutcome.OK, cost=cost))


async def test_what_was_spent_and_the_worst_case_must_fit(ledger: SqliteLedger) -> None:
    ids = await _ask(ledger)
    await _spend(ledger, ids.exchange_id, "0.04")
    later = await ledger.begin_exchange(ids.conversation_id, "more", "cost")
    with pytest.raises(BudgetExceeded) as refused:
        await ledger.start_attempt(start(exchange_id=later.exchange_id, worst="0.0601"))
    assert type(refused.value) is BudgetExceeded
    assert (refused.value.provider, refused.value.model) == ("openai", "gpt")
    assert str(refused.value) == (
        "openai: this conversation's budget of $0.10 does not allow this call:"
        " $0.04 spent, this call may cost up to $0.0601"
    )
    await _spend(ledger, later.exchange_id, "0.06")
    free = await ledger.start_attempt(start(exchange_id=later.exchange_id, worst="0"))
    await ledger.finish_attempt(free, result(cost="0"))
    with pytest.raises(BudgetExceeded, match=r"may cost up to \$0.000000001"):
        await ledger.start_attempt(start(exchange_id=later.exchange_id, worst="0.000000001"))


async def test_what_is_reserved_is_waited_for(ledger: SqliteLedger) -> None:
    ids = await _ask(ledger)
    first = await ledger.start_attempt(start(exchange_id=ids.exchange_id, worst="0.06"))
    with pytest.raises(BudgetHeld, match=r"\$0 spent and \$0.06 reserved for calls under way"):
        await ledger.start_attempt(start(exchange_id=ids.exchange_id, worst="0.05"))
    await ledger.finish_attempt(first, result(cost="0.05"))
    await ledger.start_attempt(start(exchange_id=ids.exchange_id, worst="0.05"))


async def test_what_is_for_good_comes_before_what_can_be_waited_for(ledger: SqliteLedger) -> None:
    ids = await _ask(ledger)
    await ledger.start_attempt(start(exchange_id=ids.exchange_id, worst="0.06"))
    day = SpendLimit("daily limit", Decimal("0.01"), DAY)
    with pytest.raises(BudgetExceeded, match="daily limit") as refused:
        await ledger.start_attempt(start(exchange_id=ids.exchange_id, worst="0.05", limits=(day,)))
    assert not isinstance(refused.value, BudgetHeld)
    month = SpendLimit("monthly limit", Decimal("0.11"), DAY)
    with pytest.raises(BudgetExceeded, match="this conversation's budget") as refused:
        await ledger.start_attempt(
            start(exchange_id=ids.exchange_id, worst="0.101", limits=(month,))
        )
    assert not isinstance(refused.value, BudgetHeld)


async def test_an_unknown_price_passes_until_the_budget_is_used_up(ledger: SqliteLedger) -> None:
    ids = await _ask(ledger, "0.05")
    await _spend(ledger, ids.exchange_id, None)
    await _spend(ledger, ids.exchange_id, "0.05")
    with pytest.raises(BudgetExceeded, match=r"\$0.05 spent, this call may cost up to \?"):
        await ledger.start_attempt(start(exchange_id=ids.exchange_id, worst=None))
    nothing = await _ask(ledger, "0")
    with pytest.raises(BudgetExceeded, match=r"budget of \$0 does"):
        await ledger.start_attempt(start(exchange_id=nothing.exchange_id, worst=None))


async def test_others_have_their_own(ledger: SqliteLedger) -> None:
    ids, other, none = await _ask(ledger), await _ask(ledger), await _ask(ledger, None)
    await _spend(ledger, ids.exchange_id, "0.10")
    await _spend(ledger, other.exchange_id, "0.10")
    await _spend(ledger, none.exchange_id, "5")
    attempt = await ledger.start_attempt(start(worst="5"))
    await ledger.finish_attempt(attempt, result(cost="5"))


async def test_a_budget_given_later_counts_what_was_spent_before(ledger: SqliteLedger) -> None:
    ids = await _ask(ledger, None)
    await _spend(ledger, ids.exchange_id, "0.09")
    await ledger.set_wishes(ids.conversation_id, ConversationWishes(budget=Decimal("0.10")))
    with pytest.raises(BudgetExceeded):
        await ledger.start_attempt(start(exchange_id=ids.exchange_id, worst="0.02"))
    await ledger.set_wishes(ids.conversation_id, ConversationWishes(budget=Decimal("0.11")))
    await _spend(ledger, ids.exchange_id, "0.02")


async def test_deleting_messages_does_not_give_the_money_back(
    ledger: SqliteLedger, clock: FakeClock
) -> None:
    ids = await _ask(ledger)
    await _spend(ledger, ids.exchange_id, "0.09")
    await ledger.interrupt_exchange(ids.exchange_id, ExchangeState.STOPPED, "")
    await ledger.trash_message(ids.user_message_id)
    clock.advance(days=2)
    with closing(SqliteLedger(ledger.path, clock=clock)) as again:
        later = await again.begin_exchange(ids.conversation_id, "more", "cost")
        with pytest.raises(BudgetExceeded, match=r"\$0.09 spent"):
            await again.start_attempt(start(exchange_id=later.exchange_id, worst="0.02"))


async def test_the_dead_hold_no_budget(ledger: SqliteLedger) -> None:
    ids = await _ask(ledger)
    mine = ledger._holder
    ledger._holder = f"{mine.split('/', maxsplit=1)[0]}/999999999/1"
    await ledger.start_attempt(start(exchange_id=ids.exchange_id, worst="0.10", predicted="0.04"))
    ledger._holder = mine
    await ledger.start_attempt(start(exchange_id=ids.exchange_id, worst="0.06"))


async def test_a_conversation_deleted_in_the_middle_of_a_call_harms_nobody(
    ledger: SqliteLedger,
) -> None:
    ids = await _ask(ledger)
    attempt = await ledger.start_attempt(start(exchange_id=ids.exchange_id, worst="0.05"))
    await ledger.delete_conversation(ids.conversation_id)
    await ledger.finish_attempt(attempt, result(cost="0.05"))
    [found] = await ledger.standing([SpendLimit("day", Decimal(1), DAY)])
    assert (found.spent, found.reserved) == (Decimal("0.05"), Decimal(0))


async def test_of_many_calls_at_once_those_start_that_fit(ledger: SqliteLedger) -> None:
    ids = await _ask(ledger)
    calls = [
        ledger.start_attempt(start(exchange_id=ids.exchange_id, worst="0.02")) for _ in range(20)
    ]
    told = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(each, int) for each in told) == 5
    assert sum(isinstance(each, BudgetHeld) for each in told) == 15
