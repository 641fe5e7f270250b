"""Reading a parsed TOML table with an eye on types: every mistake names its key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NoReturn

from providers.errors import ConfigError

_MOST_DOLLARS = 1_000_000_000
"""Nano-dollars of it still fit into the ledger's integers."""
_MOST_REAL = 1_000_000_000
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d)")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def expected_one_of(value: str, allowed: Iterable[str]) -> str:
    """Return words for a value that is none of ``allowed``, with the nearest one if it is near."""
    names = list(allowed)
    near = difflib.get_close_matches(value, names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"{value!r} is not known{hint} (allowed: {', '.join(names)})"


class TomlTable:
    """One table of the file.

    Args:
        values: what tomllib made of it, with ``Decimal`` for floats.
        name: its dotted name, empty for the top level.

    Every method returns None (or an empty collection) for an absent key.

    Raises:
        ConfigError: from every method, naming the key and what is allowed.
    """

    def __init__(self, values: Mapping[str, object], name: str = "") -> None:
        self._values = values
        self.name = name

    def key(self, name: str) -> str:
        """Return the dotted name of ``name`` in this table."""
        return f"{self.name}.{name}" if self.name else name

    def fail(self, name: str, reason: str) -> NoReturn:
        """Refuse the value of ``name``."""
        raise ConfigError(reason, key=self.key(name))

    def allow(self, names: Sequence[str]) -> None:
        """Refuse every key that is not in ``names``."""
        for name in self._values:
            if name not in names:
                self.fail(name, f"the key {expected_one_of(name, names)}")

    def names(self) -> Sequence[str]:
        """Return the keys, in the file's order."""
        return list(self._values)

    def text(self, name: str) -> str | None:
        """Return a string that is not blank."""
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self._wrong(name, "a string")
        if not value.strip():
            self.fail(name, f"{self.key(name)} is empty; leave it out instead")
        return value

    def words(self, name: str) -> str:
        """Return a string, which may be blank."""
        value = self._values.get(name, "")
        if not isinstance(value, str):
            self._wrong(name, "a string")
        return value

    def required(self, name: str) -> str:
        """Return a string that is not blank, and has to be there."""
        value = self.text(name)
        if value is None:
            self.fail(name, f"{self.name} needs a {name}")
        return value

    def choice(self, name: str, allowed: Sequence[str]) -> str | None:
        """Return a string that is one of ``allowed``."""
        value = self.text(name)
        if value is not None and value not in allowed:
            self.fail(name, f"{self.key(name)}: {expected_one_of(value, allowed)}")
        return value

    def choices(self, name: str, allowed: Sequence[str]) -> tuple[str, ...] | None:
        """Return an array of strings that are each one of ``allowed``."""
        if name not in self._values:
            return None
        values = self.texts(name)
        for value in values:
            if value not in allowed:
                self.fail(name, f"{self.key(name)}: {expected_one_of(value, allowed)}")
        return values

    def texts(self, name: str) -> tuple[str, ...]:
        """Return an array of strings."""
        value = self._values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._wrong(name, "an array of strings")
        return tuple(value)

    def flag(self, name: str) -> bool | None:
        """Return true or false."""
        value = self._values.get(name)
        if value is not None and not isinstance(value, bool):
            self._wrong(name, "true or false")
        return value

    def whole(self, name: str) -> int | None:
        """Return a whole number."""
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self._wrong(name, "a whole number")
        return value

    def number(self, name: str) -> Decimal | None:
        """Return a finite number, exactly as it was written."""
        value = self._values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self._wrong(name, "a number")
        exact = Decimal(value)
        if not exact.is_finite():
            self._wrong(name, "a finite number")
        return exact

    def real(self, name: str) -> float | None:
        """Return a finite number as a float."""
        value = self.number(name)
        if value is None:
            return None
        if abs(value) > _MOST_REAL:
            self.fail(name, f"{self.key(name)} must be at most {_MOST_REAL:,}")
        return float(value)

    def seconds(self, name: str) -> float | None:
        """Return a duration such as ``"30s"``, ``"5m"``, ``"1h"`` or ``"7d"``, in seconds."""
        text = self.text(name)
        if text is None:
            return None
        found = _DURATION.fullmatch(text.strip())
        if found is None:
            self.fail(name, f'{self.key(name)} must be like "30s", "5m", "1h" or "7d"')
        return float(found[1]) * _UNITS[found[2]]

    def dollars(self, name: str) -> Decimal | None:
        """Return an amount of money, 0 or more."""
        value = self.number(name)
        if value is not None and value < 0:
            self.fail(name, f"{self.key(name)} must be 0 or more dollars, not {value}")
        if value is not None and value > _MOST_DOLLARS:
            self.fail(name, f"{self.key(name)} must be at most {_MOST_DOLLARS:,} dollars")
        return value

    def table(self, name: str) -> TomlTable:
        """Return a table, an empty one when it is absent."""
        value = self._values.get(name, {})
        if not isinstance(value, dict):
            self._wrong(name, "a table")
        return TomlTable(value, self.key(name))

    def tables(self, name: str) -> tuple[TomlTable, ...]:
        """Return an array of tables."""
        value = self._values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._wrong(name, f"an array of tables, each under [[{name}]]")
        return tuple(
            TomlTable(item, f"{self.key(name)}[{number}]")
            for number, item in enumerate(value, start=1)
        )

    def texts_or_tables(self, name: str) -> tuple[str | TomlTable, ...]:
        """Return an array that holds strings, tables, or both."""
        value = self._values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(i, str | dict) for i in value):
            self._wrong(name, "an array of names and tables")
        return tuple(
            TomlTable(item, f"{self.key(name)}[{number}]") if isinstance(item, dict) else item
            for number, item in enumerate(value, start=1)
        )

    def _wrong(self, name: str, expected: str) -> NoReturn:
        # The value is not quoted: it might be a secret in the wrong place.
        self.fail(name, f"{self.key(name)} must be {expected}, not {_kind(self._values[name])}")


def _kind(value: object) -> str:
    kinds = {
        bool: "true or false",
        str: "a string",
        int: "a whole number",
        Decimal: "a number",
        list: "an array",
        dict: "a table",
    }
    return kinds.get(type(value), "a date or time")
