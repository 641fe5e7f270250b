"""Keys that the configuration does not hold: from the OS keyring, then from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib.util import find_spec

from providers.config import ProviderConfig
from providers.keyring_access import Keyring, KeyringProblem


def key_from_environment(
    config: ProviderConfig, environment: Mapping[str, str] = os.environ
) -> str | None:
    """Return the key in the provider's usual environment variable, or None."""
    found = (environment.get(variable) for variable in config.env_vars)
    return next((key.strip() for key in found if key and key.strip()), None)


class SystemKeys:
    """Finds keys where ``telex keys set`` puts them, and in the environment.

    The keyring is read once, when the first key is wanted, for all providers together, and never
    waited for longer than three seconds. Without the package ``keyring``, or with a keyring that
    is missing or locked, the environment alone is asked.

    Args:
        names: the providers whose keys will be wanted.
        keyring: used instead of the system's.
    """

    def __init__(self, names: Sequence[str], keyring: Keyring | None = None) -> None:
        self._names = names
        self._keyring = keyring
        self._kept: Mapping[str, str] | None = None

    def __call__(self, config: ProviderConfig) -> str | None:
        """Return the key of the provider, or None."""
        if self._kept is None:
            self._kept = self._read()
        return self._kept.get(config.name) or key_from_environment(config)

    def _read(self) -> Mapping[str, str]:
        if self._keyring is None and find_spec("keyring") is None:
            return {}
        try:
            return (self._keyring or Keyring()).read(self._names)
        except KeyringProblem:
            return {}
