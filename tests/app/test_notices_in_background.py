"""Who is elsewhere when an answer ends is called: by a toast, the bell or the desktop."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from app.desktop_notice import desktop_sequence
from app.jobs import JobProgress
from app.screens.stats import StatsScreen
from app.telex import TelexApp
from storage.config_notice import Notify
from tests.app.house import House, chat, ready, send, toasts, until
from tests.fakeserver import FakeServer, ok

_SLOW = 0.4
"""Seconds in which a person looks elsewhere."""
GHOSTTY = {"TERM": "xterm-ghostty"}


class Terminal:
    """What an app tells its terminal besides what it paints."""

    def __init__(self, app: TelexApp, monkeypatch: pytest.MonkeyPatch) -> None:
        assert app._driver is not None
        self.written: list[str] = []
        self.bells = 0
        monkeypatch.setattr(app._driver, "write", self.written.append)
        monkeypatch.setattr(app, "bell", self._ring)  # a headless app rings none

    def _ring(self) -> None:
        self.bells += 1

    def holds(self, text: str) -> bool:
        return any(text in each for each in self.written)


async def _ended(pilot: Pilot[Any], app: TelexApp, text: str, *, focus: bool = False) -> None:
    """Ask, and look elsewhere before the answer is there: a key brings the focus back."""
    await send(pilot, app, text)
    assert chat(app).busy
    app.app_focus = focus
    await until(pilot, lambda: not chat(app).busy)
    await pilot.pause()


async def test_the_bell_rings_only_where_the_terminal_is_not_in_front(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.server.groq.default(ok("words", first_delay=_SLOW))
    app = house.app()
    async with app.run_test() as pilot:
        await ready(pilot, app)
        terminal = Terminal(app, monkeypatch)
        await _ended(pilot, app, "one", focus=True)
        assert terminal.bells == 0
        await _ended(pilot, app, "two")
        await until(pilot, lambda: terminal.bells == 1)
        await _ended(pilot, app, "three", focus=True)
        assert terminal.bells == 1


async def test_off_is_off_and_what_was_stopped_calls_nobody(
    tmp_path: Path, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path, server, notify=Notify.OFF)
    server.groq.reply(ok("words", first_delay=_SLOW))
    app = house.app()
    async with app.run_test() as pilot:
        await ready(pilot, app)
        terminal = Terminal(app, monkeypatch)
        await _ended(pilot, app, "one")
        assert terminal.bells == 0
        app.settings = house.with_settings(notify=Notify.BELL)
        server.groq.reply(ok("slow", first_delay=30.0))
        await send(pilot, app, "two")
        await until(pilot, lambda: chat(app).busy and len(server.groq.chats) == 2)
        chat(app).action_stop()
        app.app_focus = False
        await until(pilot, lambda: not chat(app).busy)
        assert terminal.bells == 0


async def test_the_desktop_is_told_the_title_alone_and_made_harmless(
    tmp_path: Path, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path, server, notify=Notify.DESKTOP)
    house.environment = {**house.environment, **GHOSTTY}
    server.groq.reply(ok("the answer itself", first_delay=_SLOW))
    app = house.app()
    async with app.run_test() as pilot:
        await ready(pilot, app)
        terminal = Terminal(app, monkeypatch)
        await _ended(pilot, app, "a question\nits second line")
        await until(pilot, lambda: terminal.holds("\x1b]9;telex: answered: a question"))
        assert terminal.bells == 0
        assert not terminal.holds("\x1b]9;telex: answered: a question its second")
        assert not any("]9;" in each and "itself" in each for each in terminal.written)


async def test_behind_another_screen_a_toast_says_it_once(house: House) -> None:
    house.server.groq.reply(ok("words", first_delay=_SLOW))
    app = house.app()
    async with app.run_test() as pilot:
        await ready(pilot, app)
        await send(pilot, app, "capital of France")
        await until(pilot, lambda: len(house.server.groq.chats) == 1)
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, StatsScreen))
        await until(pilot, lambda: "answered: capital of France" in toasts(app))
        assert toasts(app).count("capital of France") == 1


async def test_a_failure_is_called_one_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.settings = house.with_settings(enable_fallback=False)
    house.server.groq.reply(ok("", first_delay=_SLOW))
    app = house.app()
    async with app.run_test() as pilot:
        await ready(pilot, app)
        terminal = Terminal(app, monkeypatch)
        await _ended(pilot, app, "one")
        await until(pilot, lambda: terminal.bells == 1)


async def test_work_that_ends_calls_as_well(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    app = house.app()
    async with app.run_test() as pilot:
        await ready(pilot, app)
        terminal = Terminal(app, monkeypatch)

        async def work(progress: JobProgress) -> None:
            await asyncio.sleep(0)

        app.app_focus = False
        await app.jobs.start("Model", work).ended()
        await until(pilot, lambda: terminal.bells == 1)


@pytest.mark.parametrize(
    ("environment", "through_tmux", "sequence"),
    [
        (GHOSTTY, False, "\x1b]9;telex: a, b\x07"),
        ({"TERM": "foot"}, False, "\x1b]777;notify;telex;a, b\x1b\\"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, False,
         "\x1b]777;notify;telex;a, b\x1b\\"),
        ({"TERM": "linux"}, False, ""),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/s,1,0"}, False, ""),
        (
            {"TERM": "tmux-256color", "TMUX": "/tmp/s,1,0"},
            True,
            "\x1bPtmux;\x1b\x1b]9;telex: a, b\x07\x1b\\",
        ),
    ],
)  # fmt: skip
def test_each_terminal_gets_what_it_knows(
    environment: dict[str, str], through_tmux: bool, sequence: str
) -> None:
    assert desktop_sequence("a; b", environment, through_tmux=through_tmux) == sequence


def test_nothing_of_a_title_is_obeyed() -> None:
    sequence = desktop_sequence(
        "x\x07\x1b]52;c;AAAA\x07\n" + "y" * 500, GHOSTTY, through_tmux=False
    )
    inner = sequence.removeprefix("\x1b]9;").removesuffix("\x07")
    assert "\x1b" not in inner
    assert "\x07" not in inner
    assert len(inner) < 120
