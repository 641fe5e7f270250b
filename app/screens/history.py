"""The history screen: every conversation, or those that hold the words looked for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input, Static

from app.views import conversation_view
from widgets.history_list import ConversationView, HistoryList

if TYPE_CHECKING:
    from app.runtime import Runtime
    from storage.rows import SearchHit

_MOST = 500


class HistoryScreen(Screen[int | None]):
    """Returns the conversation the person chose, or None.

    Args:
        runtime: whose ledger is searched.
    """

    DEFAULT_CSS = """
    HistoryScreen {
        layout: vertical;
        #history-search {
            margin: 1 1;
            border: round $foreground 25%;
            background: $background;
        }
        #history-search:focus { border: round $primary; background-tint: $foreground 0%; }
        #history-hint { height: 1; padding: 0 2; color: $foreground 50%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back"),
        Binding("down", "to_list", "Results", show=False),
    ]

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self._runtime = runtime

    def compose(self) -> ComposeResult:
        """Lay out the search line above the list."""
        yield Input(placeholder="Search every conversation", id="history-search")
        yield HistoryList(id="history-list")
        yield Static(
            "type to search · ↓ to the list · enter opens · esc back",
            id="history-hint",
            markup=False,
        )

    def on_mount(self) -> None:
        """List everything, newest first."""
        self._find("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._find(event.value)

    @on(Input.Submitted)
    def _entered(self) -> None:
        current = self.query_one(HistoryList).current
        if current is not None:
            self.dismiss(current.id)

    @on(HistoryList.Opened)
    def _opened(self, event: HistoryList.Opened) -> None:
        self.dismiss(event.id)

    def action_to_list(self) -> None:
        """Go from the search line to the results."""
        self.query_one(HistoryList).focus()

    @work(group="search", exclusive=True)
    async def _find(self, text: str) -> None:
        if text.strip():
            views = await asyncio.to_thread(self._search, text)
            empty = "Nothing found"
        else:
            views = await asyncio.to_thread(self._list)
            empty = "No conversations yet"
        self.query_one(HistoryList).show(views, empty)

    def _list(self) -> Sequence[ConversationView]:
        now = datetime.now().astimezone()
        rows = self._runtime.reader.list_conversations(limit=_MOST)
        return [conversation_view(row, now=now) for row in rows]

    def _search(self, text: str) -> Sequence[ConversationView]:
        """Return each conversation once, with the words around its best hit."""
        now = datetime.now().astimezone()
        best: dict[int, SearchHit] = {}
        for hit in self._runtime.reader.search(text, limit=_MOST):
            best.setdefault(hit.conversation_id, hit)
        found = []
        for conversation_id, hit in best.items():
            row = self._runtime.reader.conversation(conversation_id)
            if row is not None:
                found.append(conversation_view(row, now=now, snippet=hit.snippet))
        return found
