"""Keys under a real Secret Service: kept, used, tested, deleted, and nowhere else to be found."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.terminal import tty
from tests.fakeserver import FakeServer, ok, status
from tests.fakeserver.endpoint import RecordedRequest
from tests.fakeserver.replies import Reply
from tests.home import Done, Home

KEY = "gsk_key-that-nobody-may-see-4711"


def _bearer(request: RecordedRequest) -> str:
    return request.headers["authorization"].removeprefix("Bearer ")


def test_a_key_from_stdin_is_the_one_on_the_wire(with_keyring: Home, server: FakeServer) -> None:
    done = with_keyring.run("keys", "set", "groq", stdin=f"  {KEY}\n")
    assert (done.code, done.out) == (0, "")
    assert done.err == "telex: the key of groq is in the keyring\n"
    assert with_keyring.run("ask", "hi").code == 0
    assert _bearer(server.groq.chats[0]) == KEY
    assert with_keyring.files_with(KEY) == []


def test_the_list_names_sources_and_no_key(with_keyring: Home) -> None:
    with_keyring.run("keys", "set", "groq", stdin=KEY)
    with_keyring.variables["OPENAI_API_KEY"] = "sk-from-the-environment"
    done = with_keyring.run("keys", "list")
    assert (done.code, done.err) == (0, "")
    listing = dict(line.split(maxsplit=1) for line in done.out.splitlines())
    assert listing == {
        "openai": "environment (OPENAI_API_KEY)",
        "anthropic": "none",
        "google": "none",
        "groq": "keyring",
        "local": "needs none",
    }


def test_the_keyring_wins_over_the_environment(with_keyring: Home, server: FakeServer) -> None:
    with_keyring.variables["GROQ_API_KEY"] = "gsk_from-the-environment"
    with_keyring.run("keys", "set", "groq", stdin=KEY)
    with_keyring.run("ask", "hi")
    deleted = with_keyring.run("keys", "delete", "groq")
    assert deleted.code == 0
    assert "the one in GROQ_API_KEY is still in use" in deleted.err
    with_keyring.run("ask", "hi")
    assert [_bearer(chat) for chat in server.groq.chats] == [KEY, "gsk_from-the-environment"]


def test_a_key_is_tested_without_a_token_spent(with_keyring: Home, server: FakeServer) -> None:
    with_keyring.run("keys", "set", "groq", stdin=KEY)
    accepted = with_keyring.run("keys", "test", "groq")
    assert accepted.code == 0
    assert "groq accepts the key and lists 1 models" in accepted.err
    server.groq.listing = status(401, f"Incorrect API key provided: {KEY}")
    rejected = with_keyring.run("keys", "test", "groq")
    assert rejected.code == 1
    assert "Incorrect API key provided: [key]" in rejected.err
    assert [_bearer(request) for request in server.groq.requests] == [KEY, KEY]
    assert not server.groq.chats


def test_a_deleted_key_is_gone(with_keyring: Home, server: FakeServer) -> None:
    with_keyring.run("keys", "set", "groq", stdin=KEY)
    assert with_keyring.run("keys", "delete", "groq").code == 0
    again = with_keyring.run("keys", "delete", "groq")
    assert again.code == 1
    assert "the keyring holds no key of groq" in again.err
    untested = with_keyring.run("keys", "test", "groq")
    assert untested.code == 2
    assert "telex keys set groq" in untested.err
    assert not server.groq.requests


def test_a_person_is_asked_without_echo(with_keyring: Home, server: FakeServer) -> None:
    with tty(with_keyring, ["keys", "set", "groq"], typing=True) as terminal:
        terminal.wait_for("API key of groq (not shown): ")
        terminal.type(f"{KEY}\n")
        assert terminal.end() == 0
    assert "the key of groq is in the keyring" in terminal.shown
    assert KEY not in terminal.shown
    with_keyring.run("ask", "hi")
    assert _bearer(server.groq.chats[0]) == KEY


@pytest.mark.parametrize("key", ["", "two words", "naïve-kéy", "x" * 5000])
def test_what_cannot_be_a_key_is_not_kept(with_keyring: Home, key: str) -> None:
    done = with_keyring.run("keys", "set", "groq", stdin=f"{key}\n")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("telex: the key ")
    assert not key or key not in done.err
    assert "keyring" not in with_keyring.run("keys", "list").out


def test_a_key_for_nobody_is_a_mistake(with_keyring: Home) -> None:
    done = with_keyring.run("keys", "set", "grok", stdin=KEY)
    assert done.code == 2
    assert "there is no provider 'grok'; known are openai, anthropic, google, groq" in done.err


def test_a_whole_session_leaves_the_key_nowhere(with_keyring: Home, server: FakeServer) -> None:
    """Every way a server can throw a key back: in errors, streams, headers, the answer's model."""

    def echo(request: RecordedRequest) -> Reply:
        return status(401, f"Incorrect API key provided: {_bearer(request)}.", headers={"x-k": KEY})

    with_keyring.configure("max_retries = 0\n")
    server.groq.default(echo)
    server.groq.reply(ok("fine"))
    session: list[Done] = [
        with_keyring.run("keys", "set", "groq", stdin=KEY),
        with_keyring.run("keys", "list"),
        with_keyring.run("ask", "hi"),
        with_keyring.run("ask", "hi", "--json"),
        with_keyring.run("ask", "hi", "--no-fallback"),
    ]
    server.groq.listing = echo
    session += [
        with_keyring.run("keys", "test", "groq"),
        with_keyring.run("health"),
        with_keyring.run("health", "--json"),
        with_keyring.run("stats"),
        with_keyring.run("export"),
        with_keyring.run("export", "--format", "json"),
        with_keyring.run("config", "show"),
    ]
    assert len(server.groq.chats) == 3
    assert any("Incorrect API key" in done.err for done in session)
    for done in session:
        assert KEY not in done.out + done.err
    assert with_keyring.files_with("Incorrect API key") == [with_keyring.database]
    assert with_keyring.files_with(KEY) == []


# Without a keyring


def test_without_a_keyring_setting_a_key_says_what_to_do(home: Home) -> None:
    done = home.run("keys", "set", "groq", stdin=KEY)
    assert (done.code, done.out) == (2, "")
    assert "the key of groq was not kept. There is no OS keyring" in done.err
    assert "environment variables" in done.err
    assert home.files_with(KEY) == []


def test_without_a_keyring_the_environment_does(home: Home, server: FakeServer) -> None:
    done = home.run("keys", "list")
    assert done.code == 0
    assert "There is no OS keyring" in done.err
    assert "groq         environment (GROQ_API_KEY)" in done.out
    asked = home.run("ask", "hi")
    assert (asked.code, asked.err) == (0, "")
    assert _bearer(server.groq.chats[0]) == "gsk_test_groq"


@pytest.fixture
def silent_bus(tmp_path: Path) -> Iterator[str]:
    """A session bus that takes connections and never says a word."""
    address = tmp_path / "bus"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address))
        listener.listen()
        yield f"unix:path={address}"


def test_a_keyring_that_hangs_does_not_hang_telex(home: Home, silent_bus: str) -> None:
    started = time.monotonic()
    done = home.run("ask", "hi", environment={"DBUS_SESSION_BUS_ADDRESS": silent_bus})
    assert (done.code, done.out) == (0, "Hello!\n")
    assert time.monotonic() - started < 15
