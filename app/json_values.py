"""Our values as JSON has them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def plain(value: Any) -> Any:
    """Return ``value`` with dollars as numbers, all the way down. Unknown is null, never 0."""
    match value:
        case Mapping():
            return {key: plain(item) for key, item in value.items()}
        case Decimal():
            return float(value)
        case _:
            return value


def dollars(amount: Decimal | None) -> float | None:
    """Return dollars as JSON has them. Unknown is null, never 0."""
    return None if amount is None else float(amount)
