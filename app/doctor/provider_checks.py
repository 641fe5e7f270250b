"""The providers: does each answer, take the key, and offer the model? Spends no token."""

from __future__ import annotations

import asyncio
import difflib
import re
from collections.abc import Sequence

from app.doctor.finding import Finding, fine, problem, warning
from app.doctor.patient import Patient, shorten
from app.key_check import address_of
from app.keymap import key_of
from providers.adapters import build_adapter
from providers.adapters.redaction import redact
from providers.base import Provider
from providers.config import Kind, ProviderConfig
from providers.errors import AuthFailed, BadRequest, ProviderError, TimedOut, Unavailable

_LONGEST = 160  # characters of a provider's own words


async def check_providers(patient: Patient) -> Sequence[Finding]:
    """Return what each provider that may answer says to its key, asked all at once."""
    keys = await asyncio.to_thread(patient.keys.keys)
    asked = [
        config.with_key(keys.get(name))
        for name, config in patient.settings.providers.items()
        if name not in patient.settings.disabled
        and config.kind is not Kind.LOCAL
        and (keys.get(name) or not config.needs_key)
    ]
    if not asked:
        return [fine("Providers", _nobody(patient))]
    # The SDKs are imported before the time of any of them runs.
    adapters = [build_adapter(config, patient.timeouts) for config in asked]
    for adapter in adapters:
        await asyncio.to_thread(adapter.warm_up)
    pairs = zip(asked, adapters, strict=True)
    return await asyncio.gather(*(_ask(patient, *pair) for pair in pairs))


async def _ask(patient: Patient, config: ProviderConfig, adapter: Provider) -> Finding:
    began = asyncio.get_running_loop().time()
    try:
        offered = [model.id for model in await adapter.list_models()]
    except ProviderError as error:
        words = redact(error.message, config.api_key)[:_LONGEST]
        status = f" (HTTP {error.status})" if error.status is not None else ""
        found = f"{shorten(words, patient.environment)}{status}"
        if _lists_nothing(config, error):
            words = f"offers no list of models; not judged: {found}"
            return warning(config.name, words, "ask it something: the chat may be fine")
        return problem(config.name, found, _advice(patient, config, error))
    finally:
        await adapter.aclose()
    took = asyncio.get_running_loop().time() - began
    words = (
        f"answers in {took:.1f} s, key accepted" if config.api_key else f"answers in {took:.1f} s"
    )
    missing = [each.model for each in config.variants() if not _offers(offered, each.model)]
    if offered and missing:
        near = difflib.get_close_matches(missing[0], offered, 1, 0.5)
        nearest = f"the nearest is {near[0]}; " if near else ""
        screen = key_of(patient, "app.keys")
        advice = f"{nearest}{screen}, then the models of {config.name}, shows those there are"
        return problem(config.name, f"{words}, but does not offer {', '.join(missing)}", advice)
    return fine(config.name, f"{words}, offers {config.model}")


def _offers(offered: Sequence[str], model: str) -> bool:
    """Whether a model is listed: some lists put a folder in front, or a date behind."""
    name = re.escape(model.removesuffix("-latest"))
    listed = re.compile(rf"(?:models/)?{name}(?:-latest|:latest|-\d{{8}}|-\d{{4}}-\d\d-\d\d)?")
    return any(listed.fullmatch(each) for each in offered)


def _nobody(patient: Patient) -> str:
    return f"none has a key, so none was asked; {key_of(patient, 'app.keys')} adds one"


def _lists_nothing(config: ProviderConfig, error: ProviderError) -> bool:
    """Whether a server merely lacks the list, which few of those that answer chats need."""
    refused = isinstance(error, BadRequest) and 400 <= (error.status or 0) < 500
    return config.kind is Kind.CUSTOM and (refused or error.status == 501)


def _advice(patient: Patient, config: ProviderConfig, error: ProviderError) -> str:
    if isinstance(error, AuthFailed):
        screen = key_of(patient, "app.keys")
        return f"set its key anew: telex keys set {config.name} ({screen} in the chat)"
    if isinstance(error, Unavailable | TimedOut):
        address = address_of(config, patient.environment)
        where = f", and base_url ({address})" if config.base_url else ""
        return f"check the network{where}; the other providers answer meanwhile"
    return "telex keys test " + config.name + " asks again; its status page may say more"
