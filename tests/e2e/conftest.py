"""A terminal in a bare home, and one whose providers live on the loopback server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal
from tests.fakeserver import FakeServer
from tests.home import Home
from tests.programs import need


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as running:
        yield running


@pytest.fixture
def bare(tmp_path: Path) -> Home:
    """Nobody has been here: no key, no configuration, no keyring."""
    return Home(tmp_path / "home")


@pytest.fixture
def home(bare: Home, server: FakeServer) -> Home:
    """All four providers have a key in the environment and live on the server."""
    bare.variables.update(server.environment())
    return bare


@pytest.fixture
def terminal(bare: Home) -> Iterator[Terminal]:
    """A terminal in which nothing runs yet."""
    need("tmux")
    bare.variables.setdefault("COLORTERM", "truecolor")
    with Terminal(_Late(bare)) as terminal:
        yield terminal
