"""The history screen: every conversation, or those that hold the words looked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input

from app.conversation_lookup import ConversationLookup, Part, local_now
from app.deleted import Deleted
from app.history_filters import FILTERS, UnknownFilter
from app.screens.history_actions import HistoryActions
from app.screens.history_suggest import FilterSuggester
from app.screens.opened import Opened
from providers.errors import TelexError
from providers.sanitise import sanitise
from widgets.filter_line import FilterLine
from widgets.history_hint import HistoryHint
from widgets.history_list import HistoryList
from widgets.one_line import cut, one_line
from widgets.quiet_input import QuietInput

if TYPE_CHECKING:
    from app.runtime import Runtime

__all__ = ["HistoryScreen", "Opened"]

_LOOK_SECONDS = 0.5
_WIDEST_TAG = 40  # cells of the search line


class HistoryScreen(Screen[Opened | None]):
    """Returns the conversation the person chose, or None.

    Args:
        runtime: whose ledger is searched, and changed.
        under_way: returns the conversations in which an answer is under way.
        deleted: what can be brought back.
        now: tells the instant, in the person's time zone.
    """

    DEFAULT_CSS = """
    HistoryScreen {
        layout: vertical;
        #history-search {
            margin: 1 1 0 1;
            border: round $foreground 25%;
            background: $background;
        }
        #history-search:focus { border: round $primary; background-tint: $foreground 0%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="history.back"),
        Binding("down", "to_list", "Results", show=False, id="history.results"),
    ]

    def __init__(
        self,
        runtime: Runtime,
        *,
        under_way: Callable[[], frozenset[int]],
        deleted: Deleted,
        now: Callable[[], datetime] = local_now,
    ) -> None:
        super().__init__()
        self._runtime = runtime
        self._lookup = ConversationLookup(runtime.reader, now=now)
        self._suggester = FilterSuggester()
        self._under_way = under_way
        self._marked: frozenset[int] = frozenset()
        self._part = Part()
        self._turn = 0
        self._listed: tuple[str, Part] | None = None
        self._actions = HistoryActions(self, runtime, under_way, deleted)

    @property
    def part(self) -> Part:
        """Which conversations are listed."""
        return self._part

    @property
    def conversations(self) -> HistoryList:
        """The list."""
        return self.query_one(HistoryList)

    def compose(self) -> ComposeResult:
        """Lay out the search line above the list."""
        yield QuietInput(id="history-search", suggester=self._suggester)
        yield FilterLine([f"{name}:" for name in FILTERS], id="history-filters")
        yield HistoryList(id="history-list")
        yield HistoryHint(id="history-hint")

    def on_mount(self) -> None:
        """List everything, and look from time to time what goes on there."""
        self._say_part()
        self._mark()
        self.refresh_list()
        self._learn_values()
        self.set_interval(_LOOK_SECONDS, self._look)

    async def show_part(self, part: Part) -> None:
        """List other conversations from now on; what is typed is searched among them."""
        self._part = part
        self._say_part()
        await self.load()

    async def changed(self, *, at: int | None = None) -> None:
        """List what has become of the conversations, with the cursor where it was.

        Args:
            at: the conversation to have the cursor on instead.
        """
        self._lookup.forget()
        await self.load(at=at)

    async def load(self, *, at: int | None = None) -> bool:
        """List what is looked for; an error is said, and leaves the list as it was.

        Returns:
            Whether what is looked for is listed now.
        """
        self._turn += 1
        turn, wanted = self._turn, self._wanted()
        line = self.query_one(FilterLine)
        try:
            found = await asyncio.to_thread(self._lookup.find, *wanted)
        except UnknownFilter as error:
            if turn == self._turn:
                line.complain(str(error))
            return False
        except TelexError as error:
            self.complain(error)
            return False
        if turn != self._turn:
            return False  # something else is looked for meanwhile
        line.show(found.count)
        if wanted == self._listed:
            self.conversations.update(found.conversations, found.empty, found.more, at=at)
        else:
            self.conversations.show(found.conversations, found.empty, found.more)
        self._listed = wanted
        return True

    def complain(self, error: TelexError | str) -> None:
        """Show what went wrong and what to do about it."""
        self.notify(sanitise(str(error)), severity="error", timeout=10, markup=False)

    @work(group="search", exclusive=True)
    async def refresh_list(self) -> None:
        """List what is looked for, and let the person go on typing meanwhile."""
        await self.load()

    @work(group="values", exclusive=True)
    async def _learn_values(self) -> None:
        """Know what filters can be completed with."""
        try:
            tags = await asyncio.to_thread(self._runtime.reader.tags)
        except TelexError as error:
            self.complain(error)
            return
        self._suggester.know(
            {
                "provider": list(self._runtime.settings.providers),
                "tag": [one_line(tag) for tag, _ in tags],
            }
        )

    # What goes on meanwhile

    def _look(self) -> None:
        if self._mark():
            # What was answered has more messages, another cost and maybe another title.
            self._lookup.forget()
            self.refresh_list()

    def _mark(self) -> bool:
        before, self._marked = self._marked, self._under_way()
        if before == self._marked:
            return False
        self.conversations.mark(self._marked)
        return True

    # What the person does

    @on(Input.Changed, "#history-search")
    def _typed(self) -> None:
        self.refresh_list()

    @on(Input.Submitted, "#history-search")
    async def _entered(self) -> None:
        if self._wanted() != self._listed and not await self.load():
            return  # typed faster than it was found, and it cannot be: the line says why
        current = self.conversations.current
        if current is not None:
            self.dismiss(Opened(current.id, current.message_id))

    @on(HistoryList.Opened)
    def _opened(self, event: HistoryList.Opened) -> None:
        self.dismiss(Opened(event.id, event.message_id))

    @on(HistoryList.Wanted)
    async def _command(self, event: HistoryList.Wanted) -> None:
        await self._actions.run(event.command)

    def on_descendant_focus(self) -> None:
        """Say what the keys do where the cursor is now."""
        self._say_keys()

    def action_to_list(self) -> None:
        """Go from the search line to the results."""
        self.conversations.focus()

    def to_search(self) -> None:
        """Go to the search line."""
        self.query_one(Input).focus()

    async def action_back(self) -> None:
        """Leave the tag, then the archive, then the screen."""
        if self._part.tag is not None:
            await self.show_part(replace(self._part, tag=None))
        elif self._part.archived:
            await self.show_part(Part())
        else:
            self.dismiss(None)

    def _wanted(self) -> tuple[str, Part]:
        return self.query_one(Input).value.strip(), self._part

    def _say_part(self) -> None:
        where = "the archive" if self._part.archived else "every conversation"
        tag = f" with #{cut(self._part.tag, _WIDEST_TAG)}" if self._part.tag else ""
        self.query_one(Input).placeholder = f"Search {where}{tag}"
        self._say_keys()

    def _say_keys(self) -> None:
        self.query_one(HistoryHint).show(
            searching=not self.conversations.has_focus,
            archive=self._part.archived,
            tag=self._part.tag or "",
        )
