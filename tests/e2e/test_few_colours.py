"""With 16 colours and with none, what matters carries a mark or an attribute besides its colour."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.terminal import Terminal
from tests.fakeserver import FakeServer, ok
from tests.home import TELEX, Home

_SEQUENCE = re.compile(r"\x1b\[([0-9;]*)m")
_ATTRIBUTES = {1: "bold", 4: "underline", 7: "reverse"}
CURSOR = "\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT}"
MODES = {
    "xterm": ("-u", "COLORTERM", "TERM=xterm"),
    "screen": ("-u", "COLORTERM", "TERM=screen"),
    "no colour": ("NO_COLOR=1",),
}


def attributes(line: str, words: str) -> set[str]:
    """Return what ``words`` carry in a captured line, besides colours."""
    plain, worn, on = "", [], set[str]()
    for at, part in enumerate(_SEQUENCE.split(line)):
        if at % 2 == 0:
            plain += part
            worn += [frozenset(on)] * len(part)
            continue
        codes = [int(code or 0) for code in part.split(";")]
        while codes:
            code = codes.pop(0)
            if code in (38, 48):  # a colour of many: its numbers are no attributes
                del codes[: 2 if codes[:1] == [5] else 4]
            elif code == 0:
                on = set()
            elif code in _ATTRIBUTES:
                on.add(_ATTRIBUTES[code])
            elif code in (22, 24, 27):
                on.discard(_ATTRIBUTES[code - 20 if code != 22 else 1])
    place = plain.find(words)
    assert place >= 0, plain
    return set.intersection(*(set(each) for each in worn[place : place + len(words)]))


def colours(screen: str) -> set[int]:
    """Return which ways of saying a colour there are, 38 and 48 are those of many."""
    return {int(code) for part in _SEQUENCE.findall(screen) for code in part.split(";") if code}


@pytest.mark.parametrize("mode", MODES)
def test_everything_can_be_told_apart(
    home: Home, terminal: Terminal, server: FakeServer, mode: str
) -> None:
    home.configure("titles = false\ndaily_budget = 1.0\n")
    server.groq.default(ok("It is scattered.\n"))

    def line(words: str, holds: Callable[[str], bool] = lambda _: True) -> str:
        def there(screen: str) -> bool:
            return any(words in each and holds(each) for each in screen.split("\n"))

        terminal.wait_until(there, what=words)
        captured = terminal._tmux("capture-pane", "-p", "-e").stdout
        return next(
            each
            for each in captured.split("\n")
            if words in (plain := _SEQUENCE.sub("", each)) and holds(plain)
        )

    terminal.start(*MODES[mode], str(TELEX))
    terminal.wait_for("will answer")
    # The focus is the shape of the frame, the strategy a word in it and in the last line.
    assert "┏━" in terminal.screen()
    assert attributes(line(" cost ", lambda each: "idle" in each), " cost ")
    if mode != "no colour":
        assert not colours(terminal._tmux("capture-pane", "-p", "-e").stdout) & {38, 48}
    terminal.say("Why is the sky blue?")
    terminal.wait_for("It is scattered.", "○ idle", "● groq", "━─")
    # Who speaks: a bar and a name.
    assert "bold" in attributes(line("▌ You"), "You")
    terminal.keys("F7")
    assert "bold" in attributes(line(f"{CURSOR} It is scattered."), CURSOR)
    assert "╭─" in terminal.screen()
    terminal.keys("Enter")
    assert "underline" in attributes(line("copy the message"), "copy the message")
    assert "underline" not in attributes(line("answer again"), "answer again")
    terminal.keys("Down")
    terminal.wait_until(
        lambda _: "underline" in attributes(line("copy the whole"), "copy the whole"),
        what="the next line",
    )
    terminal.keys("Escape")
    terminal.wait_until(lambda screen: "copy the message" not in screen)
    terminal.keys("Escape", "C-o")
    terminal.wait_for("Search every conversation")
    terminal.keys("Down")
    terminal.wait_until(
        lambda _: "underline" in attributes(line("Why is the sky"), "Why is the sky"),
        what="the conversation under the cursor",
    )


def test_a_terminal_that_cannot_paint_is_told_so(home: Home, terminal: Terminal) -> None:
    # What a program writes just before its terminal is gone may be lost: a shell stays.
    terminal.start("TERM=dumb", "sh", "-c", f"{TELEX}; echo code $?; cat")
    terminal.wait_for("TERM=dumb", "telex ask", "code 2")
