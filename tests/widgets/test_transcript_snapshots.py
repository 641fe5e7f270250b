from __future__ import annotations

import pytest

from tests.widgets.demo import CUT, MESSAGES, VERSIONS, ReadingDemo
from tests.widgets.test_snapshots import SnapCompare

SMALL, MIDDLE, LARGE = (80, 24), (120, 40), (200, 60)


def _named(size: tuple[int, int]) -> str:
    return "x".join(map(str, size))


@pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE], ids=_named)
def test_cursor(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    assert snap_compare(ReadingDemo(MESSAGES, "a0"), terminal_size=size)


@pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=_named)
def test_selection(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    keys = ("v", *["down"] * 9)
    assert snap_compare(ReadingDemo(MESSAGES, "a0"), terminal_size=size, press=keys)


@pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=_named)
def test_find(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    app = ReadingDemo(MESSAGES, "q0", "sort")
    assert snap_compare(app, terminal_size=size, press=("n",))


@pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=_named)
def test_versions_attachments_and_rating(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    assert snap_compare(ReadingDemo(VERSIONS, "a0"), terminal_size=size)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=_named)
def test_cut_off(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    assert snap_compare(ReadingDemo(CUT, "length"), terminal_size=size)
