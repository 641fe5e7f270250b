"""Around the conversation, as somebody meets it who has read nothing: by what the screen says."""

from __future__ import annotations

from providers.local_model import find_model
from tests.app.model_server import model_server
from tests.e2e.terminal import Terminal
from tests.fakeserver import FakeServer, ok, status
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


def test_see_todays_spend_and_what_caused_it(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    server.groq.default(ok(WORDS))
    server.anthropic.default(ok(f"{WORDS} {WORDS.upper()}"))
    terminal.start()
    terminal.wait_for("will answer")
    terminal.say("A cheap question about fuses")
    terminal.wait_for(WORDS, "○ idle")
    terminal.keys("C-n")
    terminal.wait_for("will answer")
    terminal.keys("F4")
    terminal.wait_for("[quality]")
    terminal.say("A dear question about valves")
    terminal.wait_for(WORDS.upper()[:20], "○ idle")
    terminal.keys("C-n")
    terminal.wait_for("will answer")
    terminal.keys("F8")
    terminal.wait_for("1 spend", "today", "enter its calls")
    terminal.keys("Enter")
    terminal.wait_for("A dear question", "A cheap question", "anthropic", "groq")
    terminal.keys("Enter")
    terminal.wait_for("A dear question about valves", "anthropic · claude", "Ask anything")
    assert [row[0] for row in home.attempts()] == ["groq", "anthropic"]


def test_add_a_key(with_keyring: Home, terminal: Terminal, server: FakeServer) -> None:
    terminal.start()
    terminal.wait_for("f9 adds a key", "local · smollm2-135m-instruct will answer")
    terminal.keys("F9")
    terminal.wait_for("○ groq", "no key", "enter add or replace")
    terminal.keys("Down", "Down", "Down")
    terminal.wait_for("▸ ○ groq")
    terminal.keys("Enter")
    terminal.wait_for("API key of groq")
    key = server.environment()["GROQ_API_KEY"]
    terminal.paste(key)
    terminal.keys("Enter")
    screen = terminal.wait_for("in the keyring", "✓ groq accepts the key")
    assert key not in screen
    terminal.keys("Escape")
    terminal.wait_for("groq · openai/gpt-oss-120b will answer")
    terminal.say("Are you there?")
    terminal.wait_for("Hello!", "groq · openai/gpt-oss-120b ·")
    terminal.keys("C-q")
    terminal.wait_for_end()
    assert not with_keyring.files_with(key) or all(
        "keyring" in str(file) for file in with_keyring.files_with(key)
    )


def test_find_out_what_is_wrong_with_a_key(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    home.variables["GROQ_API_KEY"] = "'gsk_cut_off"
    refused = status(401, "Invalid API Key")
    server.groq.default(refused)
    server.groq.listing = refused
    terminal.start()
    terminal.wait_for("will answer")
    terminal.say("Are you there?")
    terminal.wait_for("groq 401: Invalid API Key", "Hello!", "○ idle")
    terminal.keys("F9")
    terminal.wait_for("● groq", "enter add or replace")
    terminal.keys("Down", "Down", "Down", "t")
    screen = terminal.wait_for("✗ groq rejects the key", "answer", "Invalid API Key", "next")
    assert "from the environment variable GROQ_API_KEY, not the keyring" in screen
    assert "It contains quotes" in screen
    assert "gsk_cut_off" not in screen


def test_change_the_theme(home: Home, terminal: Terminal) -> None:
    terminal.start()
    terminal.wait_for("will answer")
    before = terminal.colours()
    palette(terminal, "theme", "Theme / colours")
    terminal.wait_for("Themes", "▸ ● textual-dark", "enter keep")
    terminal.keys("Down")
    terminal.wait_for("▸   textual-light")
    terminal.keys("Enter")
    terminal.wait_for("Ask anything")
    assert terminal.colours() != before
    terminal.keys("C-q")
    terminal.wait_for_end()
    assert 'theme = "textual-light"' in (home.data / "state.toml").read_text(encoding="utf-8")
    terminal.start()
    terminal.wait_for("will answer")
    assert terminal.colours() != before


def test_remap_a_key(home: Home, terminal: Terminal) -> None:
    home.configure("# mine\ntitles = false\n")
    terminal.start()
    terminal.wait_for("will answer", "ctrl+o  history")
    terminal.keys("F1")
    terminal.wait_for("Keys and commands", "enter choose another key")
    terminal.type("history: find")
    terminal.wait_for("▸   ctrl+o")
    terminal.keys("Enter")
    terminal.wait_for("ress the new key")
    terminal.keys("C-k")
    eventually(lambda: "ctrl+k" in home.config.read_text(encoding="utf-8"))
    terminal.wait_for("ctrl+k", "history: find")
    terminal.keys("Escape")
    terminal.wait_for("ctrl+k  history")
    terminal.keys("C-k")
    terminal.wait_for("Search every conversation")
    assert home.config.read_text(encoding="utf-8").startswith("# mine\ntitles = false\n")
