from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.terminal import Terminal
from tests.home import Home
from tests.home_fixtures import bare, home, server, with_keyring
from tests.programs import need

__all__ = ["bare", "home", "server", "terminal", "with_keyring"]


@pytest.fixture
def terminal(bare: Home) -> Iterator[Terminal]:  # the fixture imported above
    """A terminal in this person's home; nothing runs in it yet."""
    need("tmux")
    with Terminal(bare) as terminal:
        yield terminal
