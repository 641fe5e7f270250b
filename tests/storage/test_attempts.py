from __future__ import annotations

import asyncio
import json
from datetime import date
from decimal import Decimal

import pytest

from providers.billing.ledger import AttemptOutcome, Ledger
from providers.errors import BudgetExceeded, BudgetHeld
from storage.database import open_for_reading
from storage.ledger import SqliteLedger
from tests.storage.conftest import FakeClock, python
from tests.storage.helpers import result, spent, start


async def test_a_reservation_holds_the_worst_case_until_it_is_settled(any_ledger: Ledger) -> None:
    attempt = await any_ledger.start_attempt(start(worst="0.06", limit="0.10"))
    with pytest.raises(BudgetHeld, match=r"\$0.06 reserved") as caught:
        await any_ledger.start_attempt(start(worst="0.05", limit="0.10"))
    assert (caught.value.provider, caught.value.model) == ("openai", "gpt")
    await any_ledger.finish_attempt(attempt, result(cost="0.05"))
    assert await spent(any_ledger) == Decimal("0.05")
    await any_ledger.start_attempt(start(worst="0.05", limit="0.10"))
    with pytest.raises(BudgetExceeded, match=r"limit of \$0.10"):
        await any_ledger.start_attempt(start(worst="0.000000001", limit="0.10"))


async def test_limits_are_per_provider_and_day(any_ledger: Ledger) -> None:
    await any_ledger.start_attempt(start(worst="0.10", limit="0.10"))
    await any_ledger.start_attempt(start(worst="0.10", limit="0.10", provider="groq"))
    await any_ledger.start_attempt(start(worst="0.10", limit="0.10", day=date(2026, 11, 23)))
    await any_ledger.start_attempt(start(worst="5"))


async def test_an_unknown_price_passes_while_the_limit_is_not_used_up(any_ledger: Ledger) -> None:
    attempt = await any_ledger.start_attempt(start(worst=None, predicted=None, limit="0.01"))
    await any_ledger.finish_attempt(attempt, result(cost=None))
    attempt = await any_ledger.start_attempt(start(worst="0.01", limit="0.01"))
    await any_ledger.finish_attempt(attempt, result(cost="0.01"))
    with pytest.raises(BudgetExceeded, match=r"up to \?"):
        await any_ledger.start_attempt(start(worst=None, limit="0.01"))


async def test_a_limit_of_zero_allows_only_what_is_free(any_ledger: Ledger) -> None:
    await any_ledger.start_attempt(start(worst="0", limit="0"))
    with pytest.raises(BudgetExceeded):
        await any_ledger.start_attempt(start(worst="0.000001", limit="0"))


async def test_settling_twice_changes_nothing(any_ledger: Ledger) -> None:
    attempt = await any_ledger.start_attempt(start())
    await any_ledger.finish_attempt(attempt, result(cost="0.01"))
    await any_ledger.finish_attempt(attempt, result(AttemptOutcome.FAILED, cost="0.02"))
    assert await spent(any_ledger) == Decimal("0.01")


async def test_concurrent_tasks_cannot_overshoot(any_ledger: Ledger) -> None:
    calls = [any_ledger.start_attempt(start(worst="0.03", limit="0.10")) for _ in range(20)]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(outcome, int) for outcome in outcomes) == 3
    assert sum(isinstance(outcome, BudgetHeld) for outcome in outcomes) == 17


async def test_a_refused_call_leaves_no_trace(ledger: SqliteLedger) -> None:
    with pytest.raises(BudgetExceeded):
        await ledger.start_attempt(start(worst="2", limit="1"))
    db = open_for_reading(ledger.path)
    assert db.execute(
        "SELECT (SELECT count(*) FROM attempts) + count(*) FROM reservations"
    ).fetchone() == (0,)
    db.close()


async def test_cancelled_while_reserving_nothing_stays_reserved(ledger: SqliteLedger) -> None:
    task = asyncio.create_task(ledger.start_attempt(start(worst="0.10", limit="0.10")))
    await asyncio.sleep(0)  # let it hand its write over
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await spent(ledger) == 0
    await ledger.start_attempt(start(worst="0.10", limit="0.10"))


_SPENDER = """
import asyncio, json, sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from providers.errors import BudgetExceeded
from providers.billing.ledger import AttemptOutcome, AttemptResult, AttemptStart, SpendLimit
from storage.ledger import SqliteLedger

async def main():
    ledger = SqliteLedger(Path(sys.argv[1]))
    print("ready", flush=True)
    sys.stdin.readline()
    reserved = 0
    today = date(2026, 11, 22)
    limit = SpendLimit("daily limit", Decimal("1"), today, "openai")
    for _ in range(150):
        start = AttemptStart(None, 1, "openai", "gpt", Decimal("0.01"), Decimal("0.017"),
                             today, (limit,))
        try:
            attempt = await ledger.start_attempt(start)
        except BudgetExceeded:
            continue
        result = AttemptResult(AttemptOutcome.OK, cost=Decimal("0.017"))
        await ledger.finish_attempt(attempt, result)
        reserved += 1
    await ledger.aclose()
    print(json.dumps(reserved))
asyncio.run(main())
"""


def test_two_processes_cannot_both_spend_the_last_cent(ledger: SqliteLedger) -> None:
    processes = [python(_SPENDER, str(ledger.path)) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    calls = 0
    for process in processes:
        out, err = process.communicate(timeout=90)
        assert process.returncode == 0, err
        calls += json.loads(out)
    assert calls == 58  # 58 x 0.017 = 0.986; one more would be 1.003
    total = asyncio.run(spent(ledger))
    assert total == Decimal("0.986")


async def test_a_live_holder_keeps_its_reservation_however_long(
    ledger: SqliteLedger, clock: FakeClock
) -> None:
    await ledger.start_attempt(start(worst="0.10", limit="0.10"))
    clock.advance(hours=5)
    with pytest.raises(BudgetExceeded):
        await ledger.start_attempt(start(worst="0.10", limit="0.10"))


@pytest.mark.parametrize(("minutes", "allowed"), [(59, False), (61, True)])
async def test_a_holder_on_another_machine_is_believed_for_an_hour(
    ledger: SqliteLedger, clock: FakeClock, minutes: int, allowed: bool
) -> None:
    ledger._holder = "another-machine/1/1"
    await ledger.start_attempt(start(worst="0.10", predicted="0", limit="0.10"))
    clock.advance(minutes=minutes)
    second = ledger.start_attempt(start(worst="0.10", limit="0.10"))
    if allowed:
        assert await second == 2
    else:
        with pytest.raises(BudgetExceeded):
            await second


async def test_a_dead_holders_call_counts_as_predicted(ledger: SqliteLedger) -> None:
    mine = ledger._holder
    ledger._holder = f"{mine.split('/', maxsplit=1)[0]}/999999999/1"
    await ledger.start_attempt(start(worst="0.10", predicted="0.04", limit="0.10"))
    ledger._holder = mine
    with pytest.raises(BudgetExceeded):
        await ledger.start_attempt(start(worst="0.07", limit="0.10"))
    await ledger.start_attempt(start(worst="0.06", limit="0.10"))
    assert await spent(ledger) == Decimal("0.04")
