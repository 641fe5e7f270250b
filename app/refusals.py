"""Commands that make no sense where they were given."""

from __future__ import annotations

from providers.errors import TelexError


class CannotDo(TelexError):
    """Nothing was done; the message says why, and what would work."""
