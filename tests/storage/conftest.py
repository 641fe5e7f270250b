"""Real parts: a ledger on a file, and a private Secret Service."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.ledger import SqliteLedger
from storage.reader import Reader

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


@contextmanager
def secret_service(folder: Path, *, unlocked: bool) -> Iterator[dict[str, str]]:
    """Run a private session bus with GNOME Keyring on it; yield the environment to reach it."""
    for program in ("dbus-daemon", "gnome-keyring-daemon"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_RUNTIME_DIR": str(folder / "run"),
    }
    for name in ("data", "config", "run"):
        (folder / name).mkdir(mode=0o700)
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    assert bus.stdout is not None
    environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
    unlock = ["--unlock"] if unlocked else []
    daemon = subprocess.Popen(
        ["gnome-keyring-daemon", "--foreground", "--components=secrets", *unlock],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    assert daemon.stdin is not None
    assert daemon.stdout is not None
    daemon.stdin.write("\n")  # the password of the login keyring; the newline is essential
    daemon.stdin.close()
    daemon.stdout.readline()  # it names its control socket once it serves
    try:
        yield environment
    finally:
        for process in (daemon, bus):
            process.terminate()
            process.wait(timeout=10)
            assert process.stdout is not None
            process.stdout.close()


@pytest.fixture(scope="session")
def unlocked_keyring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with secret_service(tmp_path_factory.mktemp("ring"), unlocked=True) as environment:
        yield environment


@pytest.fixture(scope="session")
def locked_keyring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with secret_service(tmp_path_factory.mktemp("ring"), unlocked=False) as environment:
        yield environment
