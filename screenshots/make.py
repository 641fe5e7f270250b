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

from app.telex import TelexApp
from providers.hedging import Hedging
from screenshots.seed import seed
from storage.state_file import State
from tests.app.house import House, ask, chat, ready
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


async def history(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    for question in (
        "Why is the sky blue?",
        "A haiku about queues",
        "Compare TCP and QUIC for a chat protocol",
        "Write a regular expression for ISO dates",
    ):
        server.groq.reply(ok("A short answer about scattering, queues, transports and dates."))
        await ask(pilot, app, question)
        await pilot.press("ctrl+n")
    await pilot.press("ctrl+o")
    await pilot.pause(0.3)


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
    "stats": (stats, (120, 40), "textual-dark"),
    "history": (history, (120, 30), "textual-dark"),
    "keys": (keys, (120, 30), "textual-dark"),
}


_LIMITS = {"daily_cost_limits": {"anthropic": Decimal(1)}, "monthly_budget": Decimal(20)}
_SETTINGS: dict[str, dict[str, Any]] = {
    "race": {"hedging": Hedging(min_samples=2)},
    "pick": _LIMITS,
    "stats": {**_LIMITS, "primary_provider": "openai"},
}
"""What the pictured person has in the configuration."""


async def shoot(name: str) -> None:
    """Play one scene and save its picture."""
    scene, size, theme = SCENES[name]
    with FakeServer() as server, tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), server, keys=scene is not first_run, **_SETTINGS.get(name, {}))
        if scene is stats:
            await seed(house.paths.database)
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
