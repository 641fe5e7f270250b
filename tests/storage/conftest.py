"""Real parts: a ledger on a file, and a private Secret Service."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from providers.billing.ledger import Ledger
from providers.billing.memory_ledger import InMemoryLedger
from storage.ledger import SqliteLedger
from storage.reader import Reader
from tests.secret_service import secret_service

ROOT = Path(__file__).parents[2]


class FakeClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def db_path(tmp_path: Path) -> Path:
    return tmp_path / "telex.db"


@pytest.fixture
async def ledger(db_path: Path, clock: FakeClock) -> AsyncIterator[SqliteLedger]:
    ledger = SqliteLedger(db_path, clock=clock)
    yield ledger
    await ledger.aclose()


@pytest.fixture(params=["sqlite", "memory"])
def any_ledger(request: pytest.FixtureRequest, ledger: SqliteLedger) -> Ledger:
    return ledger if request.param == "sqlite" else InMemoryLedger()


@pytest.fixture
def reader(ledger: SqliteLedger) -> Iterator[Reader]:
    reader = Reader(ledger.path)
    yield reader
    reader.close()


def python(
    code: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start ``code`` in another process that can import the repository."""
    inherited = {**os.environ, "PYTHONPATH": str(ROOT)} if environment is None else environment
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=inherited,
    )


def ask_python(code: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Run ``code`` in another process to its end and return what it printed."""
    with python(code, *arguments, environment=environment) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out.strip()


@pytest.fixture(scope="session")
def unlocked_keyring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with secret_service(tmp_path_factory.mktemp("ring")) as environment:
        yield {**environment, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="session")
def locked_keyring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with secret_service(tmp_path_factory.mktemp("ring"), unlocked=False) as environment:
        yield {**environment, "PYTHONPATH": str(ROOT)}
