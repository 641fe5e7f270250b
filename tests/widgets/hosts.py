"""An app that holds one widget, and ways to read what it paints."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget

from providers.sanitise import sanitise

HOSTILE = (
    "\x1b]0;owned\x07",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[2J\x1b[31mred",
    "\x9b31mc1 \x90dcs\x9c",
    "abc\u202edcba\u2066x\u2069",
    "\u2028line\u2029separators\u0085here\x0b\x0c",
    "lone \ud800 surrogate",
    "null \x00 bell \x07 back \x08 del \x7f",
    "[/]",
    "[red]x[/blue]",
    "[/some/path] [@click=app.quit]click[/]",
    "entities &#27; &#x1b; &#x202e; &#155; &rlm;",
    '[link](javascript:alert%281%29) [x](<https://e.example/\x1b]0;x> "t")',
    "```py\x1b]0;x\x07&#x202e;\ncode \x1b[0m\n```",
    "| a\x1b[1m | [/] |\n|---|---|\n| \x9b | &#x2066; |",
    "- [ ] \x1b[5m\n1. \u202e\n> \x07",
    "tabs\tand\r\ncarriage\rreturns",
)

M = TypeVar("M", bound=Message)


class Host(App[None]):
    """One widget on a screen."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget


class Sent:
    """Every message that arrived anywhere."""

    def __init__(self) -> None:
        self._messages: dict[int, Message] = {}

    def hook(self, message: Message) -> None:
        self._messages[id(message)] = message

    def of(self, kind: type[M]) -> list[M]:
        return [message for message in self._messages.values() if isinstance(message, kind)]


@asynccontextmanager
async def running(
    widget: Widget, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Pilot[None], Sent]]:
    sent = Sent()
    async with Host(widget).run_test(size=size, message_hook=sent.hook) as pilot:
        await pilot.pause()
        yield pilot, sent


def painted(app: App[None]) -> list[str]:
    """Return the text of every line on the screen."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def screen_text(app: App[None]) -> str:
    """Return the screen as text."""
    return "\n".join(line.rstrip() for line in painted(app))


def assert_inert(app: App[None]) -> None:
    """Check that nothing on the screen could be obeyed by a terminal."""
    for strip in app.screen._compositor.render_strips():
        assert sanitise(strip.text) == strip.text
        assert "\t" not in strip.text
        assert "\n" not in strip.text
        assert all(not segment.control for segment in strip)
        assert all(segment.style is None or segment.style.link is None for segment in strip)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def wait_until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait for a timer of the widget to bring ``condition`` about."""
    for _ in range(200):
        if condition():
            return
        await pilot.pause(0.02)
    raise AssertionError("it never came about")
