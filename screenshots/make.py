"""Makes every picture in this folder from the real app, on the project's own test server.

Run it with ``make screenshots``. The SVGs come from Textual; where Chromium is installed each also
becomes a PNG.
"""

from __future__ import annotations

import asyncio
import os
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
from providers.caching import Caching
from providers.experiments.experiment import Arm, Experiment
from providers.hedging import Hedging
from screenshots import around, scenes
from screenshots.seed import seed, tried, trouble
from storage.state_file import State
from tests.app.house import House, ready
from tests.fakeserver import FakeServer

FOLDER = Path(__file__).parent
Scene = Callable[[Pilot[None], TelexApp, FakeServer], Awaitable[None]]


SCENES: dict[str, tuple[Scene, tuple[int, int], str]] = {
    "welcome": (scenes.welcome, (120, 34), "textual-dark"),
    "first-run": (scenes.first_run, (100, 24), "textual-dark"),
    "answer": (scenes.answer, (120, 40), "textual-dark"),
    "answer-80x24": (scenes.answer, (80, 24), "textual-dark"),
    "answer-200x60": (scenes.answer, (200, 60), "textual-dark"),
    "answer-light": (scenes.answer, (120, 40), "textual-light"),
    "fallback": (scenes.fallback, (120, 34), "textual-dark"),
    "race": (scenes.race, (120, 34), "textual-dark"),
    "pick": (scenes.pick, (120, 34), "textual-dark"),
    "compare": (scenes.compare, (120, 30), "textual-dark"),
    "messages": (scenes.messages, (120, 34), "textual-dark"),
    "explain": (scenes.explain, (120, 34), "textual-dark"),
    "draft": (scenes.draft, (120, 34), "textual-dark"),
    "commands": (scenes.commands, (120, 34), "textual-dark"),
    "compare-80x24": (scenes.compare, (80, 24), "textual-dark"),
    "messages-80x24": (scenes.messages, (80, 24), "textual-dark"),
    "stats": (around.stats, (120, 40), "textual-dark"),
    "alerts": (scenes.alerts, (120, 34), "textual-dark"),
    "alerts-80x24": (scenes.alerts, (80, 24), "textual-dark"),
    "cached": (scenes.cached, (120, 40), "textual-dark"),
    "experiment": (scenes.experiment, (120, 34), "textual-dark"),
    "experiment-80x24": (scenes.experiment, (80, 24), "textual-dark"),
    "adaptive": (scenes.adaptive, (120, 34), "textual-dark"),
    "strategies": (around.strategies, (120, 34), "textual-dark"),
    "strategies-80x24": (around.strategies, (80, 24), "textual-dark"),
    "limit": (around.limit, (120, 34), "textual-dark"),
    "limit-80x24": (around.limit, (80, 24), "textual-dark"),
    "settings": (around.settings, (120, 34), "textual-dark"),
    "settings-light-80x24": (around.settings, (80, 24), "textual-light"),
    "local-models": (around.local_models, (120, 30), "textual-dark"),
    "stats-speed": (around.stats_speed, (120, 40), "textual-dark"),
    "stats-errors": (around.stats_errors, (120, 40), "textual-dark"),
    "stats-routing": (around.stats_routing, (120, 40), "textual-dark"),
    "stats-light": (around.stats, (120, 40), "textual-light"),
    "stats-80x24": (around.stats, (80, 24), "textual-dark"),
    "exchanges": (around.exchanges, (120, 34), "textual-dark"),
    "history": (scenes.history, (120, 30), "textual-dark"),
    "models": (around.models, (120, 30), "textual-dark"),
    "first-steps": (around.first_steps, (120, 34), "textual-dark"),
    "first-steps-end": (around.first_steps_end, (120, 34), "textual-dark"),
    "first-steps-80x24": (around.first_steps, (80, 24), "textual-dark"),
    "help": (around.help_, (120, 34), "textual-dark"),
    "themes": (around.themes, (120, 30), "textual-dark"),
    "doctor": (around.doctor, (120, 40), "textual-dark"),
    "palette": (around.palette, (120, 34), "textual-dark"),
    "history-filtered": (around.filtered, (120, 30), "textual-dark"),
    "keys-80x24": (around.keys, (80, 24), "textual-dark"),
    "keys": (around.keys, (120, 30), "textual-dark"),
}


_TRIED = Experiment(
    name="fast or good",
    arms=(Arm(name="fast", provider="groq"), Arm(name="good", provider="anthropic")),
)
_LIMITS = {"daily_cost_limits": {"anthropic": Decimal(1)}, "monthly_budget": Decimal(20)}
_LEDGERS = (
    around.stats,
    around.stats_speed,
    around.stats_errors,
    around.stats_routing,
    around.exchanges,
    around.filtered,
)
"""Scenes of somebody who has used telex for weeks."""
_FILES = {around.settings: around.CONFIG, around.local_models: around.CONFIG}
_SETTINGS: dict[str, dict[str, Any]] = {
    "race": {"hedging": Hedging(min_samples=2)},
    "pick": _LIMITS,
    **{
        name: {**_LIMITS, "primary_provider": "openai"}
        for name, (scene, _, _) in SCENES.items()
        if scene in _LEDGERS
    },
    "experiment": {"experiment": _TRIED},
    "experiment-80x24": {"experiment": _TRIED},
    "cached": {"caching": Caching(any_temperature=True)},
}
"""What the pictured person has in the configuration."""


async def shoot(name: str) -> None:
    """Play one scene and save its picture."""
    scene, size, theme = SCENES[name]
    with FakeServer() as server, tempfile.TemporaryDirectory() as folder:
        # Paths are shown as people write them: from their home.
        os.environ["HOME"] = folder
        if scene in _FILES:
            (Path(folder) / "config.toml").write_text(_FILES[scene], encoding="utf-8")
        house = House(
            Path(folder), server, keys=scene is not scenes.first_run, **_SETTINGS.get(name, {})
        )
        if scene in _LEDGERS:
            await seed(house.paths.database)
        if scene is scenes.experiment:
            await tried(house.paths.database, _TRIED)
        if scene is scenes.alerts:
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
    # Not as few colours as the terminal has that this happens to run in.
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
    for name in sys.argv[1:] or SCENES:
        asyncio.run(shoot(name))
        to_png(FOLDER / f"{name}.svg")
        print(f"screenshots/{name}")


if __name__ == "__main__":
    main()
