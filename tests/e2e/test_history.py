"""What was said is kept through anything, found again, and counted."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal
from tests.fakeserver import FakeServer, drip, ok
from tests.home import TELEX, Home, eventually


def test_kill_9_in_mid_stream_loses_nothing_said(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    server.groq.reply(drip())
    terminal.start()
    terminal.wait_for("will answer")
    terminal.say("Count the drops")
    terminal.wait_for("drip drop drip")
    eventually(lambda: home.rows("SELECT 1 FROM messages WHERE content LIKE '%drip drop%'"))
    os.kill(terminal.pid, signal.SIGKILL)
    terminal.wait_for_end()

    terminal.start()
    terminal.wait_for("telex ended in the middle of an answer")
    terminal.wait_for("▌ Count the drops", "drip drop", "✗ interrupted · groq")
    [exchange] = home.rows("SELECT state FROM exchanges")
    assert exchange["state"] == "interrupted"
    assert [row[:2] for row in home.attempts()] == [("groq", "abandoned")]
    exported = home.run("export")
    assert exported.code == 0
    assert "Count the drops" in exported.out
    assert "drip drop" in exported.out
    assert "interrupted" in exported.out

    terminal.say("Go on")
    terminal.wait_for("Hello!", "○ idle")
    asked = server.groq.chats[-1].body["messages"]
    assert [message["role"] for message in asked] == ["user", "assistant", "user"]
    assert "drip drop" in asked[1]["content"]


def _has_ended(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return "State:\tZ" in status  # dead, and nobody has taken note of it


@pytest.mark.parametrize("way", ["ctrl+q", "SIGTERM", "SIGHUP", "the window closes"])
def test_leaving_in_mid_stream_stops_the_answer_and_keeps_all_of_it(
    home: Home, terminal: Terminal, server: FakeServer, way: str
) -> None:
    server.groq.reply(drip())
    terminal.start()
    terminal.wait_for("will answer")
    terminal.say("Count the drops")
    shown = terminal.wait_for("drip drop drip drop drip drop").count("drip")
    pid = terminal.pid
    if way == "ctrl+q":
        terminal.keys("C-q")
    elif way == "the window closes":
        terminal.close()
    else:
        os.kill(pid, getattr(signal, way))
    eventually(lambda: home.rows("SELECT 1 FROM exchanges WHERE state = 'stopped'"))
    [answer] = home.rows("SELECT content FROM messages WHERE role = 'assistant'")
    assert answer["content"].count("drip") >= shown
    assert home.attempts() == [("groq", "cancelled", None, None)]
    terminal.close()
    eventually(lambda: _has_ended(pid))


def test_a_window_that_closes_ends_telex_though_another_program_waits_for_it(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    """As under ``make run``: the hang-up goes to the leader of the session alone."""
    server.groq.reply(drip())
    terminal.start("sh", "-c", f"trap '' HUP; '{TELEX}'; true")
    terminal.wait_for("will answer")
    leader = terminal.pid
    [pid] = map(int, Path(f"/proc/{leader}/task/{leader}/children").read_text().split())
    terminal.say("Count the drops")
    terminal.wait_for("drip drop drip drop")
    terminal.close()
    eventually(lambda: _has_ended(pid))
    [exchange] = home.rows("SELECT state FROM exchanges")
    assert exchange["state"] == "stopped"


def test_a_past_conversation_is_found_and_goes_on(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    server.groq.reply(ok("They hum."), ok("They spit."), ok("When they are content."))
    home.run("ask", "What do alpacas do?")
    home.run("ask", "What do llamas do?")
    terminal.start()
    terminal.wait_for("will answer")
    terminal.keys("C-o")
    terminal.wait_for("What do alpacas do?", "What do llamas do?")
    terminal.type("hum")
    terminal.wait_until(lambda s: "alpacas" in s and "llamas" not in s, what="the search")
    terminal.keys("Enter")
    terminal.wait_for("▌ What do alpacas do?", "They hum.", "Ask anything")
    terminal.say("When?")
    terminal.wait_for("When they are content.", "○ idle")
    contents = [message["content"] for message in server.groq.chats[-1].body["messages"]]
    assert contents == ["What do alpacas do?", "They hum.", "When?"]
    assert len(home.rows("SELECT id FROM conversations")) == 2


def test_stats_count_what_was_asked(home: Home, terminal: Terminal, server: FakeServer) -> None:
    for provider in ("groq", "groq", "openai"):
        home.run("ask", "hi", "--provider", provider)
    terminal.start()
    terminal.wait_for("will answer")
    terminal.keys("F8")
    terminal.wait_for("1 spend", "by provider", "groq", "openai")
    terminal.keys("2")
    screen = terminal.wait_for("groq · openai/gpt-oss-120b")
    assert "openai · gpt-6.1-terra" in screen
    assert "100%" in screen
    assert "$0.0" in screen
    terminal.keys("Escape")
    terminal.wait_for("will answer")
