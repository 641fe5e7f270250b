"""Being somebody whom permissions hold back: as root every file can be read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NOBODY = 65534


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be nobody in particular within the block, where the tests are run by root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def open_folder() -> Iterator[Path]:
    """Make a folder that everybody may enter, which the tests' own is not."""
    with tempfile.TemporaryDirectory(prefix="telex-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
