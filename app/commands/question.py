"""The question of a command: its argument, and what is piped in."""

from __future__ import annotations

import sys


def read_question(argument: str | None) -> str:
    """Return the argument, and what is piped in below it."""
    piped = "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.read()
    return "\n\n".join(part for part in (argument or "", piped.rstrip("\n")) if part.strip())
