"""What can go wrong with a file that is to go along with a message."""

from __future__ import annotations

from providers.errors import TelexError


class AttachmentError(TelexError):
    """A file cannot go along; the message names it and says what to do. Nothing was sent."""
