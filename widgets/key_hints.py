"""Keys and what they do, on one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.strip import Strip

from widgets.line_marks import DRAWN
from widgets.one_line import cut
from widgets.overlay import Overlay, line_of

_DOT = " · "


class Hint(NamedTuple):
    """A key as the person reads it, and what it does in a word."""

    key: str
    words: str


def key_line(
    label: str, hints: Sequence[Hint], width: int, reserved: int, overlay: Overlay
) -> Strip:
    """Return a line of exactly ``width`` cells with as many hints as fit.

    Args:
        label: what is said before them; cut where it does not fit.
        hints: the last one, the way out, is kept longest.
        width: cells of the line.
        reserved: cells at its right that something else needs.
        overlay: the styles.
    """
    room = width - reserved - 2
    kept = list(hints)
    while len(kept) > 1 and _cells(label, kept) > room:
        del kept[-2]
    foot = overlay.foot + DRAWN
    parts = [("  ", foot)]
    shown = cut(label, max(0, room))
    if shown:
        parts.append((shown, foot))
    for index, hint in enumerate(kept):
        if index or shown:
            parts.append((_DOT, foot))
        parts += [(hint.key, foot + overlay.foot_key), (f" {hint.words}", foot)]
    return line_of(parts, width, foot)


def _cells(label: str, hints: Sequence[Hint]) -> int:
    texts = [f"{hint.key} {hint.words}" for hint in hints]
    return cell_len(_DOT.join([label, *texts] if label else texts))
