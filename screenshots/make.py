"""Makes every picture in this folder from the real app, on the project's own test server.

Run it with ``make screenshots``. The SVGs come from Textual; where Chromium is installed each also
becomes a PNG.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from app.screens.compare import CompareScreen
from app.telex import TelexApp
from providers.caching import Caching
from providers.experiments.experiment import Arm, Experiment
from providers.hedging import Hedging
from screenshots.seed import seed, tried, trouble
from storage.state_file import State
from tests.app.house import House, ask, chat, command, ready, send, until
from tests.fakeserver import FakeServer, cut, markdown_answer, ok, status
from widgets.composer import Composer

FOLDER = Path(__file__).parent
Scene = Callable[[Pilot[None], TelexApp, FakeServer], Awaitable[None]]


async def welcome(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    del app, server
    await pilot.pause(0.3)


async def answer(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    server.groq.reply(ok(markdown_answer()))
    await ask(pilot, app, "How do I keep one flaky service from taking the others down?")


async def fallback(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    server.groq.reply(status(429, "Rate limit reached", headers={"retry-after": "38"}))
    server.google.reply(cut("A circuit breaker stops calling what has just failed", after=9))
    server.openai.reply(ok("It stops calling a service that keeps failing, and probes it later."))
    await ask(pilot, app, "What is a circuit breaker, in one sentence?")


async def pick(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    for _ in range(4):
        server.groq.reply(ok("A breaker stops calling what has just failed."))
        await ask(pilot, app, "What is a circuit breaker?")
    chat(app).query_one(Composer).set_text("Compare it with a bulkhead, step by step")
    await pilot.press("f5")
    await pilot.pause(0.5)


async def race(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    """A provider is slow to begin, and the one asked besides answers first."""
    server.groq.reply(ok("Hello!"), ok("Hello again!"), ok("Too late.", first_delay=9.0))
    server.google.reply(ok("A backup call cuts the tail: whoever speaks first answers."))
    for question in ("Hello", "Hello again", "What is a hedged request?"):
        await ask(pilot, app, question)


async def stats(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    del app, server
    await pilot.press("f8")
    await pilot.pause(0.5)


async def alerts(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    del server
    await pilot.pause(1.0)
    app.clear_notifications()
    await app.run_action("alerts")
    await pilot.pause(1.0)


async def experiment(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    del server
    await app.run_action("experiment")
    await pilot.pause(1.5)


async def adaptive(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    """After some answers that were kept, rated and asked for again it says why it asks whom."""
    server.google.default(ok(_SHORT))
    server.groq.default(ok("It is a fuse for calls."))
    await command(pilot, app, "/strategy adaptive")
    for question in ("What is a fuse?", "What is a valve?", "What is a breaker?"):
        await ask(pilot, app, question)
        await command(pilot, app, "/rate good")
    chat(app).composer.set_text("What is a bulkhead?")
    await pilot.pause(1.0)
    app.clear_notifications()
    await pilot.pause(0.3)


async def cached(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    """A question that was answered before, and an answer that is not what was asked for."""
    server.groq.default(ok(_SHORT))
    await ask(pilot, app, "What is a circuit breaker?")
    await pilot.press("ctrl+n")
    await ask(pilot, app, "What is a circuit breaker?")
    server.groq.reply(ok("Sure! A breaker is closed, open or half-open. " * 3))
    await ask(pilot, app, "Give me its three states as JSON")


async def history(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    for question, given in (
        ("Why is the sky blue?", "/tag physics"),
        ("A haiku about queues", "/title Haiku on queues"),
        ("Compare TCP and QUIC for a chat protocol", "/tag work, networks"),
        ("Write a regular expression for ISO dates", "/pin"),
    ):
        server.groq.reply(ok("A short answer about scattering, queues, transports and dates."))
        await ask(pilot, app, question)
        await command(pilot, app, given)
        await pilot.press("ctrl+n")
    await pilot.press("ctrl+o")
    await pilot.pause(0.3)


async def compare(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    server.groq.reply(ok(_SHORT))
    server.anthropic.reply(ok(_OTHER))
    await command(pilot, app, "/compare groq, anthropic")
    await send(pilot, app, "How do I keep one flaky service from taking the others down?")
    await until(pilot, lambda: isinstance(app.screen, CompareScreen))
    await until(pilot, lambda: not chat(app).asking.answers.all())
    await pilot.pause(0.6)


async def messages(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    """An answer that was given again and rated, with the cursor on it."""
    server.groq.reply(ok("A fuse for calls."), ok(_SHORT))
    await ask(pilot, app, "What is a circuit breaker, with code?")
    await pilot.press("f7", "r")
    await until(pilot, lambda: len(server.groq.chats) == 2)
    await until(pilot, lambda: not chat(app).busy)
    await command(pilot, app, "/rate good to the point")
    await command(pilot, app, "/tag reliability")
    await pilot.pause(0.5)
    app.clear_notifications()
    await pilot.press("f7")
    await pilot.pause(0.3)


async def explain(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    await fallback(pilot, app, server)
    await pilot.press("f7", "x")
    await pilot.pause(0.4)


async def draft(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    """What is known before a question with a file and a command's list is sent."""
    server.groq.reply(ok(_SHORT))
    await ask(pilot, app, "What is a circuit breaker?")
    chat(app).composer.set_text("Where does @CHANGELOG.md speak of one? Compare it step by step")
    await pilot.pause(1.0)
    chat(app).composer.close_completions()
    await pilot.pause(0.2)


async def commands(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    server.groq.reply(ok(_SHORT))
    await ask(pilot, app, "What is a circuit breaker?")
    await pilot.press("/")
    await pilot.pause(0.6)


async def keys(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    del app, server
    await pilot.press("f9")
    await pilot.pause(0.3)
    await pilot.press("t")
    await pilot.pause(3.0)


async def first_run(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    """No key anywhere: the built-in model itself answers."""
    del server
    await ask(pilot, app, "List three primary colours")


_SHORT = """A **circuit breaker** stops calling what keeps failing.

| State | Calls |
| --- | --- |
| closed | pass |
| open | fail at once |
| half-open | one probe decides |

```python
def admits(self, now: float) -> bool:
    if self.opened_at is None:
        return True
    return now - self.opened_at >= self.cool_down
```
"""
_OTHER = """Wrap each dependency in a *circuit breaker*, and give it a **timeout**:

1. After five failures in a row it opens: calls fail at once, and nobody waits.
2. After half a minute one probe is let through.
3. If that succeeds it closes; otherwise it waits again.

> Add a bulkhead too, so that one slow service cannot use up every worker.
"""

SCENES: dict[str, tuple[Scene, tuple[int, int], str]] = {
    "welcome": (welcome, (120, 34), "textual-dark"),
    "first-run": (first_run, (100, 24), "textual-dark"),
    "answer": (answer, (120, 40), "textual-dark"),
    "answer-80x24": (answer, (80, 24), "textual-dark"),
    "answer-200x60": (answer, (200, 60), "textual-dark"),
    "answer-light": (answer, (120, 40), "textual-light"),
    "fallback": (fallback, (120, 34), "textual-dark"),
    "race": (race, (120, 34), "textual-dark"),
    "pick": (pick, (120, 34), "textual-dark"),
    "compare": (compare, (120, 30), "textual-dark"),
    "messages": (messages, (120, 34), "textual-dark"),
    "explain": (explain, (120, 34), "textual-dark"),
    "draft": (draft, (120, 34), "textual-dark"),
    "commands": (commands, (120, 34), "textual-dark"),
    "compare-80x24": (compare, (80, 24), "textual-dark"),
    "messages-80x24": (messages, (80, 24), "textual-dark"),
    "stats": (stats, (120, 40), "textual-dark"),
    "alerts": (alerts, (120, 34), "textual-dark"),
    "alerts-80x24": (alerts, (80, 24), "textual-dark"),
    "cached": (cached, (120, 40), "textual-dark"),
    "experiment": (experiment, (120, 34), "textual-dark"),
    "experiment-80x24": (experiment, (80, 24), "textual-dark"),
    "adaptive": (adaptive, (120, 34), "textual-dark"),
    "history": (history, (120, 30), "textual-dark"),
    "keys": (keys, (120, 30), "textual-dark"),
}


_TRIED = Experiment(
    name="fast or good",
    arms=(Arm(name="fast", provider="groq"), Arm(name="good", provider="anthropic")),
)
_LIMITS = {"daily_cost_limits": {"anthropic": Decimal(1)}, "monthly_budget": Decimal(20)}
_SETTINGS: dict[str, dict[str, Any]] = {
    "race": {"hedging": Hedging(min_samples=2)},
    "pick": _LIMITS,
    "stats": {**_LIMITS, "primary_provider": "openai"},
    "experiment": {"experiment": _TRIED},
    "experiment-80x24": {"experiment": _TRIED},
    "cached": {"caching": Caching(any_temperature=True)},
}
"""What the pictured person has in the configuration."""


async def shoot(name: str) -> None:
    """Play one scene and save its picture."""
    scene, size, theme = SCENES[name]
    with FakeServer() as server, tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), server, keys=scene is not first_run, **_SETTINGS.get(name, {}))
        if scene is stats:
            await seed(house.paths.database)
        if scene is experiment:
            await tried(house.paths.database, _TRIED)
        if scene is alerts:
            await trouble(house.paths.database)
        app = house.app(state=State(theme=theme))
        async with app.run_test(size=size) as pilot:
            await ready(pilot, app)
            await scene(pilot, app, server)
            app.save_screenshot(f"{name}.svg", path=str(FOLDER))


def to_png(svg: Path) -> None:
    """Turn one SVG into a PNG with headless Chromium, when it is there."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        return
    head = svg.read_text(encoding="utf-8").split("viewBox=", 1)[1].split('"')[1]
    width, height = (round(float(part)) for part in head.split()[2:])
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                chromium,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--hide-scrollbars",
                f"--user-data-dir={profile}",
                f"--window-size={width},{height}",
                f"--screenshot={svg.with_suffix('.png')}",
                svg.as_uri(),
            ],
            check=True,
            capture_output=True,
        )


def main() -> None:
    """Make all pictures, or those named on the command line."""
    for name in sys.argv[1:] or SCENES:
        asyncio.run(shoot(name))
        to_png(FOLDER / f"{name}.svg")
        print(f"screenshots/{name}")


if __name__ == "__main__":
    main()
