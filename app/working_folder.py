"""Where telex was started."""

from __future__ import annotations

from pathlib import Path


def working_folder() -> Path:
    """Return the folder that file names which are typed begin in."""
    try:
        return Path.cwd()
    except OSError:
        return Path.home()  # it was deleted
