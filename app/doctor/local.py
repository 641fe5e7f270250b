"""What runs on this machine: the built-in model, and other programs' model servers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from app.doctor.finding import Finding, fine, warning
from app.doctor.patient import Patient
from app.local_models.discovery import discover
from providers.config import LocalConfig
from providers.local_model import LocalModelUnavailable, find_model
from providers.sanitise import sanitise_line

_LIBRARY = "xllamacpp"
_PATIENCE = 15.0  # seconds


def check_built_in(patient: Patient) -> Sequence[Finding]:
    """Return whether the local model's file is right and its library can be loaded."""
    subject = "Local model"
    local = patient.settings.providers.get("local")
    if not isinstance(local, LocalConfig) or "local" in patient.settings.disabled:
        return [fine(subject, "switched off in the configuration")]
    try:
        path = find_model(local.model_path, patient.paths.models)
    except LocalModelUnavailable as error:
        said, _, advice = error.message.partition("; ")
        return [warning(subject, patient.short(said), advice or "telex models list shows more")]
    if said := _load_library():
        advice = "on slim Linux install libgomp1; without it telex answers by the others alone"
        return [warning(subject, f"the library {_LIBRARY} cannot be loaded: {said}", advice)]
    told = "hash right, " if local.model_path is None else ""
    return [fine(subject, f"{patient.short(Path(path).name)}: {told}library loads")]


async def check_servers(patient: Patient) -> Sequence[Finding]:
    """Return which other programs offer models here."""
    found = await discover(patient.environment, ports=patient.ports)
    if not found:
        return [fine("Local servers", "none found (Ollama, LM Studio, llama.cpp)")]
    return [
        fine(
            "Local servers",
            sanitise_line(f"{each.kind.label} at {each.address}: {len(each.models)} models"),
        )
        for each in found
    ]


def _load_library() -> str:
    """Return why the library cannot be loaded, empty where it can.

    In a process of its own: one built for another processor would take telex with it.
    """
    try:
        done = subprocess.run(  # noqa: S603  # this very Python
            [sys.executable, "-c", f"import {_LIBRARY}"],
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            text=True,
            errors="replace",
        )
    except (OSError, subprocess.SubprocessError) as error:
        return type(error).__name__
    if done.returncode == 0:
        return ""
    if done.returncode < 0:
        return f"it ended with signal {-done.returncode}: not built for this processor"
    return sanitise_line(done.stderr.strip().rpartition("\n")[2])[:160]
