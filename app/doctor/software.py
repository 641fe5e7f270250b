"""Python, the packages, and the log file."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from platform import platform, python_version

from app.doctor.finding import Finding, fine, problem, warning
from app.doctor.patient import Patient
from storage.config_notice import LogLevel

_NEEDED = (
    "textual",
    "openai",
    "anthropic",
    "google-genai",
    "groq",
    "sqlite-utils",
    "keyring",
    "genai-prices",
    "tomlkit",
)
_LOWEST = (3, 11)


def check_software(_: Patient) -> Sequence[Finding]:
    """Return which telex this is, and with what it runs."""
    found = [fine("telex", f"{version('telex')} on {platform(terse=True)}")]
    words = python_version()
    if sys.version_info[:2] < _LOWEST:
        found.append(problem("Python", words, "telex needs Python 3.11 or newer: install it anew"))
    else:
        found.append(fine("Python", words))
    versions = {name: _version_of(name) for name in _NEEDED}
    missing = [name for name, each in versions.items() if each is None]
    if missing:
        words = f"missing: {', '.join(missing)}"
        found.append(problem("Packages", words, "install telex anew, with uv tool or pipx"))
    else:
        every = ", ".join(f"{name} {each}" for name, each in versions.items())
        found.append(fine("Packages", every))
    return found


def check_log(patient: Patient) -> Sequence[Finding]:
    """Return where the log is, and whether it can be written."""
    path, level = patient.paths.log_file, patient.settings.log
    where = patient.short(path)
    if level is LogLevel.OFF:
        return [fine("Log", f'off (log = "off"); it would be {where}')]
    if not path.exists():
        return [fine("Log", f"{where}, not begun yet")]
    if not os.access(path, os.W_OK):
        advice = "change its permissions; until then nothing is logged"
        return [warning("Log", f"{where} cannot be written", advice)]
    return [fine("Log", f"{where}, {level.value}, {path.stat().st_size / 1000:.0f} kB")]


def _version_of(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
