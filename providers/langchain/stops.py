"""Stop sequences, looked for on this side: not every one of the APIs takes them."""

from __future__ import annotations

from collections.abc import Sequence


class StopScanner:
    """Passes text on up to the first stop sequence.

    What may be the beginning of one is held back until the next piece shows whether it is.

    Args:
        stops: the sequences; with none, everything is passed on at once.

    Raises:
        ValueError: one of them is empty, and would stop every answer before it begins.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        if not all(stops):
            raise ValueError("a stop sequence is empty: give at least one character, or none")
        self.found = False
        self._stops = tuple(stops)
        self._held = ""

    def take(self, piece: str) -> str:
        """Return what may be shown now that ``piece`` has come; nothing after a stop sequence."""
        if self.found:
            return ""
        held = self._held + piece
        places = [place for stop in self._stops if (place := held.find(stop)) >= 0]
        if places:
            self.found, self._held = True, ""
            return held[: min(places)]
        keep = max((_overlap(held, stop) for stop in self._stops), default=0)
        shown = len(held) - keep
        self._held = held[shown:]
        return held[:shown]

    def rest(self) -> str:
        """Return what was held back, at the end of the text: it was no stop sequence."""
        held, self._held = self._held, ""
        return held


def _overlap(text: str, stop: str) -> int:
    """Return how many of the last characters of ``text`` are the beginning of ``stop``."""
    longest = min(len(text), len(stop) - 1)
    return next((n for n in range(longest, 0, -1) if text.endswith(stop[:n])), 0)
