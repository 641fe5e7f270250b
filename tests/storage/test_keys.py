from __future__ import annotations

import threading
import time

import pytest
from keyring.backends import fail, null
from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError

from providers.config import CustomConfig, GoogleConfig, LocalConfig, OpenAIConfig
from providers.keyring_access import KeyringState, is_weak
from storage.errors import InvalidKey, KeyringUnavailable
from storage.keys import KeySource, KeyStore, clean_key, env_vars_of

PROVIDERS = (OpenAIConfig(), GoogleConfig(), LocalConfig())


class MemoryBackend:
    """A keyring that keeps secrets in a dict and says which threads asked."""

    def __init__(self, secrets: dict[str, str] | None = None) -> None:
        self.secrets = dict(secrets or {})
        self.threads: list[threading.Thread] = []

    def get_password(self, service: str, username: str) -> str | None:
        assert service == "telex"
        self.threads.append(threading.current_thread())
        return self.secrets.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.secrets[username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.secrets[username]


class FailingBackend(MemoryBackend):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
        self.calls = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.calls += 1
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        self.calls += 1
        raise self.error


class BlockingBackend(MemoryBackend):
    def __init__(self) -> None:
        super().__init__()
        self.release = threading.Event()
        self.calls = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.calls += 1
        self.release.wait()
        return None


def test_keyring_then_environment_then_this_run() -> None:
    environment = {"OPENAI_API_KEY": "sk-env", "GOOGLE_API_KEY": "g-env"}
    store = KeyStore(PROVIDERS, environment, backend=MemoryBackend({"openai": "sk-ring"}))
    store.keep_for_this_run("google", "g-run")
    store.keep_for_this_run("local", "l-run")
    openai, google, local = (store.get(name) for name in ("openai", "google", "local"))
    assert openai is not None
    assert (openai.key, openai.source) == ("sk-ring", KeySource.KEYRING)
    assert google is not None
    assert (google.key, google.variable) == ("g-env", "GOOGLE_API_KEY")
    assert local is not None
    assert local.source is KeySource.THIS_RUN
    assert store.keys() == {"openai": "sk-ring", "google": "g-env", "local": "l-run"}


def test_the_first_environment_variable_wins() -> None:
    environment = {"GEMINI_API_KEY": "first", "GOOGLE_API_KEY": "second"}
    hit = KeyStore(PROVIDERS, environment, backend=MemoryBackend()).get("google")
    assert hit is not None
    assert hit.key == "first"


def test_nothing_shows_a_key() -> None:
    store = KeyStore(PROVIDERS, {"OPENAI_API_KEY": "sk-secret"}, backend=MemoryBackend())
    assert "sk-secret" not in f"{store.get('openai')!r} {store.list()!r} {store.announcements()!r}"
    assert [listing.source for listing in store.list()] == [KeySource.ENVIRONMENT, None, None]


def test_all_providers_are_read_in_one_pass_in_one_other_thread() -> None:
    backend = MemoryBackend()
    store = KeyStore(PROVIDERS, {}, backend=backend)
    store.list()
    store.keys()
    assert len(backend.threads) == len(PROVIDERS)
    assert len(set(backend.threads)) == 1
    assert backend.threads[0] is not threading.current_thread()
    assert backend.threads[0].daemon


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (NoKeyringError("none"), KeyringState.MISSING),
        (KeyringLocked("locked"), KeyringState.LOCKED),
        (InitError("no collection"), KeyringState.FAILING),
        (KeyringError("other"), KeyringState.FAILING),
        (ConnectionResetError("bus gone"), KeyringState.FAILING),
    ],
)
def test_what_the_keyring_raises_becomes_a_state(error: Exception, state: KeyringState) -> None:
    backend = FailingBackend(error)
    store = KeyStore(PROVIDERS, {"OPENAI_API_KEY": "sk-env"}, backend=backend)
    assert store.keyring_state is state
    assert store.get("openai") is not None
    assert store.announcements() == (state.describe(),)
    assert store.announcements() == ()
    assert backend.calls == 1
    with pytest.raises(KeyringUnavailable, match="not kept") as caught:
        store.set("openai", "sk-new")
    assert "sk-new" not in str(caught.value)


def test_errors_of_dbus_itself_are_a_state_too() -> None:
    from secretstorage import SecretStorageException

    backend = FailingBackend(SecretStorageException("gone"))
    assert KeyStore(PROVIDERS, {}, backend=backend).keyring_state is KeyringState.FAILING


def test_a_keyring_that_blocks_is_left_alone_after_one_time_limit() -> None:
    backend = BlockingBackend()
    store = KeyStore(PROVIDERS, {"OPENAI_API_KEY": "sk-env"}, backend=backend, timeout=0.05)
    began = time.monotonic()
    assert store.keyring_state is KeyringState.FAILING
    assert store.get("openai") is not None
    with pytest.raises(KeyringUnavailable, match="does not answer"):
        store.set("openai", "sk-new")
    store.refresh()
    assert store.keyring_state is KeyringState.FAILING
    assert time.monotonic() - began < 5
    assert backend.calls == 1
    backend.release.set()


def test_a_keyring_that_was_unlocked_meanwhile_is_read_again() -> None:
    backend = FailingBackend(KeyringLocked("locked"))
    store = KeyStore(PROVIDERS, {}, backend=backend)
    assert store.keyring_state is KeyringState.LOCKED
    store.refresh()
    assert store.keyring_state is KeyringState.LOCKED
    assert backend.calls == 2


def test_set_and_delete() -> None:
    backend = MemoryBackend()
    store = KeyStore(PROVIDERS, {}, backend=backend)
    store.keep_for_this_run("openai", "sk-run")
    store.set("openai", "  sk-1\n")
    assert backend.secrets == {"openai": "sk-1"}
    hit = store.get("openai")
    assert hit is not None
    assert hit.source is KeySource.KEYRING
    assert store.delete("openai")
    assert backend.secrets == {}
    assert store.get("openai") is None
    assert not store.delete("openai")


def test_a_key_for_this_run_can_be_deleted_without_a_keyring() -> None:
    store = KeyStore(PROVIDERS, {}, backend=FailingBackend(NoKeyringError()))
    store.keep_for_this_run("openai", "sk-run")
    assert store.delete("openai")
    assert store.get("openai") is None
    with pytest.raises(KeyringUnavailable, match="could not be deleted"):
        store.delete("openai")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("sk one", "spaces"),
        ("sk\none", "line breaks"),
        ("sk-\x1b[31m", "characters"),
        ("sk-\u00e9", "characters"),
        ("k" * 4097, "longer"),
    ],
)
def test_what_cannot_be_a_key_is_refused_without_quoting_it(text: str, says: str) -> None:
    with pytest.raises(InvalidKey, match=says) as caught:
        clean_key(text)
    assert not text.strip() or text.strip() not in str(caught.value)


def test_a_malformed_key_in_the_environment_is_passed_over_aloud() -> None:
    environment = {"GEMINI_API_KEY": "two words", "GOOGLE_API_KEY": "g-2"}
    store = KeyStore(PROVIDERS, environment, backend=MemoryBackend())
    hit = store.get("google")
    assert hit is not None
    assert hit.key == "g-2"
    [said] = store.announcements()
    assert "GEMINI_API_KEY" in said
    assert "two words" not in said


def test_malformed_keys_are_named_as_often_as_asked_and_while_they_are_there() -> None:
    environment = {"GEMINI_API_KEY": "two words"}
    store = KeyStore(PROVIDERS, environment, backend=MemoryBackend())
    assert store.announcements() == store.problems() == store.problems()
    assert "GEMINI_API_KEY" in store.problems()[0]
    environment["GEMINI_API_KEY"] = "g-1"
    assert store.problems() == ()


def test_unknown_providers_are_refused_by_name() -> None:
    with pytest.raises(InvalidKey, match=r"'opnai'.*openai, google, local"):
        KeyStore(PROVIDERS, {}, backend=MemoryBackend()).set("opnai", "sk-1")


def test_a_custom_provider_has_a_variable_of_its_own() -> None:
    config = CustomConfig(name="my-box.lan", base_url="http://localhost/v1", model="m")
    assert env_vars_of(config) == ("TELEX_MY_BOX_LAN_API_KEY",)


def test_backends_that_keep_no_secret_are_weak() -> None:
    plaintext = type("PlaintextKeyring", (), {"__module__": "keyrings.alt.file"})()
    assert is_weak(plaintext)
    assert is_weak(null.Keyring())  # type: ignore[no-untyped-call]
    assert is_weak(fail.Keyring())  # type: ignore[no-untyped-call]
    strong = type("Keyring", (), {"__module__": "keyring.backends.SecretService"})()
    assert not is_weak(strong)
