"""A screen that is left at any time: what it has begun is done all the same, and said."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.content import Content
from textual.widgets import Static

from app.screens.careful import CarefulScreen
from widgets.one_line import one_line

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel


class LastingScreen(CarefulScreen):
    """Has a line for what came of it, and says that elsewhere once it has gone."""

    STATUS: ClassVar[str]
    """The line's selector."""

    @property
    def is_there(self) -> bool:
        """Whether nobody has left this screen yet; another one may be on top of it."""
        return self in self.app.screen_stack

    def say(self, words: str, *, trouble: bool = False) -> None:
        """Say what came of it, wherever one is; ``trouble`` where something has to be done."""
        line = one_line(words)
        if self.is_there:
            style = "$text-error" if trouble else "$foreground"
            self.query_one(self.STATUS, Static).update(Content.styled(line, style))
        elif line:
            severity: SeverityLevel = "warning" if trouble else "information"
            self.app.notify(line, severity=severity, markup=False)

    @work(group="changes", exit_on_error=False)
    async def complete(self, doing: Awaitable[None]) -> None:
        """Do something in the background, to its end, whoever leaves the screen meanwhile."""
        # The app does it, so that leaving cancels no more than waiting for it. The waiting is for
        # what goes wrong unforeseen: the screen says it, and the app would not.
        done = self.app.run_worker(self.tried(doing), group="changes", exit_on_error=False)
        await asyncio.shield(done.wait())
