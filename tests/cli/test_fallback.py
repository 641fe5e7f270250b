"""A provider that fails, in any way, is followed by another, and every attempt is on record."""

from __future__ import annotations

import pytest

from tests.fakeserver import (
    FakeServer,
    Reply,
    cut,
    empty,
    error_event,
    garbage,
    hang,
    hang_first_token,
    html,
    no_finish,
    ok,
    reset,
    stall,
    status,
)
from tests.home import Home

_SHORT = """
max_retries = 0
[timeouts]
connect = 1.0
first_token = 1.0
idle = 1.0
"""


@pytest.mark.parametrize(
    ("failure", "kind", "code"),
    [
        pytest.param(status(429), "rate_limit", 429, id="429"),
        pytest.param(status(500), "unavailable", 500, id="500"),
        pytest.param(status(529), "unavailable", 529, id="529"),
        pytest.param(status(401), "auth", 401, id="401"),
        pytest.param(reset(), "unavailable", None, id="reset"),
        pytest.param(hang(), "timeout", None, id="hang"),
        pytest.param(hang_first_token(), "timeout", None, id="headers only"),
        pytest.param(cut(), "stream_interrupted", None, id="cut"),
        pytest.param(stall(), "timeout", None, id="stall"),
        pytest.param(no_finish(), "stream_interrupted", None, id="no finish"),
        pytest.param(error_event(), None, None, id="error in the stream"),
        pytest.param(garbage(), "stream_interrupted", None, id="garbage"),
        pytest.param(html(), None, None, id="web page"),
        pytest.param(empty(), None, None, id="empty"),
    ],
)
def test_the_next_provider_answers(
    home: Home, server: FakeServer, failure: Reply, kind: str | None, code: int | None
) -> None:
    home.configure(_SHORT)
    server.groq.default(failure)
    server.google.reply(ok("the whole answer"))
    done = home.run("ask", "hi", "--json")
    assert done.code == 0
    found = done.json
    assert (found["text"], found["provider"]) == ("the whole answer", "google")
    failed, answered = found["attempts"]
    assert (failed["provider"], failed["outcome"]) == ("groq", "failed")
    assert (answered["provider"], answered["outcome"]) == ("google", "ok")
    assert failed["error_type"] == (kind or failed["error_type"])
    assert failed["status"] == (code or failed["status"])
    assert home.attempts() == [
        ("groq", "failed", failed["error_type"], failed["status"]),
        ("google", "ok", None, None),
    ]
    assert done.err.startswith("telex: groq: ")
    assert done.err.endswith("; asking google\n")


def test_a_refused_connection_too(home: Home, server: FakeServer) -> None:
    home.configure(_SHORT)
    home.variables["GROQ_BASE_URL"] = server.refused_url("groq")
    found = home.run("ask", "hi", "--json").json
    assert found["provider"] == "google"
    assert [row[:3] for row in home.attempts()] == [
        ("groq", "failed", "unavailable"),
        ("google", "ok", None),
    ]


def test_the_partial_of_a_broken_answer_is_kept_apart(home: Home, server: FakeServer) -> None:
    home.configure(_SHORT)
    server.groq.default(cut("one two three four", after=2))
    server.google.reply(ok("five six"))
    done = home.run("ask", "hi")
    assert done.out == "five six\n"
    partials = home.rows("SELECT partial_text FROM attempts ORDER BY id")
    assert [row["partial_text"] for row in partials] == ["one two", ""]
    [answer] = home.rows("SELECT content FROM messages WHERE role = 'assistant'")
    assert answer["content"] == "five six"


def test_the_same_provider_is_asked_again_when_that_may_help(
    home: Home, server: FakeServer
) -> None:
    server.groq.reply(status(503))
    found = home.run("ask", "hi", "--json").json
    assert found["provider"] == "groq"
    assert [attempt["outcome"] for attempt in found["attempts"]] == ["failed", "ok"]
    assert len(server.groq.chats) == 2


def test_no_fallback_asks_nobody_else(home: Home, server: FakeServer) -> None:
    home.configure(_SHORT)
    server.groq.default(status(500))
    done = home.run("ask", "hi", "--no-fallback")
    assert (done.code, done.out) == (1, "")
    assert home.attempts() == [("groq", "failed", "unavailable", 500)]
    assert not server.google.chats


@pytest.mark.parametrize("as_json", [False, True])
def test_when_all_fail_each_is_named(home: Home, server: FakeServer, as_json: bool) -> None:
    home.configure(_SHORT + "[providers.local]\nenabled = false\n")
    codes = {"groq": 429, "google": 500, "openai": 401, "anthropic": 529}
    for name, code in codes.items():
        server.endpoint(name).default(status(code, f"{name} has a bad day"))
    done = home.run("ask", "hi", *(["--json"] if as_json else []))
    assert done.code == 1
    summary = done.err.splitlines()[-1]
    assert summary.startswith("telex: no provider answered: ")
    for name, code in codes.items():
        assert f"telex: {name}: {name} has a bad day (HTTP {code})" in done.err
        assert f"{name} has a bad day" in summary
    assert {row[0]: row[3] for row in home.attempts()} == codes
    [exchange] = home.rows("SELECT state FROM exchanges")
    assert exchange["state"] == "failed"
    if as_json:
        found = done.json
        assert (found["text"], found["provider"]) == (None, None)
        assert [attempt["outcome"] for attempt in found["attempts"]] == ["failed"] * 4
    else:
        assert done.out == ""
