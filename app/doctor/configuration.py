"""The configuration file, and the variables that override it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from app.doctor.finding import Finding, fine, problem, warning
from app.doctor.patient import Patient
from providers.adapters.redaction import redact
from storage.keys import env_vars_of

_PREFIX = "TELEX_"
_KNOWN = ("TELEX_CONFIG", "TELEX_DATA_DIR")
# Whatever is as long and mixed as a key, and no word of ours: one may be pasted as a name.
_KEY_LIKE = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}(?![\w-])")


def check_configuration(patient: Patient) -> Sequence[Finding]:
    """Return whether the configuration can be used."""
    path = patient.paths.config_file
    where = patient.short(path)
    if (broken := patient.config_problem) is not None:
        place = f"{where}:{broken.line}" if broken.line is not None else where
        key = f"{broken.key}: " if broken.key and broken.key not in broken.reason else ""
        advice = "correct that line; the checks below go by the defaults meanwhile"
        said = hide_keys(f"{key}{patient.short(broken.reason)}")
        return [problem("Configuration", f"{place}: {said}", advice)]
    if not path.exists():
        return [fine("Configuration", f"{where}: no file, so the defaults hold")]
    strategy = patient.settings.routing_strategy.value
    return [fine("Configuration", f"{where} is sound, strategy {strategy}")]


def check_variables(patient: Patient) -> Sequence[Finding]:
    """Return which variables override places, and which nobody reads."""
    environment = patient.environment
    known = {*_KNOWN}
    for provider in patient.settings.providers.values():
        known.update(env_vars_of(provider))
    used = [name for name in _KNOWN if environment.get(name)]
    found = []
    if used:
        places = ", ".join(f"{name}={patient.short(environment[name])}" for name in used)
        found.append(fine("Variables", places))
    if patient.config_problem is not None:
        return found  # its providers are not known, so neither are the variables of their keys
    for name in sorted(environment):
        if name.startswith(_PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(_KNOWN))}"
            found.append(warning("Variables", f"{name} is set, but nothing reads it", hint))
    return found


def hide_keys(text: str) -> str:
    """Return ``text`` without anything that looks like a key, whosever it is."""
    return _KEY_LIKE.sub("[key]", redact(text, None))
