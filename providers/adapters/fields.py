"""Reading JSON that nobody has validated. What it raises counts as a malformed response."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Fields = Mapping[str, Any]
"""A JSON object as it came."""


def text_of(fields: Fields, name: str) -> str:
    """Return a string, which is empty when the field is missing or null.

    Raises:
        TypeError: it is something else.
    """
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"{name} is no string")
    return value


def number_of(fields: Fields | None, name: str) -> int:
    """Return a whole number, which is 0 when it is missing or nonsense."""
    value = fields.get(name) if fields else None
    return value if isinstance(value, int) and value > 0 else 0
