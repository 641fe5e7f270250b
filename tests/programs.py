"""Programs of the system that some tests cannot do without."""

from __future__ import annotations

import os
import shutil

import pytest


def need(*programs: str) -> None:
    """Skip the test where a program is missing; in CI that is a failure, not a reason to skip."""
    missing = [program for program in programs if shutil.which(program) is None]
    if not missing:
        return
    words = f"not installed: {', '.join(missing)}"
    if os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)
