"""Where each provider's key comes from, and what is known of it without showing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.key_check import address_of
from app.key_hints import shape_hints
from app.views import needs_key
from providers.config import ProviderConfig
from providers.keyring_access import KeyringState
from storage.errors import InvalidKey
from storage.keys import KeySource, clean_key, env_vars_of

if TYPE_CHECKING:
    from storage.keys import KeyStore
    from storage.settings import Settings


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """One provider and its key, without the key.

    Args:
        provider: its name.
        config: its configuration, which holds no key.
        source: where the key was found, None where there is none.
        variables: the environment variables that may hold it.
        held: the variable that holds one that can be used, or empty.
        unusable: what is wrong with the ones in the environment that are passed over.
        hints: what is odd about the key in use.
        address: where the provider is asked.
        enabled: whether it may answer.
    """

    provider: str
    config: ProviderConfig
    source: KeySource | None
    variables: tuple[str, ...]
    held: str
    unusable: tuple[str, ...]
    hints: tuple[str, ...]
    address: str
    enabled: bool

    @property
    def origin(self) -> str:
        """Where the key comes from, in words."""
        match self.source:
            case KeySource.KEYRING:
                return "in the keyring"
            case KeySource.ENVIRONMENT:
                return f"from the environment ({self.held})"
            case KeySource.THIS_RUN:
                return "for this run only"
            case _:
                return "no key" if self.config.needs_key else "no key, may need none"


@dataclass(frozen=True, slots=True)
class KeyPlaces:
    """All of them, and how the keyring is doing."""

    places: Sequence[KeyPlace]
    keyring: KeyringState

    @property
    def importable(self) -> Sequence[KeyPlace]:
        """Those whose key is only in the environment."""
        return [each for each in self.places if each.source is KeySource.ENVIRONMENT]


def read_places(keys: KeyStore, settings: Settings, environment: Mapping[str, str]) -> KeyPlaces:
    """Look at every provider that people add keys for. Blocks for the keyring: use a thread."""
    places = tuple(
        _place(config, keys, environment, enabled=name not in settings.disabled)
        for name, config in settings.providers.items()
        if needs_key(config)
    )
    return KeyPlaces(places, keys.keyring_state)


def _place(
    config: ProviderConfig, keys: KeyStore, environment: Mapping[str, str], *, enabled: bool
) -> KeyPlace:
    found = keys.get(config.name)
    variables = env_vars_of(config)
    usable, unusable = "", []
    for variable in variables:
        problem = _problem(environment.get(variable, ""))
        if problem:
            unusable.append(f"{variable} is set, but {problem}.")
        elif environment.get(variable, "").strip() and not usable:
            usable = variable
    return KeyPlace(
        config.name,
        config,
        found.source if found else None,
        variables,
        usable,
        tuple(unusable),
        shape_hints(found.key, config.kind) if found else (),
        address_of(config, environment),
        enabled,
    )


def _problem(value: str) -> str:
    """Return why an environment variable's value is no key, empty where it is one or is unset."""
    if not value.strip():
        return ""
    try:
        clean_key(value)
    except InvalidKey as error:
        return str(error)
    return ""
