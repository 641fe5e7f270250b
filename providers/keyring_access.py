"""The OS keyring behind a thread: it may block for ever, telex may not.

Every call runs in a daemon thread with a time limit. A keyring that did not answer once, or has
no usable backend, is not asked again in this process.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Protocol, TypeVar

T = TypeVar("T")

SERVICE = "telex"
TIMEOUT = 3.0

# They would keep a key as plain text, under a weak cipher, or nowhere at all.
_REFUSED_MODULES = ("keyring.backends.null", "keyring.backends.fail", "keyrings.")
_REFUSED_WORDS = ("plaintext", "encryptedkeyring", "cryptfile", "uncrypted")


class KeyringBackend(Protocol):
    """The part of ``keyring.backend.KeyringBackend`` that telex uses."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return the secret, None when there is none."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep the secret."""

    def delete_password(self, service: str, username: str) -> None:
        """Forget the secret."""


class KeyringState(Enum):
    """Whether keys can be kept in the OS keyring."""

    AVAILABLE = "available"
    MISSING = "missing"
    LOCKED = "locked"
    FAILING = "failing"

    def describe(self) -> str:
        """Return one sentence that says what it means and what to do."""
        return _DESCRIPTIONS[self]


_INSTEAD = "use environment variables or give keys for this run"
_DESCRIPTIONS = {
    KeyringState.AVAILABLE: "The OS keyring keeps the keys.",
    KeyringState.MISSING: (
        "There is no OS keyring: install and start one (GNOME Keyring, KWallet or KeePassXC on"
        f" Linux), or {_INSTEAD}."
    ),
    KeyringState.LOCKED: f"The OS keyring is locked: unlock it, or {_INSTEAD}.",
    KeyringState.FAILING: (
        "The OS keyring does not answer: unlock or restart it and start telex again,"
        f" or {_INSTEAD}."
    ),
}


class KeyringProblem(Exception):  # never leaves this package
    """A call to the keyring did not go through. ``state`` says why."""

    def __init__(self, state: KeyringState) -> None:
        super().__init__(state.describe())
        self.state = state


class Keyring:
    """The OS keyring, with a time limit for each call.

    Args:
        backend: used instead of the one the ``keyring`` package picks.
        timeout: seconds a call may take.
    """

    def __init__(self, backend: KeyringBackend | None = None, *, timeout: float = TIMEOUT) -> None:
        self._backend = backend
        self._timeout = timeout
        self._given_up: KeyringState | None = None

    @property
    def given_up(self) -> KeyringState | None:
        """Why the keyring is not asked any more, None while it is."""
        return self._given_up

    def read(self, users: Sequence[str]) -> dict[str, str]:
        """Return the secrets there are, by user, in one pass in one thread.

        Raises:
            KeyringProblem: the keyring did not answer.
        """

        def read_all(backend: KeyringBackend) -> dict[str, str]:
            found = ((user, backend.get_password(SERVICE, user)) for user in users)
            return {user: secret for user, secret in found if secret}

        return self._call(read_all)

    def write(self, user: str, secret: str) -> None:
        """Keep a secret.

        Raises:
            KeyringProblem: the keyring did not take it.
        """
        self._call(lambda backend: backend.set_password(SERVICE, user, secret))

    def delete(self, user: str) -> bool:
        """Forget a secret. Returns whether there was one.

        Raises:
            KeyringProblem: the keyring did not answer.
        """

        def delete_one(backend: KeyringBackend) -> bool:
            if backend.get_password(SERVICE, user) is None:
                return False
            backend.delete_password(SERVICE, user)
            return True

        return self._call(delete_one)

    def _call(self, action: Callable[[KeyringBackend], T]) -> T:
        if self._given_up is not None:
            raise KeyringProblem(self._given_up)
        import keyring  # noqa: F401  # 60 ms, here so that they do not count as its silence

        outcome: list[T | KeyringState] = []
        thread = threading.Thread(
            target=lambda: outcome.append(self._attempt(action)), name="telex-keyring", daemon=True
        )
        thread.start()
        thread.join(self._timeout)
        # An empty list: it hangs.
        result = outcome[0] if outcome else KeyringState.FAILING
        if isinstance(result, KeyringState):
            if not outcome or result is KeyringState.MISSING:
                self._given_up = result
            raise KeyringProblem(result)
        return result

    def _attempt(self, action: Callable[[KeyringBackend], T]) -> T | KeyringState:
        """Run ``action``; what the keyring raises becomes a state."""
        from keyring import errors

        failures: tuple[type[Exception], ...] = (errors.KeyringError, *_transport_errors())
        try:
            if self._backend is None:
                self._backend = _strong_backend()
            return action(self._backend)
        except errors.NoKeyringError:
            return KeyringState.MISSING
        except errors.KeyringLocked:
            return KeyringState.LOCKED
        except failures:
            return KeyringState.FAILING


def _strong_backend() -> KeyringBackend:
    """Return the system's backend, of a chain the first that keeps a secret secret."""
    import keyring
    from keyring.errors import NoKeyringError

    chosen = keyring.get_keyring()
    members: Sequence[KeyringBackend] = getattr(chosen, "backends", [chosen])
    strong = next((member for member in members if not is_weak(member)), None)
    if strong is None:
        raise NoKeyringError("no backend that keeps a secret secret")
    return strong


def _transport_errors() -> tuple[type[Exception], ...]:
    """Return what backends let through from below when D-Bus or the system's API fails."""
    found: list[type[Exception]] = [
        OSError,
        ImportError,
        RuntimeError,
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
    ]
    with contextlib.suppress(ImportError):  # Linux
        from jeepney import DBusErrorResponse  # type: ignore[import-untyped]
        from secretstorage import SecretStorageException

        found += [DBusErrorResponse, SecretStorageException]
    with contextlib.suppress(ImportError):  # Windows
        from win32ctypes.pywin32 import pywintypes  # type: ignore[import-not-found]

        found.append(pywintypes.error)
    return tuple(found)


def is_weak(backend: object) -> bool:
    """Return whether ``backend`` would keep a secret in the open, or not at all."""
    kind = type(backend)
    name = f"{kind.__module__}.{kind.__qualname__}".lower()
    return name.startswith(_REFUSED_MODULES) or any(word in name for word in _REFUSED_WORDS)
