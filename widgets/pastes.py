"""Pastes that are too long for the editor: a chip stands in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 20_000
"""Characters; the editor lays out its whole text with every key."""
_CHIP = re.compile(r"\[pasted [\d,]+ KB #(\d+)\]")


class Pastes:
    """The long pastes of one text."""

    def __init__(self, held: Iterable[str] = ()) -> None:
        self._held = list(held)

    @property
    def held(self) -> tuple[str, ...]:
        """Every paste, in the order of the chips' numbers."""
        return tuple(self._held)

    def hold(self, text: str) -> str:
        """Return ``text``, or a chip for it when the editor could not bear it."""
        if len(text) <= LONGEST:
            return text
        self._held.append(text)
        size = max(1, round(len(text.encode()) / 1024))
        return f"[pasted {size:,} KB #{len(self._held)}]"

    def expand(self, text: str) -> str:
        """Return ``text`` with every paste in the place of its chip."""
        return _CHIP.sub(self._expand, text) if self._held else text

    def _expand(self, chip: re.Match[str]) -> str:
        number = int(chip[1])
        return self._held[number - 1] if 0 < number <= len(self._held) else chip[0]
