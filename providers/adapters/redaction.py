"""Keeps keys and floods out of error messages."""

from __future__ import annotations

import re

from providers.sanitise import sanitise

MAX_MESSAGE_CHARACTERS = 2_000
"""A provider's error message is cut to this length: enough for every real one, and for no flood."""

# The shapes of the keys of the providers spoken to here; a server may quote one that is not ours.
_KEY_SHAPES = re.compile(r"\b(?:sk-[\w-]{16,}|gsk_\w{16,}|AIza[\w-]{16,}|Bearer\s+[\w.~+/-]{8,})")

_LONG_ENOUGH = 12
"""Characters from which on a key is surely no word of the message itself."""


def redact(text: str, key: str | None) -> str:
    """Return ``text`` fit for a log or a screen: without keys, inert, and of bounded length.

    Args:
        text: the message as it came.
        key: the key this provider is called with, or None.
    """
    text = text[: 4 * MAX_MESSAGE_CHARACTERS]
    if key and len(key) >= _LONG_ENOUGH:
        text = text.replace(key, "[key]")
    elif key:
        # Keyless servers are given any word as a key, and it may be part of others.
        text = re.sub(rf"(?<!\w){re.escape(key)}(?!\w)", "[key]", text)
    text = sanitise(_KEY_SHAPES.sub("[key]", text)).strip()
    if len(text) > MAX_MESSAGE_CHARACTERS:
        return text[: MAX_MESSAGE_CHARACTERS - 1] + "…"
    return text
