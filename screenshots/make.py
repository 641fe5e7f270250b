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
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from app.runtime import open_runtime
from app.screens.chat import ChatScreen
from app.telex import TelexApp
from storage.config_file import load_settings
from storage.keys import KeyStore
from storage.state_file import State
from tests.fakeserver import FakeServer, cut, markdown_answer, ok, status

FOLDER = Path(__file__).parent
Scene = Callable[[Pilot[None], TelexApp, FakeServer], Awaitable[None]]


class NoKeyring:
    """The machine that makes the pictures has keys in the environment only."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("a picture keeps no key")

    def delete_password(self, service: str, username: str) -> None:
        raise AssertionError("a picture deletes no key")


async def ask(pilot: Pilot[None], text: str) -> None:
    """Type ``text``, send it, and wait for the whole answer."""
    screen = pilot.app.screen
    assert isinstance(screen, ChatScreen)
    composer = screen.query_one("#composer")
    composer.set_text(text)  # type: ignore[attr-defined]  # the composer
    await pilot.press("enter")
    await pilot.pause()
    async with asyncio.timeout(30):
        while screen.busy and pilot.app.is_running:
            await pilot.pause(0.05)
    await pilot.pause()


async def welcome(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    del app, server
    await pilot.pause(0.3)


async def answer(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    del app
    server.groq.reply(ok(markdown_answer()))
    await ask(pilot, "How do I keep one flaky service from taking the others down?")


async def fallback(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    del app
    server.groq.reply(status(429, "Rate limit reached", headers={"retry-after": "38"}))
    server.google.reply(cut("A circuit breaker stops calling what has just failed", after=9))
    server.openai.reply(ok("It stops calling a service that keeps failing, and probes it later."))
    await ask(pilot, "What is a circuit breaker, in one sentence?")


async def stats(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    await fallback(pilot, app, server)
    server.anthropic.default(ok(markdown_answer()))
    for key in ("f2", "f3", "f4"):
        await pilot.press(key)
        await ask(pilot, "Explain it once more, with an example in Python.")
    await pilot.press("f8")
    await pilot.pause(0.5)


async def history(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    del app
    for question in (
        "Why is the sky blue?",
        "A haiku about queues",
        "Compare TCP and QUIC for a chat protocol",
        "Write a regular expression for ISO dates",
    ):
        server.groq.reply(ok("A short answer about scattering, queues, transports and dates."))
        await ask(pilot, question)
        await pilot.press("ctrl+n")
    await pilot.press("ctrl+o")
    await pilot.pause(0.3)


async def keys(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    del app, server
    await pilot.press("f9")
    await pilot.pause(0.3)
    await pilot.press("t")
    await pilot.pause(3.0)


SCENES: dict[str, tuple[Scene, tuple[int, int], str]] = {
    "welcome": (welcome, (120, 34), "textual-dark"),
    "answer": (answer, (120, 40), "textual-dark"),
    "answer-80x24": (answer, (80, 24), "textual-dark"),
    "answer-200x60": (answer, (200, 60), "textual-dark"),
    "answer-light": (answer, (120, 40), "textual-light"),
    "fallback": (fallback, (120, 34), "textual-dark"),
    "stats": (stats, (120, 40), "textual-dark"),
    "history": (history, (120, 30), "textual-dark"),
    "keys": (keys, (120, 30), "textual-dark"),
}


async def shoot(name: str) -> None:
    """Play one scene and save its picture."""
    scene, size, theme = SCENES[name]
    with FakeServer() as server, tempfile.TemporaryDirectory() as data:
        environment = {
            **server.environment(),
            "TELEX_DATA_DIR": data,
            "TELEX_CONFIG": f"{data}/config.toml",
        }
        settings = load_settings(Path(environment["TELEX_CONFIG"]))
        providers = {
            provider: replace(config, base_url=server.base_url(provider))
            for provider, config in settings.providers.items()
            if provider != "local"
        }
        settings = replace(settings, providers={**settings.providers, **providers})
        store = KeyStore(settings.providers.values(), environment, backend=NoKeyring())
        app = TelexApp(
            settings,
            State(theme=theme),
            environment=environment,
            open_runtime=lambda: open_runtime(environment, settings=settings, keys=store),
        )
        async with app.run_test(size=size) as pilot:
            await app.runtime()
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
