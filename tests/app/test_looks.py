"""How every state of the chat looks, at three sizes: pictures that may only change on purpose."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
from textual.app import App
from textual.pilot import Pilot

from app.screens.ask_line import AskLineScreen
from app.screens.choose import ChooseScreen
from app.screens.compare import CompareScreen
from app.screens.exchange import ExchangeScreen
from app.screens.pick_several import PickSeveralScreen
from app.telex import TelexApp
from tests.app.house import House, ask, chat, command, ready, send, transcript_text, until
from tests.fakeserver import FakeServer, cut, ok, status
from widgets.attachment_line import AttachmentLine
from widgets.completion_list import CompletionList
from widgets.outlook_line import OutlookLine

SIZES = ((80, 24), (120, 40), (200, 60))
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""The moment in the pictures: a forecast depends on it."""
ANSWER = """A **circuit breaker** stops calling what keeps failing.

| State | Calls |
| --- | --- |
| closed | pass |
| open | fail at once |

```python
def admits(self) -> bool:
    return self.opened_at is None
```

1. Count the right failures.
2. Let one probe through.
"""
Play = Callable[[Pilot[Any], TelexApp, FakeServer], Awaitable[None]]


class SnapCompare(Protocol):
    def __call__(
        self,
        app: App[None],
        *,
        terminal_size: tuple[int, int],
        run_before: Callable[[Pilot[Any]], Awaitable[None]],
    ) -> bool: ...


async def idle(pilot: Pilot[Any], app: TelexApp) -> None:
    await until(pilot, lambda: not chat(app).busy)
    await pilot.pause(0.3)


async def answered(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    server.groq.reply(ok(ANSWER))
    await ask(pilot, app, "What is a circuit breaker?")
    await idle(pilot, app)


async def drafted(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    await answered(pilot, app, server)
    chat(app).composer.set_text("Compare it with a bulkhead, step by step")
    line = chat(app).query_one(OutlookLine)
    await until(pilot, lambda: bool(line.view.tokens))


async def fell_back(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    server.groq.reply(status(429, "Rate limit reached", headers={"retry-after": "38"}))
    server.google.reply(cut("A breaker stops calling", after=3))
    server.openai.reply(ok("It stops calling what keeps failing."))
    await ask(pilot, app, "What is a circuit breaker?")
    await idle(pilot, app)


async def branched(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    await answered(pilot, app, server)
    server.groq.reply(ok("A fuse for calls, said in other words."))
    await pilot.press("f7", "r")
    await until(pilot, lambda: "in other words" in transcript_text(app))
    await idle(pilot, app)
    await pilot.press("f7")
    await pilot.pause()


async def menu(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    await branched(pilot, app, server)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, ChooseScreen))


async def again_with(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    await answered(pilot, app, server)
    await pilot.press("f7", "R")
    await until(pilot, lambda: isinstance(app.screen, ChooseScreen))


async def explained(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    await fell_back(pilot, app, server)
    await pilot.press("f7", "x")
    await until(pilot, lambda: isinstance(app.screen, ExchangeScreen))


async def rating(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    await answered(pilot, app, server)
    await pilot.press("f7", "plus")
    await until(pilot, lambda: isinstance(app.screen, AskLineScreen))


async def editing(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    await answered(pilot, app, server)
    await pilot.press("f7", "e")
    await until(pilot, lambda: chat(app).writing.editing is not None)
    await pilot.pause(0.5)


async def found(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    await answered(pilot, app, server)
    await pilot.press("ctrl+f", *"call")
    await pilot.pause(0.5)


async def commands(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    await answered(pilot, app, server)
    await pilot.press("/")
    await until(pilot, lambda: chat(app).query_one(CompletionList).is_open)


async def attaching(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    await answered(pilot, app, server)
    chat(app).composer.set_text("Summarise @notes.md")
    line = chat(app).query_one(AttachmentLine)
    await until(pilot, lambda: bool(line.display))
    await pilot.pause(0.5)
    chat(app).composer.close_completions()


async def filed(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    await answered(pilot, app, server)
    for text in ("/tag physics, at school", "/pin", "/budget 0.50", "/persona teacher"):
        await command(pilot, app, text)
    await until(pilot, lambda: chat(app).places.wishes.persona == "teacher")
    await pilot.pause(0.5)


async def several(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    await answered(pilot, app, server)
    await command(pilot, app, "/compare")
    await until(pilot, lambda: isinstance(app.screen, PickSeveralScreen))
    await pilot.press("space", "down", "space")
    await pilot.pause(0.3)


async def compared(pilot: Pilot[Any], app: TelexApp, server: FakeServer) -> None:
    server.groq.reply(ok(ANSWER))
    server.anthropic.reply(ok("A **fuse** for calls.\n\n1. Closed\n2. Open\n3. Half-open"))
    await command(pilot, app, "/compare groq, anthropic")
    await until(pilot, lambda: bool(chat(app).comparing.sides))
    await send(pilot, app, "What is a circuit breaker?")
    await until(pilot, lambda: isinstance(app.screen, CompareScreen))
    await until(pilot, lambda: not chat(app).asking.answers.all())
    await pilot.pause(0.6)


STATES: dict[str, Play] = {
    state.__name__: state
    for state in (
        answered,
        drafted,
        fell_back,
        branched,
        menu,
        again_with,
        explained,
        rating,
        editing,
        found,
        commands,
        attaching,
        filed,
        several,
        compared,
    )
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be where there are files to attach."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.md").write_text("Rayleigh scattering. " * 200)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
@pytest.mark.parametrize("state", STATES)
def test_state(
    snap_compare: SnapCompare, house: House, folder: None, state: str, size: tuple[int, int]
) -> None:
    del folder
    house.clock = lambda: 1000.0
    app = house.app()
    app.now = lambda: NOON
    # A blinking cursor would be there in one picture and not in the next.
    app.animation_level = "none"

    async def play(pilot: Pilot[Any]) -> None:
        await ready(pilot, app)
        chat(app).composer.cursor_blink = False
        await STATES[state](pilot, app, house.server)
        app.clear_notifications()
        await pilot.pause(0.2)

    assert snap_compare(app, terminal_size=size, run_before=play)
