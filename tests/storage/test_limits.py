"""What a limit counts, what it refuses, and in which words."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from providers.billing.ledger import (
    AttemptOutcome,
    AttemptResult,
    Ledger,
    SpendLimit,
    Standing,
    check_limits,
)
from providers.billing.memory_ledger import InMemoryLedger
from providers.errors import BudgetExceeded, BudgetHeld, RateLimited, TimedOut
from storage.ledger import SqliteLedger
from tests.storage.helpers import DAY, daily_limit, result, spent, standing, start

MONTH = DAY.replace(day=1)


def _standing(spent: str = "0", reserved: str = "0") -> Standing:
    return Standing(Decimal(spent), Decimal(reserved))


@pytest.mark.parametrize(
    ("worst", "standings", "refusal"),
    [
        ("0.04", [_standing("0.03", "0.03"), _standing()], None),
        ("0.04", [_standing("0.03", "0.030000001"), _standing()], BudgetHeld),
        ("0.04", [_standing("0.060000001"), _standing()], BudgetExceeded),
        ("0.04", [_standing(), _standing("0.10", "0.90")], BudgetHeld),
        # Waiting for the first limit would not help with the second.
        ("0.04", [_standing("0", "0.10"), _standing("0.97")], BudgetExceeded),
        (None, [_standing("0.05", "0.04"), _standing()], None),
        (None, [_standing("0.05", "0.05"), _standing()], BudgetHeld),
        (None, [_standing("0.10"), _standing()], BudgetExceeded),
        # A limit that was lowered does not stop what is free.
        ("0", [_standing("0.20", "0.10"), _standing("3")], None),
    ],
)
def test_refusals(
    worst: str | None, standings: Sequence[Standing], refusal: type[BudgetExceeded] | None
) -> None:
    month = SpendLimit("monthly limit", Decimal(1), MONTH)
    attempt = start(worst=worst, limit="0.10", limits=(month,))
    if refusal is None:
        check_limits(attempt, standings)
        return
    with pytest.raises(BudgetExceeded) as caught:
        check_limits(attempt, standings)
    assert type(caught.value) is refusal


def test_the_words_add_up() -> None:
    month = SpendLimit("monthly limit", Decimal("1234.5"), MONTH)
    with pytest.raises(BudgetHeld) as held:
        check_limits(start(worst="0.0161", limits=(month,)), [_standing("1234.4839", "0.02")])
    assert str(held.value) == (
        "openai: the monthly limit of $1,234.50 for all providers does not allow this call:"
        " $1,234.4839 spent since 2026-11-01 and $0.02 reserved for calls under way,"
        " this call may cost up to $0.0161"
    )
    with pytest.raises(BudgetExceeded) as exceeded:
        check_limits(start(worst=None, limit="0"), [_standing()])
    assert str(exceeded.value) == (
        "openai: the daily limit of $0 does not allow this call:"
        " $0 spent since 2026-11-22, this call may cost up to ?"
    )


async def test_each_limit_counts_its_own(any_ledger: Ledger) -> None:
    calls = (
        ("openai", MONTH - timedelta(days=1), False, "0.01"),
        ("openai", MONTH, False, "0.02"),
        ("openai", DAY, True, "0.04"),
        ("groq", DAY, False, "0.08"),
        ("groq", DAY, True, "0.16"),
    )
    for provider, day, hedge, cost in calls:
        attempt = await any_ledger.start_attempt(start(provider=provider, day=day, hedge=hedge))
        await any_ledger.finish_attempt(attempt, result(cost=cost))
    await any_ledger.start_attempt(start(worst="0.32", hedge=True))
    await any_ledger.start_attempt(start(worst=None))
    limits = [
        daily_limit("1"),
        daily_limit("1", "groq"),
        daily_limit("1", provider=None),
        daily_limit("1", day=MONTH),
        daily_limit("1", provider=None, day=MONTH),
        SpendLimit("hedges", Decimal(1), MONTH, hedges_only=True),
        SpendLimit("hedges", Decimal(1), DAY, "groq", hedges_only=True),
        daily_limit("1", "nobody"),
    ]
    assert list(await any_ledger.standing(limits)) == [
        _standing("0.04", "0.32"),
        _standing("0.24"),
        _standing("0.28", "0.32"),
        _standing("0.06", "0.32"),
        _standing("0.30", "0.32"),
        _standing("0.20", "0.32"),
        _standing("0.16"),
        _standing(),
    ]
    assert list(await any_ledger.standing([])) == []


async def test_all_limits_must_have_room(any_ledger: Ledger) -> None:
    everyone = SpendLimit("monthly limit", Decimal("0.05"), MONTH)
    first = await any_ledger.start_attempt(start(worst="0.03", limit="0.04", limits=(everyone,)))
    with pytest.raises(BudgetHeld, match="monthly limit"):
        await any_ledger.start_attempt(
            start(provider="groq", worst="0.03", limit="0.04", limits=(everyone,))
        )
    await any_ledger.finish_attempt(first, result(cost="0.02"))
    await any_ledger.start_attempt(
        start(provider="groq", worst="0.03", limit="0.04", limits=(everyone,))
    )


async def test_a_call_counts_for_the_day_it_began(any_ledger: Ledger) -> None:
    attempt = await any_ledger.start_attempt(start(worst="0.10", limit="0.10"))
    tomorrow = DAY + timedelta(days=1)
    await any_ledger.start_attempt(start(worst="0.10", limit="0.10", day=tomorrow))
    await any_ledger.finish_attempt(attempt, result(cost="0.03"))
    assert await standing(any_ledger, day=tomorrow) == _standing("0", "0.10")
    assert await standing(any_ledger) == _standing("0.03", "0.10")


async def test_the_dead_stand_in_nobodys_way(ledger: SqliteLedger) -> None:
    mine = ledger._holder
    ledger._holder = f"{mine.split('/', maxsplit=1)[0]}/999999999/1"
    dead = await ledger.start_attempt(start(worst="0.10", predicted="0.04"))
    ledger._holder = mine
    assert await standing(ledger) == _standing("0.04")
    # It was not dead after all, and what it says is better than the guess.
    await ledger.finish_attempt(dead, result(cost="0.01"))
    assert await standing(ledger) == _standing("0.01")


async def test_a_month_in_memory_stays_small() -> None:
    ledger = InMemoryLedger()
    last = date(2027, 2, 4)
    for number in reversed(range(400)):
        day = last - timedelta(days=number)
        for _ in range(5):
            attempt = await ledger.start_attempt(start(day=day, hedge=True))
            await ledger.finish_attempt(attempt, result(cost="0.01"))
    assert len(ledger._days) == 62
    assert len(ledger.finished) == 1000
    assert ledger.outcomes == {AttemptOutcome.OK: 2000}
    assert await spent(ledger, day=last - timedelta(days=30)) == Decimal("1.55")


async def test_a_clock_that_was_ahead_for_a_moment_forgets_nothing() -> None:
    ledger = InMemoryLedger()
    for day in (DAY, date(2036, 1, 1), DAY):
        attempt = await ledger.start_attempt(start(day=day))
        await ledger.finish_attempt(attempt, result(cost="0.01"))
    assert await spent(ledger) == Decimal("0.03")


async def test_a_call_that_outlives_its_day_is_settled_all_the_same() -> None:
    ledger = InMemoryLedger()
    attempt = await ledger.start_attempt(start())
    for number in range(1, 63):
        await ledger.start_attempt(start(day=DAY + timedelta(days=number), worst="0"))
    await ledger.finish_attempt(attempt, result())
    assert ledger.outcomes == {AttemptOutcome.OK: 1}
    assert await standing(ledger) == _standing()


async def test_remembered_errors_keep_no_request_alive() -> None:
    ledger = InMemoryLedger()
    for error in (
        RateLimited("slow", provider="groq", status=429, retry_after=3.0),
        TimedOut("too slow", phase="idle"),
    ):
        attempt = await ledger.start_attempt(start())
        try:
            raise error
        except RateLimited as caught:
            await ledger.finish_attempt(attempt, AttemptResult(AttemptOutcome.FAILED, caught))
        except TimedOut as caught:
            await ledger.finish_attempt(attempt, AttemptResult(AttemptOutcome.FAILED, caught))
    limited, late = (result.error for _, result in ledger.finished)
    assert isinstance(limited, RateLimited)
    assert (str(limited), limited.retry_after) == ("groq: slow (HTTP 429)", 3.0)
    assert isinstance(late, TimedOut)
    assert late.phase == "idle"
    assert limited.__traceback__ is None
    assert late.__traceback__ is None


def test_threads_share_one_ledger_in_memory() -> None:
    ledger = InMemoryLedger()

    async def spend() -> None:
        for _ in range(100):
            try:
                attempt = await ledger.start_attempt(start(worst="0.01", limit="1"))
            except BudgetExceeded:
                return
            await ledger.finish_attempt(attempt, result(cost="0.01"))

    threads = [threading.Thread(target=asyncio.run, args=(spend(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asyncio.run(standing(ledger)) == _standing("1")
