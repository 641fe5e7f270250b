"""A composer with a list of completions, and a completer that can be held up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget

from tests.widgets.hosts import Sent, wait_until
from widgets.completion import Completion, CompletionSet
from widgets.completion_list import CompletionList
from widgets.composer import Composer

NAMES = ("help", "history", "find", "quit")


class Known:
    """A completer of words behind a slash, which can be held up."""

    def __init__(self, items: tuple[Completion, ...] = ()) -> None:
        self.items = items or tuple(
            Completion(f"/{name}", f"/{name}", f"{name}!") for name in NAMES
        )
        self.asked: list[tuple[str, int]] = []
        self.go = asyncio.Event()
        self.go.set()
        self.busy = self.busiest = 0

    async def __call__(self, text: str, cursor: int) -> CompletionSet | None:
        self.asked.append((text, cursor))
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            await self.go.wait()
        finally:
            self.busy -= 1
        start = text.rfind("/", 0, cursor)
        if start < 0 or " " in text[start:cursor]:
            return None
        items = tuple(item for item in self.items if item.insert.startswith(text[start:cursor]))
        return CompletionSet(start, cursor, items)


class Above(Widget, can_focus=True):
    """What stands above the composer."""


class Written(App[None]):
    """A composer below something that takes all the place, with its list."""

    CSS = "Above { height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield Above()
        yield CompletionList(id="completions")
        yield Composer()


Part = tuple[Pilot[None], Sent, Composer, CompletionList]


@asynccontextmanager
async def writing(known: Known) -> AsyncIterator[Part]:
    sent = Sent()
    app = Written()
    async with app.run_test(size=(60, 24), message_hook=sent.hook) as pilot:
        composer, listed = app.query_one(Composer), app.query_one(CompletionList)
        composer.attach(listed)
        composer.set_completer(known)
        composer.focus()
        await pilot.pause()
        yield pilot, sent, composer, listed


async def opened(part: Part, *keys: str) -> None:
    await part[0].press(*keys)
    await wait_until(part[0], lambda: part[3].is_open)
    await part[0].pause()


async def settled(part: Part) -> None:
    await part[0].pause(0.1)
