"""Keys as a real terminal sends them, and another key chosen there."""

from __future__ import annotations

from tests.e2e.terminal import Terminal
from tests.home import Home, eventually


def test_help_opens_a_key_is_chosen_and_is_there_after_a_restart(
    home: Home, terminal: Terminal
) -> None:
    home.configure("# mine\n")
    terminal.start()
    terminal.wait_for("f1 keys", "will answer")
    # Some terminals open their own help with f1: ctrl and the slash arrives as ctrl+underscore.
    terminal.keys("C-_")
    terminal.wait_for("Keys and commands", "enter choose another key")
    terminal.type("new conv")
    terminal.wait_for("ctrl+n", "chat.new")
    terminal.keys("Enter")
    terminal.wait_for("Press the new key for", "now: ctrl+n")
    terminal.keys("C-o")
    terminal.wait_for("already the key of chat.history", "Press another one")
    terminal.keys("M-n")
    terminal.wait_for("chat.new is alt+n from now on")
    eventually(
        lambda: (
            home.config.read_text(encoding="utf-8") == '# mine\n\n[keys]\n"chat.new" = "alt+n"\n'
        )
    )
    terminal.keys("Escape")
    terminal.wait_for("will answer")
    terminal.keys("C-q")
    terminal.wait_for_end()
    terminal.start()
    terminal.wait_for("will answer")
    terminal.keys("F1")
    terminal.wait_for("● alt+n")
