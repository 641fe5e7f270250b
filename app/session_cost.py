"""What this run of telex has cost so far."""

from __future__ import annotations

from decimal import Decimal

from providers.billing.money import format_usd

_NOTHING = Decimal(0)


class SessionCost:
    """A sum that remembers whether a part of it is unknown."""

    def __init__(self) -> None:
        self._known = _NOTHING
        self._unknown = False

    def add(self, cost: Decimal | None) -> None:
        """Add US dollars; None is an unknown price."""
        self._known += cost or _NOTHING
        self._unknown = self._unknown or cost is None

    def text(self, running: Decimal | None = _NOTHING) -> str:
        """Return the sum; a trailing "+ ?" says that some prices were unknown.

        Args:
            running: US dollars of an answer that is still growing, None when unknown.
        """
        unknown = self._unknown or running is None
        return format_usd(self._known + (running or _NOTHING)) + (" + ?" if unknown else "")
