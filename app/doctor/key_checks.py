"""The keyring and the keys. No key is ever shown."""

from __future__ import annotations

from collections.abc import Sequence

from app.doctor.finding import Finding, fine, warning
from app.doctor.patient import Patient
from app.keymap import key_of
from providers.keyring_access import KeyringState
from storage.keys import KeySource


def check_keyring(patient: Patient) -> Sequence[Finding]:
    """Return whether the keyring can be used, and which it is."""
    state = patient.keys.keyring_state
    if state is KeyringState.AVAILABLE:
        return [fine("Keyring", f"available: {_backend()}")]
    said, _, advice = state.describe().partition(": ")
    return [warning("Keyring", f"{said} ({_backend()})", advice.rstrip("."))]


def check_keys(patient: Patient) -> Sequence[Finding]:
    """Return where each provider's key comes from, and which cannot be keys."""
    settings, listing = patient.settings, patient.keys.list()
    found: list[Finding] = []
    lacking: list[str] = []
    for each in listing:
        if each.source is KeySource.ENVIRONMENT:
            found.append(fine(f"Key: {each.provider}", f"from the variable {each.variable}"))
        elif each.source is not None:
            found.append(fine(f"Key: {each.provider}", f"from the {each.source.value}"))
        elif settings.providers[each.provider].needs_key and each.provider not in settings.disabled:
            lacking.append(each.provider)
    screen = key_of(patient, "app.keys")
    advice = f"set it anew: {screen}, or telex keys set NAME"
    found += [warning("Keys", words, advice) for words in patient.keys.problems()]
    if lacking:
        words = f"none for {', '.join(lacking)}: these are not asked ({screen} adds one)"
        found.append(fine("Keys", words))
    return found


def _backend() -> str:
    import keyring

    chosen = keyring.get_keyring()
    members = list(getattr(chosen, "backends", [chosen]))
    return ", ".join(f"{type(each).__module__}.{type(each).__name__}" for each in members) or "none"
