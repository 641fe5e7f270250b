"""A hostile provider cannot reach the terminal behind the screen, nor bring the chat down.

The terminal here obeys titles and the clipboard, which is proven first.
"""

from __future__ import annotations

from dataclasses import replace

from tests.e2e.terminal import Terminal
from tests.fakeserver import FakeServer, cut, ok, status
from tests.home import Home

TITLE = "\x1b]0;owned\x07\x1b]2;owned\x1b\\\x9d0;owned\x9c\x1bkowned\x1b\\"
CLIPBOARD = "\x1b]52;c;b3duZWQ=\x07\x9d52;c;b3duZWQ=\x9c"
SCREEN = "\x1b[2J\x1b[H\x1bc\x9b2J\x1b[?1049l\x1bPtmux;\x1b\x1b]0;owned\x07\x1b\\"
LINK = "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\"
PRESSES = "\x1b]0;x\r\x11\x1bq"
"""As keys these would send the prompt and leave telex."""
MARKUP = "[/] [red]red[/blue] [/some/path] [@click=app.quit]quit[/] $x {y}"
HOSTILE = f"begin {TITLE}{CLIPBOARD}{SCREEN}{LINK}\u202egnp.exe\u2066 {MARKUP} finish"


def test_this_terminal_does_obey(terminal: Terminal) -> None:
    # It stays, because tmux may drop what a program says that is gone at once.
    orders = "\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07"
    terminal.start("sh", "-c", 'printf %s "$1"; exec cat', "sh", orders)
    terminal.wait_until(lambda _: (terminal.title, terminal.clipboard) == ("owned", "owned"))


def _unharmed(terminal: Terminal, title: str) -> None:
    assert terminal.title == title
    assert terminal.clipboard == ""
    assert not terminal.ended
    assert terminal.ask("#{alternate_on}") == "1"


def test_answers_errors_and_models(home: Home, terminal: Terminal, server: FakeServer) -> None:
    server.groq.reply(
        ok(HOSTILE, reasoning=HOSTILE),
        replace(ok("second"), model=f"model{TITLE}{MARKUP}"),
        status(400, HOSTILE),
    )
    server.google.reply(cut(HOSTILE, after=9))
    server.openai.reply(ok("third"))
    terminal.start()
    terminal.wait_for("will answer")
    title = terminal.title
    terminal.say(f"one {MARKUP}")
    screen = terminal.wait_for("begin", "finish", "○ idle")
    assert "[red]red[/blue] [/some/path]" in screen
    _unharmed(terminal, title)
    terminal.say("two")
    terminal.wait_for("second", "○ idle", "model␛")
    _unharmed(terminal, title)
    terminal.say("three")
    screen = terminal.wait_for("third", "○ idle", "groq 400: begin")
    _unharmed(terminal, title)
    terminal.keys("C-r")
    terminal.keys("F8")
    terminal.wait_for("1 spend", "by provider")
    _unharmed(terminal, title)


def test_titles_stored_text_and_the_past(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    server.groq.reply(ok(HOSTILE))
    home.run("ask", HOSTILE)
    terminal.start()
    terminal.wait_for("will answer")
    title = terminal.title
    terminal.keys("C-o")
    terminal.wait_for("begin ␛]0;owned")
    terminal.type("finish")
    terminal.wait_for("type to search", "begin", "finish")
    terminal.keys("Enter")
    terminal.wait_for("▌ begin", "finish", "○ idle")
    _unharmed(terminal, title)


def test_pasted_escape_sequences(home: Home, terminal: Terminal, server: FakeServer) -> None:
    terminal.start()
    terminal.wait_for("will answer")
    title = terminal.title
    terminal.paste(f"begin {TITLE}{LINK}{PRESSES} finish")
    terminal.wait_for("begin", "finish")
    _unharmed(terminal, title)
    terminal.keys("Enter")
    terminal.wait_for("Hello!")
    assert "\x1b" not in server.groq.chats[0].body["messages"][-1]["content"]


def test_file_names_personas_templates_tags_and_ratings(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    name = f"evil{TITLE.replace('/', '')}[$x].md"
    (home.folder / name).write_text(HOSTILE)
    for folder in ("personas", "templates"):
        (home.folder / folder).mkdir()
        (home.folder / folder / "odd.md").write_text(HOSTILE)
    server.groq.default(ok(f"```{TITLE}\n{HOSTILE}\n```"))
    terminal.start(folder=home.folder)
    terminal.wait_for("will answer")
    title = terminal.title
    terminal.type("@*.md")
    terminal.wait_for("evil␛]0;owned", " tok")
    _unharmed(terminal, title)
    terminal.keys("Enter")
    terminal.wait_for("finish", "○ idle", "[$x].md · ")
    _unharmed(terminal, title)
    for typed in ("/persona", "/template"):
        terminal.type(typed)
        terminal.keys("Escape", "Enter")
        terminal.wait_for("odd  begin ␛]0;owned")
        _unharmed(terminal, title)
        terminal.keys("Escape")
        terminal.wait_until(lambda screen: "odd  begin" not in screen)
    terminal.paste(f"/tag {MARKUP}{TITLE}")
    terminal.keys("Escape", "Enter")
    terminal.wait_for("#[/] [red]")
    terminal.paste(f"/rate bad {MARKUP}{TITLE}")
    terminal.keys("Escape", "Enter")
    terminal.wait_for("▼ bad: [/] [red]")
    terminal.paste(f"/title {MARKUP}{TITLE}{CLIPBOARD}")
    terminal.keys("Escape", "Enter")
    terminal.wait_for("[@click=app.quit]")
    terminal.keys("C-f")
    terminal.paste(f"finish{TITLE}")
    _unharmed(terminal, title)
    terminal.keys("Escape")
    terminal.wait_until(lambda screen: "find finish" not in screen)
    terminal.keys("F7")
    terminal.wait_for("enter menu")
    terminal.keys("i")
    terminal.wait_for("The exchange")
    _unharmed(terminal, title)
    assert "\x1b" not in str(server.groq.chats[0].body["messages"])


def test_a_megabyte_in_one_line_leaves_typing_fluent(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    server.groq.reply(ok(f"start {'x' * 1_000_000} end [/]"))
    terminal.start()
    terminal.wait_for("will answer")
    terminal.say("big")
    terminal.wait_for("● ", timeout=60)
    terminal.type("still fluent")
    terminal.wait_for("still fluent", timeout=10)
    terminal.wait_for("○ idle", timeout=60)
    terminal.keys("F7")
    terminal.wait_for("enter menu")
    terminal.keys("c")
    terminal.wait_for("Copied the message")
    assert not terminal.ended
