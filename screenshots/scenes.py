"""What is played for each picture."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from textual.pilot import Pilot

from app.screens.compare import CompareScreen
from app.telex import TelexApp
from tests.app.house import ask, chat, command, send, until
from tests.fakeserver import FakeServer, cut, markdown_answer, ok, status
from widgets.composer import Composer


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


async def filtered(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    """What is found of weeks of use."""
    del app, server
    await pilot.press("ctrl+o")
    await pilot.pause(0.5)
    await pilot.press(*"provider:anthropic retry")
    await pilot.pause(1.0)


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
    await app.run_action("doctor")
    await pilot.pause(6.0)


async def palette(pilot: Pilot[None], app: TelexApp, server: FakeServer) -> None:
    await answer(pilot, app, server)
    await pilot.press("ctrl+p")
    await pilot.pause(1.0)


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
