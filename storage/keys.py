"""API keys: where they come from, and keeping them out of sight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from providers.config import Kind, ProviderConfig
from providers.keyring_access import Keyring, KeyringBackend, KeyringProblem, KeyringState
from storage.errors import InvalidKey, KeyringUnavailable

_LONGEST_KEY = 4096


class KeySource(Enum):
    """Where a key was found, in the order of looking."""

    KEYRING = "keyring"
    ENVIRONMENT = "environment"
    THIS_RUN = "this run"


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key and its origin.

    Args:
        source: where it was found.
        key: the key itself; ``repr`` never shows it.
        variable: the environment variable it was found in, None elsewhere.
    """

    source: KeySource
    key: str = field(repr=False)
    variable: str | None = None


@dataclass(frozen=True, slots=True)
class KeyListing:
    """Where a provider's key comes from, without the key. ``source`` None: it has none."""

    provider: str
    source: KeySource | None
    variable: str | None = None


def clean_key(text: str) -> str:
    """Return ``text`` without surrounding white space, if it can be an API key.

    Raises:
        InvalidKey: it is empty, too long, or holds what no key holds. The message never quotes it.
    """
    key = text.strip()
    if not key:
        raise InvalidKey("the key is empty")
    if len(key) > _LONGEST_KEY:
        raise InvalidKey(f"the key is longer than {_LONGEST_KEY} characters: that is no API key")
    if any(character.isspace() for character in key):
        raise InvalidKey("the key contains spaces or line breaks: copy the key alone")
    if not (key.isascii() and key.isprintable()):
        raise InvalidKey("the key contains characters that cannot be part of one: copy it again")
    return key


def env_vars_of(provider: ProviderConfig) -> tuple[str, ...]:
    """Return the environment variables that may hold this provider's key, first wins."""
    if provider.kind is Kind.CUSTOM:
        name = "".join(c if c.isascii() and c.isalnum() else "_" for c in provider.name)
        return (f"TELEX_{name.upper()}_API_KEY",)
    return provider.env_vars


class KeyStore:
    """Finds each provider's key: OS keyring, then environment, then what was given for this run.

    The keyring is read once, for all providers in one pass, when the first key is asked for.
    Methods may block for the keyring's time limit: call them in a thread when a screen waits.

    Args:
        providers: whose keys are looked for.
        environment: such as ``os.environ``.
        backend: a keyring backend; None takes the system's.
        timeout: seconds the keyring may take to answer.
    """

    def __init__(
        self,
        providers: Iterable[ProviderConfig],
        environment: Mapping[str, str],
        *,
        backend: KeyringBackend | None = None,
        timeout: float = 3.0,
    ) -> None:
        self._env_vars = {provider.name: env_vars_of(provider) for provider in providers}
        self._environment = environment
        self._keyring = Keyring(backend, timeout=timeout)
        self._state: KeyringState | None = None
        self._announced = False
        self._from_keyring: dict[str, str] = {}
        self._this_run: dict[str, str] = {}

    def follow(self, providers: Iterable[ProviderConfig]) -> None:
        """Look for the keys of these providers from now on, in place of those known before."""
        known = {provider.name: env_vars_of(provider) for provider in providers}
        if known.keys() - self._env_vars.keys():
            self.refresh()  # nobody has asked the keyring about the new ones yet
        self._env_vars = known

    @property
    def keyring_state(self) -> KeyringState:
        """How the keyring is doing; asks it when nobody has yet."""
        self._read_keyring()
        return self._state or KeyringState.AVAILABLE

    def announcements(self) -> tuple[str, ...]:
        """Return what the person should be told about keys, the first time only.

        Nothing when the keyring works and every key found could be one.
        """
        if self._announced:
            return ()
        self._announced = True
        state = self.keyring_state
        problems = self.problems()
        return problems if state is KeyringState.AVAILABLE else (state.describe(), *problems)

    def problems(self) -> tuple[str, ...]:
        """Return which values were found in a key's place but cannot be one, whenever asked."""
        unusable: dict[str, str] = {}
        for provider in list(self._env_vars):
            self._look(provider, unusable)
        return tuple(unusable.values())

    def refresh(self) -> None:
        """Read the keyring again with the next question, for when it was unlocked meanwhile."""
        self._state = None

    def get(self, provider: str) -> FoundKey | None:
        """Return the key of ``provider`` and where it was found, None when there is none.

        A value that cannot be a key is passed over; ``problems`` says so.
        """
        return self._look(provider, {})

    def _look(self, provider: str, unusable: dict[str, str]) -> FoundKey | None:
        """Return the key of ``provider``; note in ``unusable`` what was passed over, by place."""
        self._read_keyring()
        kept = self._from_keyring.get(provider)
        key = _usable(kept, f"the keyring's key of {provider}", unusable)
        if key:
            return FoundKey(KeySource.KEYRING, key)
        for variable in self._env_vars.get(provider, ()):
            key = _usable(self._environment.get(variable), variable, unusable)
            if key:
                return FoundKey(KeySource.ENVIRONMENT, key, variable)
        if provider in self._this_run:
            return FoundKey(KeySource.THIS_RUN, self._this_run[provider])
        return None

    def keys(self) -> dict[str, str | None]:
        """Return every provider's key, None for those without: for ``Settings.to_core``."""
        found = {name: self.get(name) for name in self._env_vars}
        return {name: None if hit is None else hit.key for name, hit in found.items()}

    def list(self) -> tuple[KeyListing, ...]:
        """Return where each provider's key comes from, never a key."""
        found = ((name, self.get(name)) for name in self._env_vars)
        return tuple(
            KeyListing(name, None) if hit is None else KeyListing(name, hit.source, hit.variable)
            for name, hit in found
        )

    def set(self, provider: str, key: str) -> None:
        """Keep a key in the OS keyring.

        Raises:
            InvalidKey: ``key`` cannot be one, or ``provider`` is unknown.
            KeyringUnavailable: the keyring did not take it; nothing was kept.
        """
        self._check_provider(provider)
        clean = clean_key(key)
        try:
            self._keyring.write(provider, clean)
        except KeyringProblem as problem:
            self._state = problem.state
            raise KeyringUnavailable(
                f"the key of {provider} was not kept. {problem.state.describe()}"
            ) from problem
        self._from_keyring[provider] = clean
        self._this_run.pop(provider, None)

    def keep_for_this_run(self, provider: str, key: str) -> None:
        """Keep a key in memory until telex ends.

        Raises:
            InvalidKey: ``key`` cannot be one, or ``provider`` is unknown.
        """
        self._check_provider(provider)
        self._this_run[provider] = clean_key(key)

    def delete(self, provider: str) -> bool:
        """Forget a key, in the keyring and for this run. Returns whether there was one.

        A key in the environment stays: telex did not put it there.

        Raises:
            KeyringUnavailable: the keyring did not answer; a key in it may still be there.
        """
        held = self._this_run.pop(provider, None) is not None
        try:
            kept = self._keyring.delete(provider)
        except KeyringProblem as problem:
            self._state = problem.state
            if held:
                return True
            raise KeyringUnavailable(
                f"the key of {provider} could not be deleted. {problem.state.describe()}"
            ) from problem
        self._from_keyring.pop(provider, None)
        return kept or held

    def _check_provider(self, provider: str) -> None:
        if provider not in self._env_vars:
            raise InvalidKey(
                f"there is no provider {provider!r}; known are {', '.join(self._env_vars)}"
            )

    def _read_keyring(self) -> None:
        if self._state is not None:
            return
        try:
            self._from_keyring = self._keyring.read(list(self._env_vars))
        except KeyringProblem as problem:
            self._state = problem.state
        else:
            self._state = KeyringState.AVAILABLE


def _usable(text: str | None, where: str, unusable: dict[str, str]) -> str | None:
    # HTTP libraries quote a header they refuse, so a malformed key must not get that far.
    if text is None or not text.strip():
        return None
    try:
        return clean_key(text)
    except InvalidKey as error:
        unusable[where] = f"{where} is not used: {error}."
        return None
