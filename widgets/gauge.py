"""A bar that fills, and says by a glyph as well as by colour when it is nearly full."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content

from widgets.one_line import one_line

WARNING_SHARE = 0.8
"""The share of a limit from which on it is a warning; the default alert fires there too."""
_SHORTEST = 4
_FADED = "$foreground 50%"


def gauge(used: float, words: str, width: int) -> Content:
    """Return a bar with what it means behind it.

    Args:
        used: the share that is used, 0 to 1 or more.
        words: such as ``83 % of $1``.
        width: cells for all of it.
    """
    colour = gauge_colour(used)
    text = f" {gauge_mark(used)}{one_line(words)}"
    length = max(_SHORTEST, width - cell_len(text))
    full = min(length, round(length * used))
    if used > 0 and not full:
        full = 1  # a little is not nothing
    return Content.assemble(
        ("━" * full, colour),
        ("─" * (length - full), "$foreground 20%"),
        (text, colour if used >= WARNING_SHARE else _FADED),
    )


def gauge_mark(used: float) -> str:
    """Return the glyph of a share, for where there is no colour."""
    if used >= 1:
        return "✗ "
    return "▲ " if used >= WARNING_SHARE else ""


def gauge_colour(used: float) -> str:
    """Return the colour of a share."""
    if used >= 1:
        return "$text-error"
    return "$text-warning" if used >= WARNING_SHARE else "$primary"
