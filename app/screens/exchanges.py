"""The calls or answers behind a number: exactly those, and what they come to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from app.conversation_lookup import local_now
from app.exchange_lines import exchange_line
from app.exchange_lists import read_list, sum_words
from app.screens.opened import Opened
from providers.errors import TelexError
from providers.sanitise import sanitise
from widgets.exchange_lines import ExchangeLines, line_content
from widgets.hint_line import HintLine
from widgets.key_hints import Hint
from widgets.one_line import one_line
from widgets.provider_marks import marks

if TYPE_CHECKING:
    from decimal import Decimal

    from app.exchange_lists import ExchangeFilter
    from app.runtime import Runtime
    from storage.listed import Listed

_FADED = "$foreground 60%"


class Order(StrEnum):
    """How the list is sorted."""

    NEWEST = "newest first"
    DEAREST = "dearest first"
    SLOWEST = "slowest first"


class _Heads(Widget):
    """What the columns are."""

    DEFAULT_CSS = "_Heads { height: 1; text-wrap: nowrap; text-overflow: clip; }"

    def render(self) -> Content:
        # The cell of the list's scroll bar stays free.
        return line_content(ExchangeLines.HEADS, self.size.width - 1, heads=True)


class ExchangesScreen(Screen[Opened | None]):
    """Returns the conversation the person wants to see one of them in, or None.

    Args:
        runtime: whose ledger is read.
        wanted: which calls or answers.
        title: what number they are behind.
        now: tells the instant, in the person's time zone.
    """

    DEFAULT_CSS = """
    ExchangesScreen {
        layout: vertical;
        #exchanges-title, #exchanges-sum {
            height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
        }
        #exchanges-sum { margin-bottom: 1; }
        #exchanges-list { height: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Back", id="exchanges.back"),
        Binding("i", "inspect", "Inspect the call", id="exchanges.inspect"),
        Binding("s", "sort", "Sort differently", id="exchanges.sort"),
        Binding("r", "reload", "Read again", id="exchanges.reload"),
    ]

    def __init__(
        self,
        runtime: Runtime,
        wanted: ExchangeFilter,
        *,
        title: str = "",
        now: Callable[[], datetime] = local_now,
    ) -> None:
        super().__init__()
        self._runtime = runtime
        self._wanted = wanted
        self._title = title
        self._now = now
        self._order = Order.NEWEST
        self._read: Sequence[Listed] = ()
        self._shown: Sequence[Listed] = ()

    @property
    def listed(self) -> Sequence[Listed]:
        """What is listed, in its order."""
        return self._shown

    @property
    def lines(self) -> ExchangeLines:
        """The list."""
        return self.query_one(ExchangeLines)

    def compose(self) -> ComposeResult:
        """Lay out the title and the sum above the list."""
        yield Static(id="exchanges-title", markup=False)
        yield Static(id="exchanges-sum", markup=False)
        yield _Heads()
        yield ExchangeLines(id="exchanges-list")
        yield HintLine(
            [
                Hint("enter", "opens it in its conversation"),
                Hint("i", "inspects"),
                Hint("s", "sorts"),
                Hint("r", "reads again"),
                Hint("esc", "back"),
            ]
        )

    def on_mount(self) -> None:
        """Read the list."""
        self.lines.focus()
        self._load()

    def action_reload(self) -> None:
        """Read it again."""
        self._load()

    def action_sort(self) -> None:
        """Sort by something else."""
        orders = list(Order)
        self._order = orders[(orders.index(self._order) + 1) % len(orders)]
        self._fill()

    @work(group="inspect", exclusive=True)
    async def action_inspect(self) -> None:
        """Look into the call under the cursor."""
        from app.screens.exchange import ExchangeScreen, Page

        one = self._current()
        if one is None or self._refused(one):
            return
        assert one.conversation_id is not None  # refused above
        reader = self._runtime.reader
        try:
            messages = await asyncio.to_thread(
                reader.load_messages, one.conversation_id, through=one.message_id
            )
        except TelexError as error:
            self._complain(error)
            return
        for message in messages:
            if message.id == one.message_id and message.exchange is not None:
                self.app.push_screen(ExchangeScreen(message.exchange, message, Page.EXCHANGE))
                return
        self._complain("It was deleted meanwhile · r reads the list again")

    @on(ExchangeLines.Opened)
    def _opened(self, event: ExchangeLines.Opened) -> None:
        one = self._shown[event.line]
        if not self._refused(one) and one.conversation_id is not None:
            self.dismiss(Opened(one.conversation_id, one.message_id))

    @work(group="exchanges", exclusive=True)
    async def _load(self) -> None:
        try:
            self._read = await asyncio.to_thread(
                read_list, self._runtime.reader, self._wanted, self._now()
            )
        except TelexError as error:
            self._complain(error)
            return
        self._fill()

    def _fill(self) -> None:
        self._shown = _sorted(self._read, self._order)
        title = Content.assemble(
            (one_line(self._title) or "exchanges", "bold"), (f"  {self._order.value}", _FADED)
        )
        self.query_one("#exchanges-title", Static).update(title)
        words = sum_words(self._read, self._wanted) if self._read else "Nothing is behind this"
        self.query_one("#exchanges-sum", Static).update(Content(words))
        now, shown = self._now(), self._shown
        known = marks(each.provider for each in shown)
        self.lines.show(len(shown), lambda line: exchange_line(shown[line], now, known))

    def _current(self) -> Listed | None:
        at = self.lines.cursor
        return None if at is None or at >= len(self._shown) else self._shown[at]

    def _refused(self, one: Listed) -> bool:
        """Say why there is nowhere to go, where that is so."""
        if one.conversation_id is None:
            self._say("It belongs to no conversation: it was deleted, or asked for outside of one")
        elif one.trashed:
            self._say("Its conversation or message is in the trash · u in the history restores")
        return one.conversation_id is None or one.trashed

    def _say(self, words: str) -> None:
        self.notify(words, severity="warning", markup=False)

    def _complain(self, error: TelexError | str) -> None:
        self.notify(sanitise(str(error)), severity="error", timeout=10, markup=False)


def _sorted(listed: Sequence[Listed], order: Order) -> Sequence[Listed]:
    match order:
        case Order.NEWEST:
            return listed
        case Order.DEAREST:
            return sorted(listed, key=lambda each: _known(each.cost), reverse=True)
        case Order.SLOWEST:
            return sorted(listed, key=lambda each: _known(each.seconds), reverse=True)


def _known(value: Decimal | float | None) -> Decimal | float:
    """Return what to sort by: the unknown comes last."""
    return -1 if value is None else value
