"""Every strategy with what it would do for what is written now; one key takes one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from app.prediction_text import expected_cost, expected_seconds
from app.strategies import (
    STRATEGY_KEYS,
    STRATEGY_WORDS,
    StrategyPreview,
    change_words,
    who_words,
)
from providers.config import Strategy
from widgets.one_line import fit, one_line
from widgets.plain_list import PlainList

_NAME = 11
_COST = 11
_SECONDS = 8
_QUALITY = 7
_FADED = "$foreground 60%"


class StrategiesScreen(ModalScreen[Strategy | None]):
    """Returns the strategy that was picked, or None.

    Args:
        previews: every strategy.
        now: the one in force.
        written: whether anything is written; otherwise the numbers are of an empty prompt.
    """

    DEFAULT_CSS = """
    StrategiesScreen {
        align: center middle;
        #strategies {
            width: 96; max-width: 96%; height: auto; max-height: 96%;
            border: round $primary; background: $surface; padding: 0 1;
        }
        #strategies-title { height: auto; color: $foreground 60%; }
        #strategies-heads { height: 1; color: $foreground 60%; margin-top: 1; }
        #strategies-list { height: auto; max-height: 12; text-wrap: nowrap; }
        #strategies-detail { height: 3; margin-top: 1; }
        #strategies-hint { height: 1; color: $foreground 50%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back", id="strategies.back"),
        *(
            Binding(key, f"take('{each.value}')", each.value, id=f"strategies.{each.value}")
            for each, key in STRATEGY_KEYS.items()
        ),
    ]

    def __init__(
        self, previews: Sequence[StrategyPreview], now: Strategy, *, written: bool
    ) -> None:
        super().__init__()
        self._previews = previews
        self._now = next(each for each in previews if each.strategy is now)
        self._written = written

    def compose(self) -> ComposeResult:
        """Lay out the table and what would change."""
        title = "How should the next message travel?"
        if not self._written:
            title += " Nothing is written yet: the numbers are of an empty prompt."
        with Vertical(id="strategies"):
            yield Static(title, id="strategies-title", markup=False)
            yield Static(id="strategies-heads", markup=False)
            yield PlainList(id="strategies-list")
            yield Static(id="strategies-detail", markup=False)
            yield Static(
                "a letter or enter takes it · esc leaves it as it is",
                id="strategies-hint",
                markup=False,
            )

    def on_resize(self, event: events.Resize) -> None:
        """Fill the table as wide as there is room."""
        del event
        options = self.query_one(PlainList)
        highlighted = options.highlighted
        width = self.query_one("#strategies").content_size.width
        heads = f"{'':4}{fit('strategy', _NAME)} {fit('who would answer', _room(width))}"
        numbers = f" {'cost':>{_COST}} {'seconds':>{_SECONDS}} {'quality':>{_QUALITY}}"
        self.query_one("#strategies-heads", Static).update(heads + numbers)
        options.clear_options()
        options.add_options(
            Option(self._row(each, width), id=each.strategy.value) for each in self._previews
        )
        present = self._previews.index(self._now)
        options.highlighted = present if highlighted is None else highlighted

    def _row(self, preview: StrategyPreview, width: int) -> Content:
        mark = "▸" if preview is self._now else " "
        head = Content.assemble(
            (f"{mark} ", "$primary"),
            (f"{STRATEGY_KEYS[preview.strategy]} ", "bold $primary"),
            (fit(preview.strategy.value, _NAME), "bold"),
            " ",
        )
        first = preview.first
        if first is None:
            words = fit(one_line(who_words(preview)), max(8, width - head.cell_length))
            return head + Content.styled(words, _FADED)
        cost, seconds = expected_cost(first), expected_seconds(first)
        numbers = f" {cost:>{_COST}} {seconds:>{_SECONDS}} {first.quality:>{_QUALITY}.2f}"
        return head + Content.assemble(
            (fit(one_line(who_words(preview)), _room(width)), _FADED), numbers
        )

    @on(OptionList.OptionHighlighted)
    def _tell_more(self, event: OptionList.OptionHighlighted) -> None:
        preview = self._of(event.option.id)
        words = f"{preview.strategy.value}: {STRATEGY_WORDS[preview.strategy]}"
        if preview is self._now:
            change = f"in force now · {preview.outlook.reason}" if preview.outlook else ""
        else:
            change = change_words(self._now, preview) if preview.outlook else preview.lacking
        detail = Content.assemble((words, "bold"), "\n", (one_line(change), "$foreground 80%"))
        self.query_one("#strategies-detail", Static).update(detail)

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        self._take(self._of(event.option.id))

    def action_take(self, name: str) -> None:
        """Take the strategy called ``name``."""
        self._take(self._of(name))

    def _take(self, preview: StrategyPreview) -> None:
        # Whom manual asks is chosen on a screen of its own.
        if preview.outlook is None and preview.strategy is not Strategy.MANUAL:
            self.notify(preview.lacking, severity="warning", markup=False)
            return
        self.dismiss(preview.strategy)

    def _of(self, name: str | None) -> StrategyPreview:
        return next(each for each in self._previews if each.strategy.value == name)


def _room(width: int) -> int:
    """Return the cells that are left for who would answer."""
    return max(8, width - 4 - _NAME - 1 - _COST - _SECONDS - _QUALITY - 3)
