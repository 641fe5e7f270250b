"""Around the conversation, as somebody meets it who has read nothing: by what the screen says."""

from __future__ import annotations

from tests.e2e.terminal import Terminal
from tests.fakeserver import FakeServer, ok
from tests.home import Home, eventually

WORDS = "Breakers, fuses and valves stop what would spread."


def test_change_the_strategy(home: Home, terminal: Terminal, server: FakeServer) -> None:
    terminal.start()
    terminal.wait_for("groq · openai/gpt-oss-120b will answer", " cost ")
    terminal.type("Compare a fuse with a breaker")
    terminal.wait_for("f4 best: anthropic")
    terminal.keys("C-l")
    screen = terminal.wait_for("How should the next message travel?", "▸ c cost", "q quality")
    assert "There are no rules yet" in screen
    terminal.keys("Down", "Down")
    terminal.wait_for("groq → anthropic")
    terminal.keys("Enter")
    terminal.wait_for("[quality]", "─ quality ─", "anthropic · claude")
    terminal.keys("Enter")
    terminal.wait_for("Hello!", "○ idle")
    assert [row[0] for row in home.attempts()] == ["anthropic"]
    terminal.keys("C-t")
    terminal.wait_for("[dynamic]")
    terminal.keys("F2")
    terminal.wait_for("[cost]", "anthropic → groq")
    terminal.keys("C-q")
    terminal.wait_for_end()
    terminal.start()
    terminal.wait_for("─ cost ─")
    assert server.anthropic.chats


def test_set_a_daily_limit_and_meet_it(home: Home, terminal: Terminal, server: FakeServer) -> None:
    home.configure("# what I like\ntitles = false\n[providers.local]\nenabled = false\n")
    server.groq.default(ok(WORDS))
    terminal.start()
    terminal.wait_for("groq · openai/gpt-oss-120b will answer")
    terminal.keys("C-s")
    terminal.wait_for("Settings", "type to find", "enter change")
    terminal.type("daily")
    terminal.wait_for("daily", "What all providers together may cost a")
    terminal.keys("Enter")
    terminal.wait_for("enter keeps it")
    terminal.type("0.0004")
    terminal.keys("Enter")
    eventually(lambda: "daily_budget = 0.0004" in home.config.read_text(encoding="utf-8"))
    terminal.wait_for("$0.0004", "ctrl+u undoes it")
    terminal.keys("Escape")
    terminal.wait_for("% of $0.0004 today")
    terminal.say("What stops a fire from spreading? Say it in one sentence, please.")
    terminal.wait_for("daily budget", "ctrl+s")
    assert home.config.read_text(encoding="utf-8").startswith("# what I like\ntitles = false\n")
