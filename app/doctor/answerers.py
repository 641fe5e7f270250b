"""Whether anybody can answer at all, and whether those whom the configuration names can."""

from __future__ import annotations

from collections.abc import Sequence

from app.doctor.finding import Finding, fine, problem, warning
from app.doctor.patient import Patient
from app.keymap import key_of
from providers.config import LocalConfig, ProviderConfig, Strategy
from providers.local_model import LocalModelUnavailable, locate_model

_SUBJECT = "Answers"


def check_answerers(patient: Patient) -> Sequence[Finding]:
    """Return who can answer, and who was named in the configuration but cannot."""
    settings, keys = patient.settings, patient.keys.keys()
    lacks = {
        name: words
        for name, config in settings.providers.items()
        if (words := _lack(patient, config, keys.get(name)))
    }
    able = [name for name in settings.providers if name not in lacks]
    if not able:
        local = (
            "switch the local model on (enabled = true under [providers.local])"
            if "local" in settings.disabled
            else "get a local model (telex models list)"
        )
        keys_screen = key_of(patient, "app.keys")
        advice = f"add a key ({keys_screen} in the chat, or telex keys set NAME), or {local}"
        return [problem(_SUBJECT, "nobody can answer: no provider has what it needs", advice)]
    named = _named(patient)
    found = [
        warning(_SUBJECT, f"{role} is {name}, but it {lacks[name]}", _advice(name, lacks[name]))
        for name, role in named.items()
        if name in lacks
    ]
    return [*found, fine(_SUBJECT, f"can be given by {', '.join(able)}")]


_KEYLESS = "has no usable key"
_OFF = "is switched off"
_FILELESS = "has no model file"


def _lack(patient: Patient, config: ProviderConfig, key: str | None) -> str:
    """Return what keeps a provider from answering, empty where nothing is known to."""
    if config.name in patient.settings.disabled:
        return _OFF
    if isinstance(config, LocalConfig):
        try:
            locate_model(config.model_path, patient.paths.models)
        except LocalModelUnavailable:
            return _FILELESS
    return _KEYLESS if config.needs_key and not key else ""


def _named(patient: Patient) -> dict[str, str]:
    """Return those whom the configuration counts on, with what for. The first role is told."""
    settings = patient.settings
    named: dict[str, str] = {}
    if settings.primary_provider is not None:
        manual = settings.routing_strategy is Strategy.MANUAL
        role = "the provider to ask (strategy manual)" if manual else "primary_provider"
        named[settings.primary_provider] = role
    if settings.enable_fallback:
        for name in settings.fallback_providers:
            # One that was switched off and left in the list was so on purpose.
            if name not in settings.disabled:
                named.setdefault(name, "one of fallback_providers")
    return named


def _advice(name: str, lack: str) -> str:
    if lack == _OFF:
        return f"take out enabled = false under [providers.{name}], or name another"
    if lack == _FILELESS:
        return "telex models list shows what there is; or name another"
    return f"telex keys set {name}, or name another; until then others are asked"
