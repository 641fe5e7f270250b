"""What changes with a file whenever somebody writes it."""

from __future__ import annotations

import os
from pathlib import Path

Signature = tuple[int, int, int]
"""A file's number, its size in bytes, and the nanosecond of its last change."""


def signature_of(path: Path) -> Signature | None:
    """Return the signature of the file as it is now, None where there is none."""
    try:
        return signed(path.stat())
    except OSError:
        return None


def signed(told: os.stat_result) -> Signature:
    """Return the signature in what the system tells of a file."""
    return told.st_ino, told.st_size, told.st_mtime_ns
