"""A letter and a colour for each provider: bars can be told apart with and without colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import ascii_uppercase

_KNOWN = ("openai", "anthropic", "google", "groq", "local")
# Of middle lightness: seen on dark and on light, and black letters can be read on them.
_COLOURS = ("#55b36f", "#e0963c", "#4c9be8", "#d9688a", "#3fb8af", "#a77bd6", "#b5a642", "#8a9bb0")


@dataclass(frozen=True, slots=True)
class Mark:
    """How a provider is marked wherever there is no room for its name."""

    letter: str
    colour: str

    @property
    def style(self) -> str:
        """The style of its letter."""
        return f"bold #000000 on {self.colour}"


UNMARKED = Mark("·", "#8a9bb0")


def marks(names: Iterable[str]) -> Mapping[str, Mark]:
    """Return a mark for each of ``names``.

    The built-in providers keep theirs whoever else is there; the others follow by name.
    """
    wanted = set(names)
    found: dict[str, Mark] = {}
    taken: set[str] = set()
    for place, name in enumerate((*_KNOWN, *sorted(wanted - set(_KNOWN)))):
        letters = [each for each in f"{name.upper()}{ascii_uppercase}" if each in ascii_uppercase]
        letter = next((each for each in letters if each not in taken), "·")
        taken.add(letter)
        found[name] = Mark(letter, _COLOURS[place % len(_COLOURS)])
    return {name: mark for name, mark in found.items() if name in wanted}
