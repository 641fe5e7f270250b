"""A measurement that wants an interpreter of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
"""Keeps a measurement away from the keys of whoever runs it."""


def fresh(code: str, environment: Mapping[str, str] | None = None) -> list[str]:
    """Run ``code`` in a new interpreter and return the words it prints last.

    Raises:
        CalledProcessError: it failed; its standard error is on ours.
    """
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.splitlines()[-1].split()
