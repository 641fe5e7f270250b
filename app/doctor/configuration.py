"""The configuration file, and the variables that override it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from app.doctor.finding import Finding, fine, problem, warning
from app.doctor.patient import Patient
from storage.keys import env_vars_of

_PREFIX = "TELEX_"
_KNOWN = ("TELEX_CONFIG", "TELEX_DATA_DIR")


def check_configuration(patient: Patient) -> Sequence[Finding]:
    """Return whether the configuration can be used."""
    path = patient.paths.config_file
    where = patient.short(path)
    if (broken := patient.config_problem) is not None:
        place = f"{where}:{broken.line}" if broken.line is not None else where
        key = f"{broken.key}: " if broken.key and broken.key not in broken.reason else ""
        advice = "correct that line; the checks below go by the defaults meanwhile"
        return [problem("Configuration", f"{place}: {key}{patient.short(broken.reason)}", advice)]
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
    for name in sorted(environment):
        if name.startswith(_PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(_KNOWN))}"
            found.append(warning("Variables", f"{name} is set, but nothing reads it", hint))
    return found
