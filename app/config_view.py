"""What stands in ``config.toml`` and on which line, for those who show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from storage.config_edit import ConfigEdit
from storage.config_file import parse_toml, read_config
from storage.errors import ConfigFileError
from storage.toml_item import TomlValue
from storage.toml_statements import statements


@dataclass(frozen=True, slots=True)
class ConfigView:
    """The file, read once.

    Args:
        path: where it is.
        exists: whether it is there.
        values: what it says, empty where it is no TOML.
        lines: where each key and table stands, counted from 1.
        problem: why it is no TOML.
    """

    path: Path
    exists: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    problem: ConfigFileError | None = None

    def holds(self, key: Sequence[str]) -> bool:
        """Whether the file says ``key``."""
        return _value_at(self.values, key) is not None

    def line_of(self, key: Sequence[str]) -> int | None:
        """Return the line of ``key``, or of what holds it; None where nothing does."""
        for length in range(len(key), 0, -1):
            if line := self.lines.get(tuple(key[:length])):
                return line
        return None

    def inverse(self, edits: Sequence[ConfigEdit]) -> tuple[ConfigEdit, ...]:
        """Return the edits that bring back what the file says now, after ``edits``."""
        return tuple(self._inverse(edit.key) for edit in reversed(edits))

    def _inverse(self, key: tuple[str, ...]) -> ConfigEdit:
        for length in range(1, len(key) + 1):
            # The table was made for it, and may mean something by being there.
            if not self.holds(key[:length]):
                return ConfigEdit(key[:length], None)
        return ConfigEdit(key, cast("TomlValue", _value_at(self.values, key)))


def read_view(path: Path) -> ConfigView:
    """Return the file as it is now. Blocks for the disk."""
    try:
        exists = path.exists()
    except OSError:
        exists = True  # but out of reach, which reading it explains
    try:
        text = read_config(path)
        values = parse_toml(text, path)
    except ConfigFileError as problem:
        return ConfigView(path, exists=exists, problem=problem)
    lines: dict[tuple[str, ...], int] = {}
    for statement in statements(text):
        lines.setdefault(statement.path, statement.first + 1)
    return ConfigView(path, exists, values, lines)


def _value_at(values: Mapping[str, Any], key: Sequence[str]) -> object:
    place: object = values
    for part in key:
        if not isinstance(place, Mapping):
            return None
        place = place.get(part)
    return place
