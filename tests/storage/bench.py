"""Measures the ledger on a real file that holds 200,000 attempts of one month.

Run it with ``python -m tests.storage.bench``.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from providers.billing.ledger import AttemptResult, AttemptStart, Ledger, SpendLimit
from providers.billing.memory_ledger import InMemoryLedger
from storage.ledger import SqliteLedger
from storage.reader import Reader
from tests.storage.helpers import result

ATTEMPTS = 200_000
PROVIDERS = ("openai", "anthropic", "google", "groq", "local")
MONTH, TODAY = date(2026, 11, 1), date(2026, 11, 30)
LIMITS = (
    SpendLimit("daily limit", Decimal(10**6), TODAY, "openai"),
    SpendLimit("monthly limit", Decimal(10**6), MONTH, "openai"),
    SpendLimit("daily limit", Decimal(10**6), TODAY),
    SpendLimit("monthly limit", Decimal(10**6), MONTH),
    SpendLimit("hedge limit", Decimal(10**6), TODAY, hedges_only=True),
    SpendLimit("hedge limit", Decimal(10**6), MONTH, hedges_only=True),
)
START = AttemptStart(None, 1, "openai", "gpt", Decimal("0.01"), Decimal("0.02"), TODAY, LIMITS)
RESULT: AttemptResult = result()


def _rows() -> Iterator[tuple[object, ...]]:
    for number in range(ATTEMPTS):
        day = MONTH + timedelta(days=number * 30 // ATTEMPTS)
        provider = PROVIDERS[number % len(PROVIDERS)]
        at = f"{day.isoformat()}T12:00:00.000Z"
        yield provider, day.isoformat(), at, 1000 + number, number % 7 == 0


def _fill(path: Path) -> None:
    SqliteLedger(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO attempts (position, provider, request_model, outcome, day, started_at,"
            " cost_nanos, hedge, latency_ms, input_tokens, output_tokens, cached_tokens,"
            " cache_write_tokens, reasoning_tokens)"
            " VALUES (1, ?, 'gpt', 'ok', ?, ?, ?, ?, 1000, 900, 400, 0, 0, 0)",
            _rows(),
        )


async def _timed(name: str, times: int, call: Callable[[], Awaitable[object]]) -> None:
    taken = []
    for _ in range(times):
        began = perf_counter()
        await call()
        taken.append((perf_counter() - began) * 1e6)
    median, worst = statistics.median(taken), statistics.quantiles(taken, n=100)[98]
    print(f"{name:<52} median {median:8.0f} us   p99 {worst:8.0f} us")  # noqa: T201


async def _measure(name: str, ledger: Ledger) -> None:
    async def settle() -> None:
        await ledger.finish_attempt(await ledger.start_attempt(START), RESULT)

    await _timed(f"{name}: start + finish, 6 limits", 2000, settle)
    await _timed(f"{name}: standing of 6 limits", 2000, lambda: ledger.standing(LIMITS))
    for _ in range(1000):
        await ledger.start_attempt(START)
    await _timed(f"{name}: start + finish, 1,000 calls under way", 1000, settle)
    await _timed(f"{name}: standing, 1,000 calls under way", 1000, lambda: ledger.standing(LIMITS))


async def main() -> None:
    """Print every number."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "telex.db"
        _fill(path)
        with closing(SqliteLedger(path)) as ledger, closing(Reader(path)) as reader:
            await _measure("sqlite", ledger)

            async def history() -> None:
                reader.provider_history("openai", "gpt", limit=50)

            await _timed("sqlite: history of 50 calls", 200, history)
            began = perf_counter()
            rows = sum(1 for _ in reader.billed_usage(datetime(2026, 11, 1, tzinfo=UTC)))
            taken = perf_counter() - began
            print(f"sqlite: billed usage of {rows:,} calls {taken:.2f} s")  # noqa: T201
    await _measure("memory", InMemoryLedger())


if __name__ == "__main__":
    asyncio.run(main())
