"""A day with telex, by keys alone: the walks that the README lists, in a real terminal."""

from __future__ import annotations

import os
import signal

import pytest

from tests.e2e.terminal import Terminal
from tests.fakeserver import FakeServer, ok
from tests.home import Home, eventually

CODE = "Here you are:\n\n```python\ndef add(a, b):\n    return a + b\n```\n"


def test_edit_and_walk_the_branches(home: Home, terminal: Terminal, server: FakeServer) -> None:
    server.groq.reply(ok("Cats purr."), ok("Dogs bark."), ok("Dogs also dig."))
    terminal.start()
    terminal.wait_for("will answer")
    terminal.say("Tell me of cats")
    terminal.wait_for("Cats purr.", "○ idle")
    terminal.keys("F7")
    terminal.wait_for("enter menu")
    terminal.keys("e")
    terminal.wait_for("editing")
    terminal.keys("BSpace", "BSpace", "BSpace", "BSpace")
    terminal.type("dogs")
    terminal.wait_for("Tell me of dogs")
    terminal.keys("Enter")
    edited = terminal.wait_for("Dogs bark.", "○ idle")
    assert "Cats purr." not in edited
    terminal.keys("F7")
    terminal.wait_for("enter menu")
    terminal.keys("r")
    terminal.wait_for("Dogs also dig.", "2/2", "○ idle")
    terminal.keys("F7")
    terminal.wait_for("enter menu")
    terminal.keys("Left")
    terminal.wait_for("Dogs bark.", "1/2")
    terminal.keys("k")
    terminal.wait_for("e edit")
    terminal.keys("Left")
    terminal.wait_for("Cats purr.")
    assert len(home.rows("SELECT id FROM messages")) == 5, "nothing is lost"


def test_copy_a_code_block_and_say_how_far_it_got(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    server.groq.reply(ok(CODE))
    terminal.start()
    terminal.wait_for("will answer")
    terminal.say("code, please")
    terminal.wait_for("return a + b", "○ idle")
    terminal.keys("F7")
    terminal.wait_for("1 copy code")
    terminal.keys("1")
    terminal.wait_for("Copied code block 1 of 1", "tmux's buffer")
    assert terminal.clipboard == "def add(a, b):\n    return a + b"
    terminal.keys("v")
    terminal.keys("y")
    terminal.wait_for("Copied the selection")


def test_attach_a_file_with_completion(home: Home, terminal: Terminal, server: FakeServer) -> None:
    (home.folder / "alpaca-notes.md").write_text("Alpacas hum.")
    server.groq.reply(ok("They hum."))
    terminal.start(folder=home.folder)
    terminal.wait_for("will answer")
    terminal.type("What do they do? @alp")
    terminal.wait_for("alpaca-notes.md")
    terminal.keys("Tab")
    terminal.wait_for("@alpaca-notes.md", "12 B")
    terminal.keys("Enter")
    terminal.wait_for("They hum.", "○ idle")
    assert "Alpacas hum." in str(server.groq.chats[0].body["messages"])


def test_find_an_old_chat_at_the_words(home: Home, terminal: Terminal, server: FakeServer) -> None:
    for number in range(12):
        server.groq.reply(ok(f"Answer {number} about {'zebras' if number == 3 else 'rain'}."))
        assert home.run("ask", f"Question {number}").code == 0
    terminal.start()
    terminal.wait_for("will answer")
    terminal.keys("C-o")
    terminal.wait_for("Question 11")
    terminal.type("zebras")
    terminal.wait_until(lambda screen: "Question 11" not in screen and "Question 3" in screen)
    terminal.keys("Enter")
    terminal.wait_for("Answer 3 about zebras.", "▌ You")


def test_compare_two_and_go_on_with_the_better(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    server.groq.reply(ok("Short and cheap."))
    server.anthropic.reply(ok("Long and dear."), ok("Going on."))
    terminal.start()
    terminal.wait_for("will answer")
    terminal.type("/compare groq, anthropic")
    terminal.keys("Enter")
    terminal.wait_for("comparing groq · anthropic")
    terminal.say("Which is better?")
    terminal.wait_for("Short and cheap.", "Long and dear.", "picks the better")
    terminal.keys("2")
    picked = terminal.wait_for("Long and dear.", "2/2")
    assert "Short and cheap." not in picked
    [preference] = home.rows("SELECT better_provider, worse_provider FROM preferences")
    assert preference == {"better_provider": "anthropic", "worse_provider": "groq"}


def test_kill_9_in_mid_answer_loses_nothing(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    words = " ".join(f"word{number}" for number in range(200))
    server.groq.reply(ok(words, delay=0.05), ok("From the start again."))
    terminal.start()
    terminal.wait_for("will answer")
    terminal.say("A long story")
    terminal.wait_for("word12")
    eventually(
        lambda: any("word9" in row["content"] for row in home.rows("SELECT content FROM messages"))
    )
    os.kill(terminal.pid, signal.SIGKILL)
    terminal.wait_for_end()
    terminal.start()
    recovered = terminal.wait_for("A long story", "word9", "✗ interrupted")
    assert "r answer again" in recovered
    assert "o continue" in recovered
    terminal.keys("F7")
    terminal.wait_for("enter menu")
    terminal.keys("r")
    terminal.wait_for("From the start again.", "2/2", "○ idle")


def test_two_conversations_at_once(home: Home, terminal: Terminal, server: FakeServer) -> None:
    words = " ".join(f"slow{number}" for number in range(80))
    server.groq.reply(ok(words, delay=0.05), ok("Quick one."))
    terminal.start()
    terminal.wait_for("will answer")
    terminal.say("Slow, please")
    terminal.wait_for("slow3")
    terminal.keys("C-n")
    terminal.wait_until(lambda screen: "slow3" not in screen)
    terminal.say("Quick, please")
    terminal.wait_for("Quick one.", "1 more answering")
    terminal.wait_for("answered: Slow, please")
    terminal.keys("C-o")
    terminal.wait_for("Slow, please")
    terminal.type("Slow")
    terminal.wait_until(lambda screen: "Quick, please" not in screen)
    terminal.keys("Enter")
    terminal.wait_for("slow79", "○ idle")


@pytest.mark.xdist_group("local model")
def test_the_built_in_model_answers_again_and_both_are_kept(bare: Home, terminal: Terminal) -> None:
    bare.configure("[providers.local]\nmax_tokens = 24\n")
    terminal.start()
    terminal.wait_for("local · smollm2-135m-instruct will answer")
    terminal.say("Name a bird.")
    terminal.wait_for("→24 tok", "○ idle")
    terminal.keys("F7")
    terminal.wait_for("enter menu")
    terminal.keys("r")
    terminal.wait_for("2/2", "→24 tok", "○ idle")
    terminal.keys("F7")
    terminal.wait_for("enter menu")
    terminal.keys("x")
    terminal.wait_for("Why this provider", "last resort", "smollm2-135m-instruct")
    terminal.keys("Escape")
    terminal.wait_for("enter menu")
    terminal.keys("Left")
    terminal.wait_for("1/2")
    answers = bare.rows("SELECT content FROM messages WHERE role = 'assistant'")
    assert len(answers) == 2
    assert all(answer["content"].strip() for answer in answers)


def test_writing_goes_on_in_the_persons_own_editor(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    editor = home.folder / "editor"
    editor.write_text('#!/bin/sh\nprintf " and the rest" >> "$1"\n')
    editor.chmod(0o755)
    home.variables["EDITOR"] = str(editor)
    terminal.start()
    terminal.wait_for("will answer")
    terminal.type("The beginning")
    terminal.wait_for("The beginning")
    terminal.keys("C-g")
    terminal.wait_for("The beginning and the rest")
    terminal.keys("Enter")
    terminal.wait_for("Hello!", "○ idle")
    terminal.type("/persona edit pirate")
    terminal.keys("Escape", "Enter")
    terminal.wait_for("In use from now on")
    assert (home.folder / "personas" / "pirate.md").read_text() == " and the rest"


def test_an_answer_goes_on_while_the_editor_has_the_terminal(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    home.configure("titles = false\nmax_retries = 0\n[timeouts]\nfirst_token = 5.0\nidle = 1.0\n")
    editor = home.folder / "editor"
    editor.write_text('#!/bin/sh\nsleep 3\nprintf "written meanwhile" >> "$1"\n')
    editor.chmod(0o755)
    home.variables["EDITOR"] = str(editor)
    server.groq.reply(ok(" ".join(f"word{number}" for number in range(60)), delay=0.05))
    terminal.start()
    terminal.wait_for("will answer")
    terminal.say("A story")
    terminal.wait_for("word3")
    terminal.keys("C-g")
    terminal.wait_for("written meanwhile", "word59", "○ idle")
    assert home.attempts() == [("groq", "ok", None, None)]
