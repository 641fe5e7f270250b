"""Whether a file fits on the disk."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.job_text import size_text
from providers.errors import TelexError

MARGIN = 64_000_000
"""Bytes that stay free: the ledger and the rest of the machine want to write too."""


class NotEnoughSpace(TelexError):
    """The disk is too full; says how much is missing, and where."""


def free_bytes(folder: Path) -> int:
    """Return how many bytes can be written into ``folder``, or where it will be made."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def check_space(folder: Path, needed: int) -> None:
    """Refuse to begin what cannot end well.

    Args:
        folder: where it is to be written.
        needed: bytes.

    Raises:
        NotEnoughSpace: they do not fit, with a margin.
    """
    free = free_bytes(folder)
    if needed + MARGIN > free:
        raise NotEnoughSpace(
            f"not enough space: {size_text(needed)} are needed and {size_text(free)} are free in"
            f" {folder}; make room there, or set TELEX_DATA_DIR to a folder on another disk"
        )
