"""What is left when a process is killed in the middle, and what is not taken for dead."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from providers.billing.ledger import Standing
from storage.database import open_for_reading
from storage.holder import is_alive, this_process
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import ExchangeState
from tests.storage.conftest import ask_python, python
from tests.storage.helpers import standing

_WRITER = """
import asyncio, itertools, sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from providers.billing.ledger import AttemptStart, SpendLimit
from storage.ledger import SqliteLedger

async def main():
    ledger = SqliteLedger(Path(sys.argv[1]))
    ids = await ledger.begin_exchange(None, "the question", "cost")
    today = date(2026, 11, 22)
    limit = SpendLimit("daily limit", Decimal("0.02"), today, "openai")
    start = AttemptStart(ids.exchange_id, 1, "openai", "gpt", Decimal("0.01"), Decimal("0.02"),
                         today, (limit,))
    await ledger.start_attempt(start)
    for count in itertools.count(1):
        await ledger.save_progress(ids.exchange_id, "word " * count)
        print(count, flush=True)
asyncio.run(main())
"""


def _kill_in_the_middle(path: Path, after: int) -> int:
    """Kill a writing process; return how many words it is sure to have written."""
    process = python(_WRITER, str(path))
    assert process.stdout is not None
    for _ in range(after):
        assert process.stdout.readline(), process.communicate()[1]
    process.kill()
    rest, _ = process.communicate(timeout=30)
    return after + len(rest.splitlines())


@pytest.mark.parametrize("after", [1, 20, 60])
async def test_kill_9_keeps_the_question_and_the_text_so_far(db_path: Path, after: int) -> None:
    words = _kill_in_the_middle(db_path, after)
    ledger, reader = SqliteLedger(db_path), Reader(db_path)
    assert ledger.recovered == 1
    question, answer = reader.load_messages(1)
    assert question.content == "the question"
    assert answer.content.count("word") >= words
    assert answer.exchange is not None
    assert answer.exchange.state is ExchangeState.INTERRUPTED
    [attempt] = answer.exchange.attempts
    assert attempt.outcome == "abandoned"
    assert (answer.exchange.cost, answer.exchange.cost_estimated) == (Decimal("0.01"), True)
    assert await standing(ledger) == Standing(Decimal("0.01"), Decimal(0))
    await ledger.aclose()
    reader.close()
    with closing(sqlite3.connect(db_path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM reservations").fetchone() == (0,)
        connection.execute("INSERT INTO messages_fts (messages_fts) VALUES ('integrity-check')")


async def test_another_live_telex_is_not_disturbed(db_path: Path) -> None:
    with python(_WRITER, str(db_path)) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "1\n"
        ledger = SqliteLedger(db_path)
        assert ledger.recovered == 0
        await ledger.aclose()
        db = open_for_reading(db_path)
        assert db.execute("SELECT state FROM exchanges").fetchone() == ("streaming",)
        db.close()
        other.kill()
        other.communicate()
    ledger = SqliteLedger(db_path)
    assert ledger.recovered == 1
    await ledger.aclose()
    ledger = SqliteLedger(db_path)
    assert ledger.recovered == 0
    await ledger.aclose()


def test_holders() -> None:
    me = this_process()
    machine, pid, _start = me.split("/")
    assert pid == str(os.getpid())
    assert is_alive(me) is True
    assert is_alive(f"{machine}/{pid}/1") is False, "the pid was given to another process"
    assert is_alive("elsewhere/1/1") is None
    assert is_alive("nonsense") is None
    theirs = ask_python("from storage.holder import this_process; print(this_process())")
    assert is_alive(theirs) is False
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as alive:
        assert is_alive(f"{machine}/{alive.pid}/?") is True


def test_a_dead_process_nobody_took_note_of_is_dead() -> None:
    """In a container the killed telex may stay a zombie for ever."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        holder = this_process().split("/")[0] + f"/{process.pid}/?"
        assert is_alive(holder) is True
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, and left unreaped
        assert is_alive(holder) is False
