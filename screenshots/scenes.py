"""What is played for each picture."""

from __future__ import annotations

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
