"""What to change in the configuration file so that something has another key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from storage.config_edit import ConfigEdit
from storage.config_file import parse_toml, read_config

_TABLE = "keys"


def keymap_edits(path: Path, name: str, keys: str | None) -> Sequence[ConfigEdit]:
    """Return what to change in the file so that a binding has other keys. Blocks.

    Args:
        path: the file.
        name: of the binding.
        keys: joined by commas, empty for none; None for the usual ones.

    Raises:
        ConfigFileError: the file cannot be read, or is no TOML.
    """
    table = parse_toml(read_config(path), path).get(_TABLE)
    place, _, action = name.partition(".")
    inner = table.get(place) if isinstance(table, dict) else None
    # The name may be written with quotes or without, which is a table in a table.
    parts = (place, action) if isinstance(inner, dict) and action in inner else (name,)
    if keys is None and isinstance(table, dict) and list(table) == [name]:
        return [ConfigEdit((_TABLE,), None)]
    return [ConfigEdit((_TABLE, *parts), keys)]
