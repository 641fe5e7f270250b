"""What is played for the pictures of what stands around the conversation."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from textual.pilot import Pilot

from app.telex import TelexApp
from screenshots.scenes import answer
from tests.app.house import ask, chat
from tests.fakeserver import FakeServer, markdown_answer, ok, status


async def stats(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    del app, server
    await pilot.press("f8")
    await pilot.pause(0.5)


async def filtered(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    """What is found of weeks of use."""
    del app, server
    await pilot.press("ctrl+o")
    await pilot.pause(0.5)
    await pilot.press(*"provider:anthropic retry")
    await pilot.pause(1.0)


async def keys(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    """A key that is refused, and why."""
    server.groq.listing = status(401, "Invalid API Key")
    await app.run_action("keys")
    await pilot.pause(0.5)
    await pilot.press("T")
    await pilot.pause(4.0)
    await pilot.press("down", "down", "down")
    await pilot.pause(0.3)


async def models(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    """Everything a provider offers."""
    server.openai.models = ["gpt-6.1-terra", "gpt-5-mini", "gpt-5-nano", "gpt-4o", "gpt-4o-mini"]
    await app.run_action("keys")
    await pilot.pause(0.5)
    await pilot.press("m")
    await pilot.pause(1.5)
    await pilot.press("down")
    await pilot.pause(0.3)


async def first_steps(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    del server
    await app.run_action("first_steps")
    await pilot.pause(1.0)


async def first_steps_end(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    await first_steps(pilot, app, server)
    for _ in range(2):
        await pilot.press("enter")
        await pilot.pause(0.5)


async def help_(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    del server
    await app.run_action("help")
    await pilot.pause(0.5)


async def themes(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    """Looked at before it is chosen."""
    del server
    await app.run_action("themes")
    await pilot.pause(0.5)
    await pilot.press("up", "up", "up")
    await pilot.pause(0.5)


async def doctor(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    """A provider that refuses its key, and what to do about it."""
    server.groq.listing = status(401, "Invalid API Key")
    # It examines what is on the disk and in the environment, not what runs.
    addresses = (f'[providers.{name}]\nbase_url = "{server.base_url(name)}"\n' for name in _HOSTED)
    file = Path(app.environment["TELEX_CONFIG"])
    await asyncio.to_thread(file.write_text, "\n".join(addresses), encoding="utf-8")
    terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    app.environment = {**app.environment, **terminal}
    await app.run_action("doctor")
    await pilot.pause(6.0)


async def palette(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    await answer(pilot, app, server)
    await pilot.press("ctrl+p")
    await pilot.pause(1.0)


_HOSTED = ("openai", "anthropic", "google", "groq")
CONFIG = """\
# What I want when I don't say otherwise.
routing_strategy = "dynamic"
daily_budget = 1.50                  # enough for a day of work
monthly_budget = 20
titles = false

[daily_cost_limits]
anthropic = 1.0

[providers.groq]
temperature = 0.3                    # it rambles otherwise
"""
"""Somebody's own configuration, with what they noted in it."""


async def strategies(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    """What each strategy would do with what is written."""
    for _ in range(3):
        server.groq.reply(ok("A breaker stops calling what has just failed."))
        await ask(pilot, app, "What is a circuit breaker?")
    chat(app).composer.set_text("Compare it with a bulkhead, step by step")
    await pilot.press("ctrl+l")
    await pilot.pause(0.5)
    await pilot.press("down", "down")
    await pilot.pause(0.3)


async def limit(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    """A daily limit that is nearly used up."""
    server.groq.default(ok(markdown_answer()))
    for question in ("What is a breaker?", "And a bulkhead?", "And a timeout?"):
        await ask(pilot, app, question)
    runtime = await app.runtime()
    spent = runtime.reader.spend(datetime.now(UTC) - timedelta(hours=1)).cost
    limited = replace(
        runtime.settings, daily_budget=spent / Decimal("0.86"), monthly_budget=Decimal(20)
    )
    await asyncio.to_thread(runtime.adopt, limited)
    await chat(app).panels.refresh()
    await pilot.pause(1.0)
    app.clear_notifications()
    await pilot.pause(0.3)


async def settings(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    del server
    await app.run_action("settings")
    await pilot.pause(1.0)


async def local_models(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    del server
    await app.run_action("local_models")
    await pilot.pause(2.0)
    await pilot.press("down", "down")
    await pilot.pause(0.3)


async def stats_speed(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    await _section(pilot, app, server, "3")


async def stats_errors(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    await _section(pilot, app, server, "4")


async def stats_routing(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    await _section(pilot, app, server, "5")


async def exchanges(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    await stats(pilot, app, server)
    await pilot.press("enter")
    await pilot.pause(1.0)


async def _section(pilot: Pilot[None], app: TelexApp, server: FakeServer, key: str) -> None:
    await stats(pilot, app, server)
    await pilot.pause(1.0)
    await pilot.press(key)
    await pilot.pause(1.0)
