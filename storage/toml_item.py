"""Python values as TOML would write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from tomlkit.items import Item

TomlValue = Union[  # noqa: UP007  # it names itself
    str, bool, int, float, Decimal, Sequence["TomlValue"], Mapping[str, "TomlValue"]
]
"""What a key may hold. A ``Decimal`` keeps the digits that were typed."""


def item(value: TomlValue) -> Item:
    """Return what tomlkit writes for ``value``; mappings become inline tables."""
    import tomlkit  # not needed before something is changed

    match value:
        case str():
            # Several lines are read more easily as such; carriage returns do not survive there.
            return tomlkit.string(value, multiline="\n" in value and "\r" not in value)
        case Decimal():
            return tomlkit.value(format(value, "f"))
        case Mapping():
            table = tomlkit.inline_table()
            for name, inner in value.items():
                table[name] = item(inner)
            return table
        case bool() | int() | float():
            return tomlkit.item(value)
        case _:
            array = tomlkit.array()
            for inner in value:
                array.append(item(inner))
            return array


def part(name: str) -> str:
    """Return one part of a key, in quotes where it needs them."""
    import tomlkit

    return tomlkit.key(name).as_string()


def pair(key: Sequence[str], value: TomlValue) -> str:
    """Return a whole statement."""
    return f"{'.'.join(map(part, key))} = {item(value).as_string()}"
