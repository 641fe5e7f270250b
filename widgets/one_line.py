"""Text from outside that has to fit on one line."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from providers.sanitise import sanitise_line

_LONGEST = 1_000  # characters; more never fits, and measuring a megabyte takes its time


def one_line(text: str) -> str:
    """Return the beginning of ``text``, sanitised, without line breaks."""
    return sanitise_line(text[:_LONGEST])


def cut(text: str, width: int) -> str:
    """Return ``text`` on one line of at most ``width`` cells, with an ellipsis where it is cut."""
    line = one_line(text)
    if cell_len(line) <= width:
        return line
    return set_cell_size(line, max(0, width - 1)) + "…"


def fit(text: str, width: int) -> str:
    """Return ``text`` on one line of exactly ``width`` cells."""
    return set_cell_size(cut(text, width), max(1, width))
