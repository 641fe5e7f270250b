"""Bad input is refused with the place, the reason and what to do, before anything is changed."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.terminal import tty
from tests.fakeserver import FakeServer
from tests.home import Home

_COMMANDS = (["ask", "hi"], ["stats"], ["history", "search", "x"], ["export"], ["health"])


@pytest.mark.parametrize(
    ("toml", "line", "fragments"),
    [
        pytest.param('theme = "x"\nrouting_strategy = cost\n', 2, ["TOML"], id="syntax"),
        pytest.param(
            'rooting_strategy = "cost"\n',
            1,
            ["rooting_strategy", "did you mean 'routing_strategy'?", "enable_fallback"],
            id="unknown key",
        ),
        pytest.param(
            '\nrouting_strategy = "cheap"\n',
            2,
            [
                "routing_strategy",
                "'cheap'",
                "cost, latency, quality, dynamic, balanced, adaptive, rules, experiment, manual",
            ],
            id="unknown strategy",
        ),
        pytest.param(
            'primary_provider = "opnai"\n',
            1,
            ["primary_provider", "'opnai'", "openai, anthropic, google, groq, local"],
            id="unknown provider",
        ),
        pytest.param(
            'fallback_providers = ["groq", "grok"]\n',
            1,
            ["fallback_providers", "'grok'", "openai, anthropic, google, groq, local"],
            id="unknown provider in the chain",
        ),
        pytest.param(
            '[providers.openai]\nmodel = "m"\nmodell = "m"\n',
            3,
            ["providers.openai.modell", "did you mean 'model'?", "temperature"],
            id="unknown key of a provider",
        ),
        pytest.param(
            '[providers.openai]\napi_key = "sk-secret"\n',
            2,
            ["providers.openai.api_key", "telex keys set openai", "delete this line"],
            id="a key in the file",
        ),
        pytest.param(
            "[providers.openai]\ntemperature = 3.5\n",
            2,
            ["providers.openai.temperature", "between 0 and 2", "3.5"],
            id="out of range",
        ),
        pytest.param(
            'max_retries = "three"\n', 1, ["max_retries", "a whole number"], id="wrong type"
        ),
        pytest.param(
            '[providers.mine]\nmodel = "m"\n', 1, ["providers.mine", 'kind = "custom"'], id="kind"
        ),
    ],
)
def test_a_broken_configuration(bare: Home, toml: str, line: int, fragments: list[str]) -> None:
    bare.configure(toml)
    for command in (["config", "check"], ["ask", "hi"]):
        done = bare.run(*command)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"telex: {bare.config}:{line}")
        for fragment in fragments:
            assert fragment in done.err
        assert "sk-secret" not in done.err
    assert not bare.data.exists()


def test_a_broken_configuration_does_not_open_the_chat(bare: Home) -> None:
    bare.configure('routing_strategy = "cheap"\n')
    with tty(bare, [], typing=True) as terminal:
        assert terminal.end() == 2
    assert f"{bare.config}:1: routing_strategy" in terminal.shown
    assert "\x1b" not in terminal.shown


def test_a_configuration_nobody_can_read(bare: Home) -> None:
    bare.config.mkdir()
    done = bare.run("config", "check")
    assert done.code == 2
    assert str(bare.config) in done.err


@pytest.mark.parametrize(
    ("arguments", "fragments"),
    [
        (
            ["--strategy", "cheap"],
            ["'cheap'", "cost, latency, quality, dynamic, balanced, adaptive, rules, experiment"],
        ),
        (["--provider", "opnai"], ["'opnai'", "openai, anthropic, google, groq, local"]),
    ],
)
def test_an_unknown_name_lists_the_known(
    bare: Home, arguments: list[str], fragments: list[str]
) -> None:
    done = bare.run("ask", "hi", *arguments)
    assert (done.code, done.out) == (2, "")
    for fragment in fragments:
        assert fragment in done.err


@pytest.mark.parametrize(
    "arguments",
    [["frobnicate"], ["ask", "hi", "--wat"], ["stats", "--days", "0"], ["keys"], ["history"]],
)
def test_unknown_commands_and_options(bare: Home, arguments: list[str]) -> None:
    done = bare.run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "usage: telex" in done.err


# Databases


def _garbage(home: Home) -> str:
    home.data.mkdir()
    home.database.write_bytes(b"this is no database " * 500)
    return "is damaged or no SQLite database"


def _torn(home: Home) -> str:
    home.run("ask", "hi")
    content = bytearray(home.database.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    home.database.write_bytes(content)
    return "is damaged"


def _newer(home: Home) -> str:
    home.run("ask", "hi")
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('telex', '9999_from_the_future', '2031-01-01')"
        )
        connection.commit()
    return "was written by a newer telex (with 9999_from_the_future)"


def _foreign(home: Home) -> str:
    home.data.mkdir()
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
        connection.commit()
    return "belongs to another program"


@pytest.mark.parametrize("make", [_garbage, _torn, _newer, _foreign])
def test_a_database_that_is_not_ours_to_write_stays_as_it_is(home: Home, make: object) -> None:
    assert callable(make)
    words = make(home)
    before = home.database.read_bytes()
    for command in _COMMANDS:
        done = home.run(*command)
        assert (done.code, done.out) == (2, ""), command
        assert f"{home.database} {words}" in done.err
        assert "Traceback" not in done.err
    with tty(home, [], typing=True) as terminal:
        assert terminal.end() == 2
    assert words in terminal.shown
    assert home.database.read_bytes() == before


# Folders


def test_a_data_folder_that_is_a_file(bare: Home) -> None:
    bare.data.write_text("")
    for command in _COMMANDS:
        done = bare.run(*command)
        assert (done.code, done.out) == (2, "")
        assert f"the folder {bare.data} cannot be created" in done.err
        assert "TELEX_DATA_DIR" in done.err


def test_a_data_folder_on_a_file_system_that_takes_nothing(bare: Home) -> None:
    # Not even root can make a folder there.
    done = bare.run("ask", "hi", environment={"TELEX_DATA_DIR": "/proc/telex"})
    assert (done.code, done.out) == (2, "")
    assert "the folder /proc/telex cannot be created" in done.err


def test_the_chat_wants_a_terminal(bare: Home) -> None:
    done = bare.run()
    assert (done.code, done.out) == (2, "")
    assert "the chat needs a terminal" in done.err
    assert "telex ask" in done.err


def test_an_address_that_is_none_fails_that_provider_alone(home: Home, server: FakeServer) -> None:
    home.configure('[providers.groq]\nbase_url = "http://[::1"\n')
    found = home.run("ask", "hi", "--json").json
    assert [attempt["provider"] for attempt in found["attempts"]] == ["groq", "google"]
    assert found["attempts"][0]["error_type"] == "bad_request"


def test_the_home_folder_is_not_needed(bare: Home, tmp_path: Path) -> None:
    done = bare.run("config", "path", environment={"HOME": str(tmp_path / "gone")})
    assert (done.code, done.out) == (0, f"{bare.config}{os.linesep}")
