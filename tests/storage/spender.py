"""A process that spends: the tests run several on one database. Its first argument says how.

``spend PATH FIRST COUNT LIMIT`` makes COUNT requests at once and prints, as JSON, how many were
answered, refused for good, and told to wait. ``hold PATH COUNT LIMIT`` reserves and never ends.
``converse PATH FIRST COUNT CHAT`` does as ``spend`` does, in a conversation that has a budget.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

from providers.billing.ledger import AttemptOutcome, AttemptResult, AttemptStart
from providers.errors import BudgetExceeded, BudgetHeld
from storage.ledger import SqliteLedger
from tests.storage.helpers import start

WORST = "0.02"
_SHORTLY = 0.003


def cost_of(index: int) -> Decimal:
    """Return what request ``index`` costs in the end: $0.004 to $0.02."""
    return Decimal(4 + index * 7 % 17) / 1000


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def _reserve(ledger: SqliteLedger, wanted: AttemptStart, told: Counter[str]) -> int | None:
    """Return the attempt's id as soon as the limits let it start, None when they never will."""
    while True:
        try:
            return await ledger.start_attempt(wanted)
        except BudgetHeld:
            told["held"] += 1
            if told["held"] == 1:
                _say("held")
            await asyncio.sleep(_SHORTLY)  # only the other processes' own time brings a change
        except BudgetExceeded:
            return None


async def _request(
    ledger: SqliteLedger, index: int, wanted: AttemptStart, told: Counter[str]
) -> None:
    attempt = await _reserve(ledger, wanted, told)
    if attempt is None:
        told["refused"] += 1
        return
    await asyncio.sleep(_SHORTLY)  # under way, while the others want to be
    await ledger.finish_attempt(attempt, AttemptResult(AttemptOutcome.OK, cost=cost_of(index)))
    told["answered"] += 1


async def _spend(
    path: Path, first: int, count: int, *, limit: str | None = None, chat: int | None = None
) -> None:
    ledger = SqliteLedger(path)
    exchange_id = None
    if chat is not None:
        exchange_id = (await ledger.begin_exchange(chat, "What now?", "cost")).exchange_id
    wanted = start(exchange_id=exchange_id, worst=WORST, limit=limit)
    _say("ready")
    await asyncio.to_thread(sys.stdin.readline)
    told: Counter[str] = Counter()
    requests = (_request(ledger, index, wanted, told) for index in range(first, first + count))
    await asyncio.gather(*requests)
    await ledger.aclose()
    _say(json.dumps(told))


async def _hold(path: Path, count: int, limit: str) -> None:
    ledger = SqliteLedger(path)
    calls = (ledger.start_attempt(start(worst=WORST, limit=limit)) for _ in range(count))
    await asyncio.gather(*calls)
    _say("holding")
    await asyncio.Event().wait()


def main() -> None:
    """Do as the command line says."""
    what, path, *numbers, limit = sys.argv[1:]
    if what == "spend":
        first, count = map(int, numbers)
        asyncio.run(_spend(Path(path), first, count, limit=limit))
    elif what == "converse":
        first, count = map(int, numbers)
        asyncio.run(_spend(Path(path), first, count, chat=int(limit)))
    else:
        asyncio.run(_hold(Path(path), int(numbers[0]), limit))
