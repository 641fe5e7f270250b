"""How a message travels is on the screen: the strategy, who answers, and who failed."""

from __future__ import annotations

import pytest

from tests.e2e.terminal import Terminal
from tests.fakeserver import FakeServer, Reply, cut, hang, ok, stall, status
from tests.home import Home


def test_a_fallback_is_visible_and_on_record(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    server.groq.default(status(429, "Slow down", headers={"retry-after": "30"}))
    server.google.reply(ok("The sky scatters light."))
    terminal.start()
    terminal.wait_for("groq · openai/gpt-oss-120b will answer")
    terminal.say("Why is the sky blue?")
    screen = terminal.wait_for("The sky scatters light.", "○ idle")
    assert "groq 429: Slow down, cooling 30 s → google" in screen
    assert "◔ groq             cooling " in screen
    assert "google · gemini-3.8-flash · " in screen
    assert "after groq failed (cheapest of 4" in screen
    assert home.attempts() == [("groq", "failed", "rate_limit", 429), ("google", "ok", None, None)]

    terminal.say("And at night?")
    screen = terminal.wait_for("Hello!", "○ idle")
    assert "groq cooling down" in screen
    assert len(server.groq.chats) == 1


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (status(500, "Broken"), ("groq 500: Broken", "unavailable", 500)),
        (status(529, "Overloaded"), ("groq 529: Overloaded", "unavailable", 529)),
        (None, ("groq unavailable: ", "unavailable", None)),
        (hang(), ("groq timed out: ", "timeout", None)),
        (stall("one two three four", after=2), ("interrupted: groq timed out", "timeout", None)),
    ],
    ids=["500", "529", "refused", "hang", "stall"],
)
def test_each_fault_shows_both_attempts(
    home: Home,
    terminal: Terminal,
    server: FakeServer,
    fault: Reply | None,
    seen: tuple[str, str, int | None],
) -> None:
    home.configure("titles = false\nmax_retries = 0\n[timeouts]\nfirst_token = 1.0\nidle = 1.0\n")
    if fault is None:
        home.variables["GROQ_BASE_URL"] = server.refused_url("groq")
    else:
        server.groq.reply(fault)
    server.google.reply(ok("From the next one."))
    terminal.start()
    terminal.wait_for("groq · openai/gpt-oss-120b will answer")
    terminal.say("hi")
    screen = terminal.wait_for("From the next one.", "○ idle")
    says, *recorded = seen
    assert says in screen
    assert "→" in screen
    assert "after groq failed" in screen
    assert home.attempts() == [("groq", "failed", *recorded), ("google", "ok", None, None)]


def test_a_broken_answer_and_the_whole_one_stand_apart(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    server.groq.reply(cut("half an answer that breaks off somewhere", after=4))
    server.google.reply(ok("A whole answer."))
    terminal.start()
    terminal.wait_for("will answer")
    terminal.say("hi")
    screen = terminal.wait_for("A whole answer.", "○ idle")
    assert "half an" in screen
    assert screen.index("half an") < screen.index("→ google") < screen.index("A whole answer.")


def test_when_nobody_answers_the_question_stays_and_the_advice_is_plain(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    home.configure("titles = false\nmax_retries = 0\n[providers.local]\nenabled = false\n")
    for name in ("openai", "anthropic", "google", "groq"):
        server.endpoint(name).default(status(503, f"{name} is down"))
    terminal.start()
    terminal.wait_for("will answer")
    terminal.say("Anybody?")
    screen = terminal.wait_for("Nobody answered.", "○ failed")
    for name in ("openai", "anthropic", "google", "groq"):
        assert f"{name} 503: {name} is down" in screen
    server.google.default(ok("Here again."))
    server.openai.default(ok("Here again."))
    server.groq.default(ok("Here again."))
    server.anthropic.default(ok("Here again."))
    terminal.say("Once more?")
    terminal.wait_for("Here again.", "○ idle")


def test_keys_change_the_strategy_and_it_is_remembered(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    terminal.start()
    terminal.wait_for(" cost   groq · openai/gpt-oss-120b")
    terminal.keys("F4")
    terminal.wait_for(" quality   anthropic · claude-sonnet-5-5")
    terminal.keys("F3")
    terminal.wait_for(" latency   groq · ")
    terminal.keys("F2")
    terminal.wait_for(" cost   groq · ")
    terminal.keys("C-t")
    terminal.wait_for(" latency   groq · ")
    terminal.keys("F5")
    terminal.wait_for("Who should answer?", "fastest first", "~$0.00")
    terminal.keys("Down", "Down", "Enter")
    terminal.wait_for(" manual: openai   openai · gpt-6.1-terra")
    terminal.say("hi")
    terminal.wait_for("Hello!", "named by you")
    assert len(server.openai.chats) == 1

    terminal.keys("C-q")
    terminal.wait_for_end()
    terminal.start()
    terminal.wait_for(" manual: openai   openai · gpt-6.1-terra")
