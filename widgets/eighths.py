"""Bars in eighths of a cell."""

from __future__ import annotations

from math import isfinite

ACROSS = " ▏▎▍▌▋▊▉█"
UPWARDS = " ▁▂▃▄▅▆▇█"
PARTS = 8


def eighths(share: float, cells: int) -> int:
    """Return the length of a bar in eighths; what is not nothing gets at least one.

    Args:
        share: of the longest bar, 0 to 1; more counts as 1.
        cells: length of the longest bar.
    """
    if not isfinite(share) or share <= 0:
        return 0
    return max(1, round(PARTS * cells * min(1.0, share)))


def bar_across(share: float, cells: int) -> str:
    """Return a bar from left to right, without what is empty."""
    full, part = divmod(eighths(share, cells), PARTS)
    return ACROSS[PARTS] * full + ACROSS[part] * bool(part)
