"""Keys in a real GNOME Keyring, each call in a process of its own."""

from __future__ import annotations

import json

from tests.storage.conftest import ask_python

_STORE = """
import json, os, sys
from providers.config import OpenAIConfig, GroqConfig
from storage.keys import KeyStore
store = KeyStore([OpenAIConfig(), GroqConfig()], os.environ, timeout=20)
"""


def test_a_key_survives_the_process_that_set_it(unlocked_keyring: dict[str, str]) -> None:
    ask_python(f"{_STORE}\nstore.set('openai', ' sk-real-1 ')", environment=unlocked_keyring)
    out = ask_python(
        f"{_STORE}\nhit = store.get('openai')"
        "\nprint(json.dumps([hit.key, hit.source.name, store.keyring_state.name, repr(hit),"
        " [(k.provider, k.source and k.source.name) for k in store.list()]]))",
        environment=unlocked_keyring,
    )
    key, source, state, shown, listing = json.loads(out)
    assert (key, source, state) == ("sk-real-1", "KEYRING", "AVAILABLE")
    assert "sk-real-1" not in shown
    assert listing == [["openai", "KEYRING"], ["groq", None]]


def test_it_is_the_entry_other_programs_see_as_telex(unlocked_keyring: dict[str, str]) -> None:
    ask_python(f"{_STORE}\nstore.set('groq', 'gsk-2')", environment=unlocked_keyring)
    out = ask_python(
        "import keyring; print(keyring.get_password('telex', 'groq'))", environment=unlocked_keyring
    )
    assert out == "gsk-2"
    gone = ask_python(
        f"{_STORE}\nprint(store.delete('groq'), store.delete('groq'), store.get('groq'))",
        environment=unlocked_keyring,
    )
    assert gone == "True False None"


def test_the_keyring_wins_over_the_environment(unlocked_keyring: dict[str, str]) -> None:
    environment = {**unlocked_keyring, "OPENAI_API_KEY": "sk-env"}
    code = f"{_STORE}\nstore.set('openai', 'sk-ring')\nprint(store.get('openai').source.name)"
    assert ask_python(code, environment=environment) == "KEYRING"
    code = f"{_STORE}\nstore.delete('openai')\nprint(store.get('openai'))"
    out = ask_python(code, environment=environment)
    assert "ENVIRONMENT" in out
    assert "OPENAI_API_KEY" in out
    assert "sk-env" not in out


def test_a_keyring_nobody_unlocked_leaves_the_environment(locked_keyring: dict[str, str]) -> None:
    environment = {**locked_keyring, "OPENAI_API_KEY": "sk-env"}
    code = (
        f"{_STORE.replace('timeout=20', 'timeout=2')}"
        "\nprint(store.keyring_state.name, store.get('openai').source.name)"
        "\nprint(len(store.announcements()), len(store.announcements()))"
    )
    state, count = ask_python(code, environment=environment).splitlines()
    assert state in ("LOCKED ENVIRONMENT", "FAILING ENVIRONMENT")
    assert count == "1 0"


def test_without_a_bus_there_is_no_keyring(unlocked_keyring: dict[str, str]) -> None:
    environment = {
        **unlocked_keyring,
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus",
        "XDG_RUNTIME_DIR": "/nonexistent",
    }
    code = f"{_STORE}\nprint(store.keyring_state.name, store.get('openai'))"
    assert ask_python(code, environment=environment) == "MISSING None"
