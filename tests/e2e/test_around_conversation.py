"""Around the conversation, as somebody meets it who has read nothing: by what the screen says."""

from __future__ import annotations

from providers.local_model import find_model
from tests.app.model_server import model_server
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


def palette(terminal: Terminal, words: str, *shown: str) -> None:
    """Open the palette, look for a command and give it."""
    terminal.keys("C-p")
    terminal.wait_for("Search")
    terminal.type(words)
    terminal.wait_for(*shown)
    terminal.keys("Enter")


def test_fetch_a_better_local_model(bare: Home, terminal: Terminal) -> None:
    file = find_model()
    content = file.read_bytes()
    with model_server() as models:
        entry = models.entry(content, "better")
        models.files["/better.gguf"].hold_after = len(content) // 2
        bare.configure(
            f'titles = false\n[[catalogue]]\nid = "better"\nname = "Better"\nurl = "{entry.url}"\n'
            f'sha256 = "{entry.sha256}"\nbytes = {len(content)}\n'
        )
        terminal.start()
        terminal.wait_for("local", "will answer")
        palette(terminal, "local models", "fetch one, use one")
        terminal.wait_for("Can be fetched", "Better", "enter use or fetch")
        terminal.keys("Down")
        terminal.wait_for("From your configuration", "to fetch")
        terminal.keys("Enter")
        terminal.wait_for("49 %")
        terminal.keys("Escape")
        terminal.wait_for("↓ ", "49 %", "Ask anything")
        models.files["/better.gguf"].go_on.set()
        terminal.wait_for("Better:")
        palette(terminal, "local models", "fetch one, use one")
        terminal.wait_for("On this machine", "Better")
        terminal.keys("Down", "Enter")
        terminal.wait_for("in use")
        eventually(lambda: "model_path" in bare.config.read_text(encoding="utf-8"))
        terminal.keys("Escape")
        terminal.wait_for("better", "will answer")
        terminal.say("Say hello")
        terminal.wait_for("local · better", "free", "○ idle")
