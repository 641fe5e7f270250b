"""Nothing a provider says can steer the terminal: not as text, not as JSON, not as an error."""

from __future__ import annotations

import unicodedata

import pytest

from tests.cli.terminal import tty
from tests.fakeserver import FakeServer, cut, error_event, ok, status
from tests.home import Home

HOSTILE = (
    "safe\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b[2J\x1b]8;;http://evil\x1b\\link"
    "\x9b31m\x9d0;owned\x9c\u202egnp.exe\u2066\x00\x08\x7f\u2028end"
)


def _controls(text: str) -> set[str]:
    """Return the control and bidi characters in ``text``, other than newline and tab."""
    bidi = {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068"}
    return {c for c in text if c not in "\n\t" and (unicodedata.category(c) == "Cc" or c in bidi)}


def test_the_probe_is_hostile() -> None:
    assert {"\x1b", "\x9b", "\u202e"} < _controls(HOSTILE)


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_an_answer(home: Home, server: FakeServer, arguments: list[str]) -> None:
    server.groq.reply(ok(HOSTILE, reasoning=HOSTILE))
    done = home.run("ask", HOSTILE.replace("\x00", ""), *arguments)
    assert done.code == 0
    text = done.json["text"] if arguments else done.out
    assert text.startswith("safe")
    assert text.rstrip().endswith("end")
    for said in (done.out, done.err, text):
        assert not _controls(said)


def test_an_answer_on_a_terminal(home: Home, server: FakeServer) -> None:
    server.groq.reply(cut(HOSTILE, after=3))
    server.google.reply(ok(HOSTILE))
    with tty(home, ["ask", "hi"]) as terminal:
        assert terminal.end() == 0
    assert not _controls(terminal.shown.replace("\r", ""))


def test_errors_and_model_names(home: Home, server: FakeServer) -> None:
    home.configure("max_retries = 0\n[providers.local]\nenabled = false\n")
    server.groq.default(status(500, HOSTILE))
    server.google.default(status(400, HOSTILE, error_code=HOSTILE))
    server.openai.default(error_event(HOSTILE, text=HOSTILE))
    server.anthropic.default(status(502, body=f"<html>{HOSTILE}</html>".encode()))
    done = home.run("ask", "hi")
    assert done.code == 1
    assert "safe" in done.err
    assert not _controls(done.err)


def test_what_comes_back_from_the_history(home: Home, server: FakeServer) -> None:
    server.groq.reply(ok(HOSTILE))
    home.run("ask", HOSTILE.replace("\x00", ""), "--provider", "groq", "--model", "m\x1b[2Jm")
    for command in (
        ["export"],
        ["export", "--format", "json"],
        ["history", "search", "safe"],
        ["history", "search", "safe", "--json"],
        ["stats"],
        ["stats", "--json"],
    ):
        done = home.run(*command)
        assert done.code == 0, command
        assert not _controls(done.out + done.err), command


def test_names_in_the_configuration(bare: Home) -> None:
    bare.configure('[providers."a\\u001b[2J"]\nkind = "custom"\nbase_url = "http://x"\n')
    done = bare.run("config", "check")
    assert done.code == 2
    assert not _controls(done.err)


def test_names_on_the_command_line(bare: Home) -> None:
    for command in (["--strategy", "\x1b[2J"], ["--provider", "\x1b[2J"]):
        done = bare.run("ask", "hi", *command)
        assert done.code == 2
        assert not _controls(done.err)
