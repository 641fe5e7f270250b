"""When a text is a command, and how one is sent that only looks like it."""

from __future__ import annotations

import re

_COMMAND = re.compile(r"/(?:[^\W\d_]|\?)")


def is_command(text: str) -> bool:
    """Return whether ``text`` begins with a slash and a letter (or ``/?``)."""
    return _COMMAND.match(text) is not None


def as_sent(text: str) -> str:
    """Return what is sent when ``text`` was typed: ``//`` at its beginning is one slash."""
    return text[1:] if text.startswith("//") else text


def as_typed(prompt: str) -> str:
    """Return what has to be typed to send ``prompt``: the inverse of ``as_sent``."""
    return f"/{prompt}" if prompt.startswith("//") or is_command(prompt) else prompt
