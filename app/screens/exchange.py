"""One answer looked into: why this provider, and what was called, for how much."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from app.exchange_text import (
    ATTEMPT_HEADS,
    CANDIDATE_HEADS,
    attempt_errors,
    attempt_rows,
    candidate_rows,
    exchange_facts,
    route_words,
)
from app.keymap import with_keys
from widgets.one_line import cut, fit, one_line

if TYPE_CHECKING:
    from app.exchange_text import Row
    from providers.events import CandidateView
    from storage.rows import ExchangeRow, MessageRow

_FADED = "$foreground 60%"
_GAP = 2  # cells between two columns
_NARROWEST = 6  # cells of a column that still say something


class Page(StrEnum):
    """What of an exchange is looked at."""

    ROUTE = "route"
    EXCHANGE = "exchange"


class ExchangeScreen(ModalScreen[None]):
    """A card with tables; ``x`` and ``i`` go from one page to the other.

    Args:
        exchange: how the answer came about.
        message: the answer.
        page: what to show first.
    """

    DEFAULT_CSS = """
    ExchangeScreen {
        align: center middle;
        #exchange {
            width: 116; max-width: 96%; height: auto; max-height: 90%;
            border: round $primary; background: $surface; padding: 0 1;
        }
        #exchange Static { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "Back", show=False, id="exchange.back"),
        Binding("x", "page('route')", "Why this route", show=False, id="exchange.route"),
        Binding("i", "page('exchange')", "Every call", show=False, id="exchange.calls"),
    ]

    def __init__(self, exchange: ExchangeRow, message: MessageRow, page: Page) -> None:
        super().__init__()
        self._exchange = exchange
        self._message = message
        self._page = page

    def compose(self) -> ComposeResult:
        """Lay the card out."""
        with VerticalScroll(id="exchange", can_focus=True):
            yield Static(id="exchange-text")

    def on_resize(self) -> None:
        """Fill the tables as wide as there is room."""
        self._fill()

    def action_page(self, name: str) -> None:
        """Show the other page."""
        self._page = Page(name)
        self._fill()

    def _fill(self) -> None:
        width = self.query_one("#exchange").content_size.width
        lines = self._route(width) if self._page is Page.ROUTE else self._calls(width)
        self.query_one("#exchange-text", Static).update(Content("\n").join(lines))

    def _route(self, width: int) -> list[Content]:
        return [
            Content.styled("Why this provider", "bold $primary"),
            *_wrapped(route_words(self._exchange)),
            Content(""),
            *_candidates(self._exchange.candidates, width),
            Content(""),
            Content.styled("● could answer  ○ could not · as it was then", _FADED),
            Content.styled(
                with_keys(
                    self, "{exchange.calls} inspects the exchange · {exchange.back} goes back"
                ),
                _FADED,
            ),
        ]

    def _calls(self, width: int) -> list[Content]:
        facts = exchange_facts(self._exchange, self._message)
        return [
            Content.styled("The exchange", "bold $primary"),
            *(Content.assemble((f"{name:<9}", _FADED), one_line(value)) for name, value in facts),
            Content(""),
            Content.styled("Every call", "bold $primary"),
            *_table(ATTEMPT_HEADS, attempt_rows(self._exchange.attempts), width),
            *(
                Content.styled(one_line(words), "$text-warning")
                for words in attempt_errors(self._exchange.attempts)
            ),
            Content(""),
            Content.styled(
                with_keys(self, "{exchange.route} explains the route · {exchange.back} goes back"),
                _FADED,
            ),
        ]


def _candidates(candidates: Sequence[CandidateView], width: int) -> list[Content]:
    """Return a line of numbers for each, and what speaks for or against it below."""
    heads, *rows = _table(CANDIDATE_HEADS, candidate_rows(candidates), width)
    lines = [heads]
    for row, candidate in zip(rows, candidates, strict=False):
        lines += [row, Content.styled(f"   {cut(candidate.reason, width - 4)}", _FADED)]
    return lines


def _wrapped(text: str) -> list[Content]:
    return [Content(one_line(part)) for part in text.split("; ")]


def _table(heads: Row, rows: Sequence[Row], width: int) -> list[Content]:
    """Return a table of at most ``width`` cells; its widest columns are cut where it must be."""
    if not rows:
        return [Content.styled("nothing", _FADED)]
    widths = [
        max(cell_len(one_line(row[place])) for row in (heads, *rows)) for place in range(len(heads))
    ]
    while sum(widths) + _GAP * (len(widths) - 1) > width and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    lines = [Content.styled(_line(heads, widths), _FADED)]
    return [*lines, *(Content(_line(row, widths)) for row in rows)]


def _line(cells: Row, widths: Sequence[int]) -> str:
    return (
        (" " * _GAP)
        .join(fit(cell, width) for cell, width in zip(cells, widths, strict=True))
        .rstrip()
    )
