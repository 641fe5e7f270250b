"""What a description of one key of ``config.toml`` is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from enum import Enum, auto

from storage.settings import Settings

PROVIDER = "*"
"""Stands for a provider's name in a key."""
EACH = "[]"
"""Stands for each of the tables of an array in a key."""


class ValueKind(Enum):
    """What a key holds, and with that how a person changes it."""

    FLAG = auto()
    """true or false."""
    SWITCH = auto()
    """A table that says something by being there, even an empty one."""
    WHOLE = auto()
    """A whole number."""
    REAL = auto()
    """A number."""
    SECONDS = auto()
    """A number of seconds."""
    DURATION = auto()
    """A text such as ``"30s"``, ``"5m"``, ``"1h"`` or ``"7d"``; seconds in the settings."""
    DOLLARS = auto()
    """US dollars, exactly as written."""
    PRICE = auto()
    """A table of dollars per million tokens: input, output and perhaps cached."""
    TEXT = auto()
    """A text."""
    CHOICE = auto()
    """One of ``choices``."""
    CHOICES = auto()
    """Some of ``choices``, in no order."""
    THEME = auto()
    """The name of a theme."""
    PROVIDER = auto()
    """The name of a provider."""
    PROVIDERS = auto()
    """Names of providers, in order."""
    TARGETS = auto()
    """Providers, or ``provider/model``, in order."""
    TABLES = auto()
    """Several tables, or names and tables: written in an editor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingSpec:
    """One key that ``config.toml`` may hold.

    Args:
        key: its parts from the top; ``PROVIDER`` and ``EACH`` stand for what varies.
        group: what it is listed under.
        means: what it does, in a plain sentence.
        kind: what it holds.
        example: a value, as it is written in TOML.
        unit: of the number, or empty.
        allowed: which values, in words; empty where ``kind`` and ``choices`` say it all.
        choices: the words there are.
        read: returns the value in force, for the provider that the key names.
        default: what holds without it beside the other settings; None where ``read`` finds it in
            ``Settings()``.
        reset: the key whose removal brings the default back, where that is another one.
        kinds: the kinds of providers that have it; empty is all.
    """

    key: tuple[str, ...]
    group: str
    means: str
    kind: ValueKind
    example: str
    unit: str = ""
    allowed: str = ""
    choices: tuple[str, ...] = ()
    read: Callable[[Settings, str], object] = lambda _, __: None
    default: Callable[[Settings], object] | None = None
    reset: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()

    @property
    def dotted(self) -> str:
        """The key as people write it."""
        return ".".join(self.key).replace(f".{EACH}", EACH)

    def of(self, provider: str) -> tuple[str, ...]:
        """Return the key for one provider."""
        return tuple(provider if part == PROVIDER else part for part in self.key)

    def default_for(self, provider: str, settings: Settings) -> object:
        """Return what would hold if the file did not say it; None is nothing.

        Args:
            provider: the one that the key names.
            settings: those in force.
        """
        if self.default is not None:
            return self.default(settings)
        return self.read(Settings(), provider)


def from_top(name: str) -> Callable[[Settings, str], object]:
    """Return what reads a key of the top level."""
    return lambda settings, _: getattr(settings, name)


def from_table(table: str, name: str, cls: type) -> Callable[[Settings, str], object]:
    """Return what reads a key of a table, or its default while there is no such table."""

    def read(settings: Settings, _: str) -> object:
        inner = getattr(settings, table)
        return default_of(cls, name) if inner is None else getattr(inner, name)

    return read


def default_of(cls: type, name: str) -> object:
    """Return the default of a dataclass's field, None where it has none."""
    field = next(field for field in fields(cls) if field.name == name)
    return None if field.default is MISSING else field.default
