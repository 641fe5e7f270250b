"""One limit, many routers in many processes: what the provider billed stays within it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from decimal import Decimal
from itertools import count
from pathlib import Path

from providers.billing.money import from_nanos
from providers.billing.rate_card import from_override
from providers.usage import Usage
from storage.ledger import SqliteLedger
from tests.fakeserver import FakeServer, RecordedRequest, Reply, ok
from tests.routing.spender import LIMIT, PRICE, WORST

ROOT = Path(__file__).parents[2]
PROCESSES = 8
AT_ONCE = 8


def _honest(number: int, request: RecordedRequest) -> Reply:
    """Return an answer of 140 to 259 tokens, about two cents, or of as many as it may have."""
    length = min(140 + 37 * number % 120, request.body["max_output_tokens"])
    # It takes its time, so that the others want to be under way meanwhile.
    return ok(usage=Usage(input_tokens=40, output_tokens=length), first_delay=0.05)


def _spender(path: Path, base_url: str) -> subprocess.Popen[str]:
    code = "from tests.routing.spender import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path), base_url, str(AT_ONCE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def _spend(path: Path, base_url: str) -> Counter[str]:
    """Let all processes ask at once; return what their requests were told."""
    processes = [_spender(path, base_url) for _ in range(PROCESSES)]
    told: Counter[str] = Counter()
    for process in processes:
        assert process.stdout is not None  # it is a pipe
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
    for process in processes:
        assert process.stdin is not None  # so is this
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
        told.update(json.loads(out))
    return told


def _books(path: Path) -> tuple[Decimal, int, int]:
    """Return the dollars booked, the calls booked, and the reservations left."""
    with closing(sqlite3.connect(path)) as connection:
        nanos, calls, reservations = connection.execute(
            "SELECT (SELECT sum(cost_nanos) FROM attempts), (SELECT count(*) FROM attempts"
            " WHERE outcome = 'ok' AND NOT cost_estimated), (SELECT count(*) FROM reservations)"
        ).fetchone()
    return from_nanos(nanos), calls, reservations


def test_64_requests_of_8_processes_use_a_limit_to_the_last_and_no_further(
    server: FakeServer, tmp_path: Path
) -> None:
    numbers = count()
    server.openai.default(lambda request: _honest(next(numbers), request))
    path = tmp_path / "telex.db"
    SqliteLedger(path).close()
    told = _spend(path, server.base_url("openai"))

    card = from_override(PRICE)
    bills = [card.cost(request.billed) for request in server.openai.chats if request.billed]
    billed = sum(bills, Decimal(0))
    assert billed <= LIMIT, "overshot"
    assert billed > LIMIT - WORST, "not used up"
    assert told == {"answered": len(bills), "refused": PROCESSES * AT_ONCE - len(bills)}
    assert len(server.openai.chats) == len(bills)
    assert _books(path) == (billed, len(bills), 0)
    assert told["answered"] >= LIMIT // WORST
