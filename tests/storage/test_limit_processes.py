"""One limit, many processes: used to the last request, and never overshot."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from providers.billing.money import to_nanos
from storage.ledger import SqliteLedger
from storage.rows import ConversationWishes
from tests.storage.conftest import python
from tests.storage.spender import WORST, cost_of

LIMIT = "0.50"
AT_ONCE = 8
_RUN = "from tests.storage.spender import main; main()"
_Process = subprocess.Popen[str]


def _line(process: _Process) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate()[1]
    return line.strip()


def _spenders(path: Path, number: int, how: str = "spend", within: str = LIMIT) -> list[_Process]:
    """Start processes that wait for a word to make their requests."""
    processes = [
        python(_RUN, how, str(path), str(first), str(AT_ONCE), within)
        for first in range(0, number * AT_ONCE, AT_ONCE)
    ]
    assert {_line(process) for process in processes} == {"ready"}
    return processes


def _let_go(processes: Sequence[_Process]) -> None:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


def _told(processes: Sequence[_Process]) -> Counter[str]:
    """Wait for the end of all; return what their requests were told."""
    told: Counter[str] = Counter()
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
        told.update(json.loads(out.splitlines()[-1]))
    return told


def _books(path: Path) -> tuple[int, int, int, int]:
    """Return nano-dollars spent, calls that were abandoned, reservations, and what they hold."""
    with closing(sqlite3.connect(path)) as connection:
        row: tuple[int, int, int, int] = connection.execute(
            "SELECT (SELECT sum(cost_nanos) FROM attempts),"
            " (SELECT count(*) FROM attempts WHERE outcome = 'abandoned' AND cost_estimated),"
            " (SELECT count(*) FROM reservations), (SELECT sum(reserved_nanos) FROM standings)"
        ).fetchone()
        [summed] = connection.execute("SELECT sum(spent_nanos) FROM standings").fetchone()
    assert summed == row[0]
    return row


def _assert_used_up(spent: int) -> None:
    limit, worst = to_nanos(Decimal(LIMIT)), to_nanos(Decimal(WORST))
    assert limit - worst < spent <= limit


def test_64_requests_of_8_processes_use_a_limit_to_the_last_and_no_further(db_path: Path) -> None:
    SqliteLedger(db_path).close()
    assert sum(map(cost_of, range(64))) > Decimal(LIMIT), "or the limit would not matter"
    processes = _spenders(db_path, 8)
    _let_go(processes)
    told = _told(processes)
    spent, abandoned, reservations, reserved = _books(db_path)
    _assert_used_up(spent)
    assert (abandoned, reservations, reserved) == (0, 0, 0)
    assert told["answered"] + told["refused"] == 64
    assert told["answered"] >= 25, "never fewer than if each had cost the worst"
    assert told["refused"] > 0


def test_processes_in_one_conversation_keep_its_budget(db_path: Path) -> None:
    with closing(SqliteLedger(db_path)) as ledger:
        wishes = ConversationWishes(budget=Decimal(LIMIT))
        chat = asyncio.run(ledger.create_conversation("dear", wishes))
    processes = _spenders(db_path, 8, "converse", str(chat))
    _let_go(processes)
    told = _told(processes)
    spent, *_ = _books(db_path)
    _assert_used_up(spent)
    assert told["answered"] + told["refused"] == 64
    assert told["refused"] > 0
    with closing(sqlite3.connect(db_path)) as connection:
        sums = connection.execute("SELECT * FROM conversation_standings").fetchall()
    assert sums == [(chat, spent, 0)]


def test_a_killed_process_holds_nobody_up(db_path: Path) -> None:
    SqliteLedger(db_path).close()
    holder = python(_RUN, "hold", str(db_path), "25", LIMIT)
    assert _line(holder) == "holding"
    processes = _spenders(db_path, 7)
    _let_go(processes)
    # All of the limit is reserved: without the kill the others would wait for ever.
    assert {_line(process) for process in processes} == {"held"}
    holder.kill()
    holder.communicate(timeout=30)
    told = _told(processes)
    spent, abandoned, reservations, reserved = _books(db_path)
    _assert_used_up(spent)
    assert (abandoned, reservations, reserved) == (25, 0, 0)
    assert told["answered"] + told["refused"] == 56
    assert told["refused"] > 0
