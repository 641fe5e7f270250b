"""What a newcomer sees: an answer without a key, the conversation again, a key added."""

from __future__ import annotations

import pytest

from tests.e2e.terminal import Terminal
from tests.fakeserver import FakeServer, ok
from tests.home import Home

BRIEF = "[providers.local]\nmax_tokens = 40\n"
"""So small a model may go on for minutes."""

KEY = "gsk_key-that-nobody-may-see-4711"


@pytest.mark.xdist_group("local model")
def test_a_newcomer_gets_an_answer_offline_and_finds_it_again(
    bare: Home, terminal: Terminal
) -> None:
    bare.configure(BRIEF)
    terminal.start()
    welcome = terminal.wait_for("t e l e x", "local · smollm2-135m-instruct will answer")
    assert "No key yet: the built-in model answers, free · f9 adds a key" in welcome
    terminal.say("Name a primary colour.")
    answered = terminal.wait_for("local · smollm2-135m-instruct · ", " tok · free", "○ idle")
    assert "last resort: no other provider" in answered
    [answer] = bare.rows("SELECT content FROM messages WHERE role = 'assistant'")
    first_words = " ".join(answer["content"].split()[:4])
    assert first_words in answered

    terminal.keys("C-q")
    terminal.wait_for_end()
    terminal.start()
    again = terminal.wait_for("Name a primary colour.", "smollm2-135m-instruct · ")
    assert first_words in again


def test_a_key_is_added_tested_and_never_shown(
    with_keyring: Home, terminal: Terminal, server: FakeServer
) -> None:
    server.groq.reply(ok("Fast and free of doubt."))
    terminal.start()
    terminal.wait_for("No key yet")
    terminal.keys("F9")
    terminal.wait_for("Keys are kept in", "○ groq")
    terminal.keys("Down", "Down", "Down", "Enter")
    terminal.wait_for("API key of groq (not shown)")
    terminal.type(KEY)
    hidden = terminal.wait_for("•" * len(KEY))
    assert KEY[:8] not in hidden
    terminal.keys("Enter")
    tested = terminal.wait_for("✓ groq accepts the key and lists 1 models")
    assert "● groq          in the keyring" in tested
    assert server.groq.requests[0].headers["authorization"] == f"Bearer {KEY}"

    terminal.keys("Escape")
    ready = terminal.wait_for("groq · openai/gpt-oss-120b will answer")
    assert "No key yet" not in ready
    terminal.say("Are you there?")
    answered = terminal.wait_for("Fast and free of doubt.", "○ idle")
    for screen in (tested, ready, answered):
        assert KEY not in screen
    assert with_keyring.files_with(KEY) == []
