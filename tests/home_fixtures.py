"""Homes for the tests of the whole program; the conftest modules that want them import them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakeserver import FakeServer
from tests.home import Home
from tests.secret_service import secret_service

ONLY_WHAT_IS_ASKED = "titles = false\n"
"""The server then gets no calls but those a test makes."""


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
    bare.configure(ONLY_WHAT_IS_ASKED)
    return bare


@pytest.fixture
def with_keyring(bare: Home, server: FakeServer, tmp_path: Path) -> Iterator[Home]:
    """The providers live on the server, nobody has a key yet, and a Secret Service can keep one."""
    addresses = {k: v for k, v in server.environment().items() if k.endswith("_BASE_URL")}
    with secret_service(tmp_path) as reach:
        bare.variables.update(addresses, DBUS_SESSION_BUS_ADDRESS=reach["DBUS_SESSION_BUS_ADDRESS"])
        bare.configure(ONLY_WHAT_IS_ASKED)
        yield bare
