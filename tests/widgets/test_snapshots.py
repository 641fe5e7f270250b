from __future__ import annotations

from typing import Protocol

import pytest
from textual.app import App

from tests.widgets.demo import ChatDemo, HistoryDemo


class SnapCompare(Protocol):
    def __call__(
        self, app: App[None], *, terminal_size: tuple[int, int], press: tuple[str, ...] = ()
    ) -> bool: ...


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_chat(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    app = ChatDemo()
    # A blinking cursor would be there in one picture and not in the next.
    app.animation_level = "none"
    assert snap_compare(app, terminal_size=size, press=("tab",))


def test_history(snap_compare: SnapCompare) -> None:
    assert snap_compare(HistoryDemo(), terminal_size=(100, 40))
