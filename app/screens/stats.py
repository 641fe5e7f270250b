"""The stats screen: what was spent, how the providers did, and what is behind each number."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from app.budgets import Budget, read_budgets
from app.conversation_lookup import local_now
from app.periods import SPANS, Grain, grain_for, span_words
from app.screens.opened import Opened
from app.stats_book import Behind, Page
from app.stats_figures import Figures, read_figures
from app.stats_pages import errors_page, models_page, speed_page
from app.stats_spend import spend_columns, spend_page
from app.stats_worth import worth_page
from providers.errors import TelexError
from providers.sanitise import sanitise
from widgets.figure_list import FigureList
from widgets.hint_line import HintLine
from widgets.key_hints import Hint
from widgets.pick_view import PickView
from widgets.provider_marks import marks
from widgets.section_line import SectionLine
from widgets.stacked_columns import StackedColumns

if TYPE_CHECKING:
    from app.runtime import Runtime

NOTHING = (
    "Nothing has been asked yet.\n\nAsk something in the chat, then look here: what it cost, how"
    " long it took, what went wrong, and what routing saved.\n\nesc goes to the chat."
)


class Section(Enum):
    """What of the numbers is looked at, in the order of the digits that go there."""

    SPEND = "spend"
    MODELS = "models"
    SPEED = "speed"
    ERRORS = "errors"
    WORTH = "routing"


class StatsScreen(Screen[Opened | None]):
    """Returns the conversation in which the person wants to see what is behind a number, or None.

    Args:
        runtime: whose ledger is read.
        now: tells the instant, in the person's time zone.
        days: how far back to look at first.
    """

    DEFAULT_CSS = """
    StatsScreen {
        layout: vertical;
        #stats-empty { height: 1fr; padding: 1 2; display: none; }
        #stats-chart { height: 42%; min-height: 8; max-height: 18; margin: 1 1; display: none; }
        #stats-list { height: 1fr; margin: 1 0 0 0; }
        #stats-sections { margin-top: 0; }
        &.-chart #stats-chart { display: block; }
        &.-chart #stats-list { margin: 0; }
        &.-empty #stats-empty { display: block; }
        &.-empty #stats-list { display: none; }
        &.-empty #stats-chart { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Back", id="stats.back"),
        *(
            Binding(str(place), f"section({place - 1})", each.value, id=f"stats.{each.value}")
            for place, each in enumerate(Section, 1)
        ),
        Binding("tab", "turn(1)", "Next section", priority=True, id="stats.next"),
        Binding("shift+tab", "turn(-1)", "Section before", priority=True, id="stats.previous"),
        Binding("p", "period", "Look further back", id="stats.period"),
        Binding("g", "grain", "By day, week or month", id="stats.grain"),
        Binding("r", "reload", "Read again", id="stats.reload"),
    ]

    def __init__(
        self,
        runtime: Runtime,
        *,
        now: Callable[[], datetime] = local_now,
        days: int | None = 30,
    ) -> None:
        super().__init__()
        self._runtime = runtime
        self._now = now
        self._days = days
        self._grain = grain_for(days)
        self._section = Section.SPEND
        self._figures: Figures | None = None
        self._budgets: Sequence[Budget] = ()
        self._columns_behind: Sequence[Behind] = ()
        self._page = Page((), ())

    @property
    def section(self) -> Section:
        """What is shown."""
        return self._section

    @property
    def page(self) -> Page:
        """What is shown below the chart, and what is behind it."""
        return self._page

    @property
    def is_read(self) -> bool:
        """Whether the numbers are there."""
        return self._figures is not None

    def compose(self) -> ComposeResult:
        """Lay out the chart above the numbers."""
        yield SectionLine([each.value for each in Section], id="stats-sections")
        yield StackedColumns(id="stats-chart")
        yield FigureList(id="stats-list")
        yield Static(id="stats-empty", markup=False)
        yield HintLine(id="stats-hint")

    def on_mount(self) -> None:
        """Read the numbers."""
        self._say()
        self._list.focus()
        self._load()

    # What the person does

    def action_section(self, place: int) -> None:
        """Show another section."""
        if self._section is not list(Section)[place]:
            self._section = list(Section)[place]
            self._fill()
            self._list.focus()

    def action_turn(self, step: int) -> None:
        """Show the next section, or the one before."""
        self.action_section((list(Section).index(self._section) + step) % len(Section))

    def action_period(self) -> None:
        """Look further back, or at a week again."""
        place = SPANS.index(self._days) if self._days in SPANS else 0
        self._days = SPANS[(place + 1) % len(SPANS)]
        self._grain = grain_for(self._days)
        self._load()

    def action_grain(self) -> None:
        """Look at longer stretches at once, or at days again."""
        grains = list(Grain)
        self._grain = grains[(grains.index(self._grain) + 1) % len(grains)]
        self._fill(keep=True)

    def action_reload(self) -> None:
        """Read the numbers again."""
        self._load(keep=True)

    @on(SectionLine.Chosen)
    def _chosen(self, event: SectionLine.Chosen) -> None:
        self.action_section(event.place)

    @on(StackedColumns.Left)
    def _to_list(self) -> None:
        self._list.focus()

    @on(PickView.Left)
    def _to_chart(self) -> None:
        if self._chart.display:
            self._chart.focus()

    @on(StackedColumns.Opened)
    def _column_opened(self, event: StackedColumns.Opened) -> None:
        self._look_behind(self._columns_behind[event.place])

    @on(PickView.Opened)
    def _figure_opened(self, event: PickView.Opened) -> None:
        place = self._list.opens(event.line)
        if place is not None:
            self._look_behind(self._page.behind[place])

    def on_descendant_focus(self) -> None:
        """Say what the keys do where the cursor is now."""
        self._say()

    # What is shown

    def _look_behind(self, behind: Behind) -> None:
        from app.screens.exchanges import ExchangesScreen

        title = f"{behind.title} · {span_words(self._days)}"
        if behind.title == span_words(self._days) or self._section is Section.SPEND:
            title = behind.title
        screen = ExchangesScreen(self._runtime, behind.wanted, title=title, now=self._now)
        self.app.push_screen(screen, self._left)

    def _left(self, opened: Opened | None) -> None:
        if opened is not None:
            self.dismiss(opened)

    @work(group="stats", exclusive=True)
    async def _load(self, *, keep: bool = False) -> None:
        runtime = self._runtime
        try:
            self._budgets = await read_budgets(runtime.factory.config, runtime.parts)
            self._figures = await asyncio.to_thread(read_figures, runtime, self._now(), self._days)
        except TelexError as error:
            self.notify(sanitise(str(error)), severity="error", timeout=10, markup=False)
            return
        self._fill(keep=keep)

    def _fill(self, *, keep: bool = False) -> None:
        figures = self._figures
        if figures is None:
            return  # it is being read: better nothing than a wrong number
        self.set_class(not figures.anything, "-empty")
        self.set_class(self._section is Section.SPEND, "-chart")
        if not figures.anything:
            self.query_one("#stats-empty", Static).update(Content(NOTHING))
        self._page = self._page_of(figures)
        self._list.show(self._page.groups, keep=keep)
        columns, self._columns_behind = spend_columns(figures, self._grain)
        self._chart.show(columns, marks(figures.names))
        self._say()

    def _page_of(self, figures: Figures) -> Page:
        match self._section:
            case Section.SPEND:
                return spend_page(figures, self._budgets, self._days)
            case Section.MODELS:
                return models_page(figures)
            case Section.SPEED:
                return speed_page(figures)
            case Section.ERRORS:
                return errors_page(figures)
            case Section.WORTH:
                return worth_page(figures)

    def _say(self) -> None:
        spend = self._section is Section.SPEND
        about = span_words(self._days) + (f" by {self._grain.value}" if spend else "")
        place = list(Section).index(self._section)
        self.query_one(SectionLine).show(place, about)
        here = [Hint("←→", "time")] if self._chart.has_focus else []
        if spend and not here:
            here = [Hint("↑", "chart")]
        grains = list(Grain)
        following = grains[(grains.index(self._grain) + 1) % len(grains)]
        self.query_one(HintLine).show(
            [
                Hint("1-5", "sections"),
                Hint("enter", "its calls"),
                *here,
                Hint("p", "period"),
                *([Hint("g", f"by {following.value}")] if spend else []),
                Hint("r", "reload"),
                Hint("esc", "back"),
            ]
        )

    @property
    def _list(self) -> FigureList:
        return self.query_one(FigureList)

    @property
    def _chart(self) -> StackedColumns:
        return self.query_one(StackedColumns)
