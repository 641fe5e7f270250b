"""Writing, pasting, stopping and resizing, with the keys and bytes a real terminal sends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.terminal import Terminal
from tests.fakeserver import FakeServer, drip, ok
from tests.home import Home, eventually


def test_esc_stops_the_answer_and_keeps_what_there_is(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    server.groq.reply(drip())
    terminal.start()
    terminal.wait_for("will answer")
    terminal.say("Count the drops")
    terminal.wait_for("drip drop drip", "esc stops")
    terminal.keys("Escape")
    screen = terminal.wait_for("○ stopped")
    assert "drip drop" in screen
    assert server.groq.chats[0].wait_disconnected()
    [exchange] = home.rows("SELECT state FROM exchanges")
    assert exchange["state"] == "stopped"
    [answer] = home.rows("SELECT content FROM messages WHERE role = 'assistant'")
    assert answer["content"].startswith("drip drop")
    assert home.attempts() == [("groq", "cancelled", None, None)]

    terminal.say("Go on")
    terminal.wait_for("Hello!", "○ idle")


def test_ctrl_j_makes_a_new_line_and_enter_sends(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    terminal.start()
    terminal.wait_for("will answer")
    terminal.type("one")
    terminal.keys("C-j")
    terminal.type("two")
    terminal.wait_for("│ one", "│ two")
    terminal.keys("Enter")
    terminal.wait_for("Hello!")
    assert server.groq.chats[0].body["messages"][-1]["content"] == "one\ntwo"


def test_a_paste_of_many_lines_waits_and_stays_as_it_was(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    code = "def answer():\n\treturn 42  # [red]no markup[/]\n\nprint(answer())"
    terminal.start()
    terminal.wait_for("will answer")
    terminal.paste(code)
    screen = terminal.wait_for("print(answer())")
    assert "[red]no markup[/]" in screen
    assert not server.groq.chats
    terminal.keys("Enter")
    terminal.wait_for("Hello!")
    assert server.groq.chats[0].body["messages"][-1]["content"] == code


def test_a_megabyte_pasted_does_not_freeze(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    text = "All work and no play makes a dull log.\n" * 26_000
    assert len(text) > 1_000_000
    terminal.start()
    terminal.wait_for("will answer")
    terminal.paste(text)
    terminal.type("And what is this?")
    terminal.wait_for("[pasted 990 KB #1]And what is this?", timeout=10)
    terminal.keys("Enter")
    terminal.wait_for("Hello!")
    # The cheapest does not take so much: the next one does.
    [sent] = server.google.chats[0].body["contents"]
    assert sent["parts"][0]["text"] == text + "And what is this?"


def _fits(rows: int, *, panels: bool) -> Callable[[str], bool]:
    def fits(screen: str) -> bool:
        lines = screen.splitlines()
        return (
            len(lines) == rows
            and lines[-1].startswith(" cost ")
            and ("this month" in screen) == panels
            and "The end." in screen
            and "╭─" in screen
        )

    return fits


@pytest.mark.parametrize("open_panels", [True, False])
def test_every_size_is_readable(
    home: Home, terminal: Terminal, server: FakeServer, open_panels: bool
) -> None:
    words = " ".join(f"word{number}" for number in range(120))
    server.groq.reply(ok(f"{words}\n\n```python\nprint('hello')\n```\n\nThe end."))
    terminal.start()
    terminal.wait_for("will answer")
    if not open_panels:
        terminal.keys("F6")
        terminal.wait_until(lambda screen: "this month" not in screen)
    terminal.say("Words, please")
    terminal.wait_for("The end.", "○ idle")
    for columns, rows in ((80, 24), (200, 60), (40, 12), (120, 40)):
        terminal.resize(columns, rows)
        wide = columns >= 100 and open_panels
        screen = terminal.wait_until(_fits(rows, panels=wide), what=f"{columns}x{rows}")
        assert "print('hello')" in screen or rows < 20
        assert "word119" in screen or rows < 20


def test_on_a_small_screen_the_panels_come_when_asked(home: Home, terminal: Terminal) -> None:
    terminal.size = (80, 24)
    terminal.start()
    screen = terminal.wait_for("will answer", " cost ")
    assert "this month" not in screen
    terminal.keys("F6")
    terminal.wait_for("this month", "not checked")
    terminal.keys("F6")
    terminal.wait_until(lambda screen: "this month" not in screen)


def test_a_draft_outlives_the_program(home: Home, terminal: Terminal) -> None:
    terminal.start()
    terminal.wait_for("will answer")
    terminal.type("half a thought")
    eventually(lambda: list(home.data.glob("state.toml")) and home.files_with("half a thought"))
    terminal.keys("C-q")
    terminal.wait_for_end()
    terminal.start()
    terminal.wait_for("│ half a thought")
