"""Measures how long a conversation of 10,000 messages takes to open, and to delete.

Run it with ``python -m tests.storage.bench_transcript``.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import process_time

from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import Deletion

EXCHANGES = 5_000
_AT = "2026-11-22T12:00:00.000Z"
_CANDIDATE = {
    "provider": "provider",
    "model": "model-of-the-provider",
    "usable": True,
    "reason": "the cheapest of those that can answer now",
    "predicted_cost_nanos": 123_456,
    "predicted_latency": 1.5,
    "quality": 0.8,
}


def fill(path: Path, exchanges: int) -> None:
    """Make a ledger of one conversation with ``exchanges`` questions and answers."""
    SqliteLedger(path).close()
    candidates = json.dumps([_CANDIDATE] * 5)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO conversations (id, title, created_at, updated_at) VALUES (1, 't', ?, ?)",
            [_AT, _AT],
        )
        for number in range(1, exchanges + 1):
            asked, answer = 2 * number - 1, 2 * number
            connection.executemany(
                "INSERT INTO messages (id, conversation_id, parent_id, role, content, created_at)"
                " VALUES (?, 1, ?, ?, ?, ?)",
                [
                    (asked, asked - 1 or None, "user", f"question {number} " * 10, _AT),
                    (answer, asked, "assistant", f"answer {number} " * 40, _AT),
                ],
            )
            connection.execute(
                "INSERT INTO exchanges (id, conversation_id, user_message_id, answer_message_id,"
                " strategy, provider, model, reason, candidates, state, predicted_cost_nanos,"
                " cost_nanos, latency_ms, time_to_first_token_ms, holder, started_at, finished_at)"
                " VALUES (?, 1, ?, ?, 'cost', 'openai', 'gpt', 'cheapest', ?, 'complete', ?, ?,"
                " 1500, 250, 'h/1/1', ?, ?)",
                [number, asked, answer, candidates, number, number, _AT, _AT],
            )
            connection.execute(
                "INSERT INTO attempts (exchange_id, position, provider, request_model, outcome,"
                " day, started_at, latency_ms, input_tokens, output_tokens, cached_tokens,"
                " cache_write_tokens, reasoning_tokens, predicted_cost_nanos, cost_nanos)"
                " VALUES (?, 1, 'openai', 'gpt', 'ok', '2026-11-22', ?, 1500, 9, 9, 0, 0, 0, ?, ?)",
                [number, _AT, number, number],
            )


def _timed(name: str, call: Callable[[], object]) -> None:
    began = process_time()
    call()
    print(f"{name:<40} {(process_time() - began) * 1000:6.0f} ms CPU")  # noqa: T201


def main() -> None:
    """Print every number."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "telex.db"
        fill(path, EXCHANGES)
        with closing(SqliteLedger(path)) as ledger, closing(Reader(path)) as reader:
            for _ in range(3):
                _timed("load_messages", lambda: reader.load_messages(1))
            taken: list[Deletion] = []
            _timed("trash_message", lambda: taken.append(asyncio.run(ledger.trash_message(1))))
            _timed("search, all of it in the trash", lambda: reader.search("answer"))
            _timed("restore", lambda: asyncio.run(ledger.restore(taken[0])))
            _timed("go_to", lambda: asyncio.run(ledger.go_to(1, 1)))


if __name__ == "__main__":
    main()
