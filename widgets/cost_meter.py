"""What it costs, while it costs."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from widgets.gauge import gauge
from widgets.one_line import cut, one_line

_UNKNOWN = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class BudgetView:
    """A limit of all providers together.

    Args:
        used: the share that is spent, 0 to 1 or more.
        words: the same in words, such as ``63 % of $1``.
    """

    used: float
    words: str


@dataclass(frozen=True, slots=True)
class MeterView:
    """Amounts of money, formatted.

    Args:
        answer: the cost of the newest answer, None when there is none yet.
        answer_live: whether that is an estimate of an answer that is still growing.
        day_budget, month_budget: the limits, None where none is set.
        expected: what the whole month will have cost, "" while that is unknown.
        month_end: the last day of the month, in words.
        saved: what routing saved this month, "" while that is unknown.
    """

    answer: str | None = None
    answer_live: bool = False
    session: str = _UNKNOWN
    today: str = _UNKNOWN
    month: str = _UNKNOWN
    day_budget: BudgetView | None = None
    month_budget: BudgetView | None = None
    expected: str = ""
    month_end: str = ""
    saved: str = ""

    @property
    def lines(self) -> int:
        """How many lines it takes."""
        more = (self.day_budget, self.month_budget, self.expected, self.saved)
        return 4 + sum(map(bool, more))


class CostMeter(Widget):
    """Amounts, and a bar for each limit."""

    DEFAULT_CSS = """
    CostMeter {
        width: 1fr;
        height: auto;
        padding: 0 1;
        background: $background;
        color: $foreground;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    def __init__(
        self,
        view: MeterView | None = None,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._shown = view or MeterView()

    @property
    def view(self) -> MeterView:
        """What it says."""
        return self._shown

    def show(self, view: MeterView) -> None:
        """Show ``view`` from now on."""
        shown, self._shown = self._shown, view
        if view != shown:
            # While an answer streams it counts four times a second: a layout is the whole screen's.
            self.refresh(layout=shown.lines != view.lines)

    def render(self) -> Content:
        """Return the lines."""
        view = self._shown
        answer = _UNKNOWN if view.answer is None else view.answer
        label = "answer"
        if view.answer_live and view.answer is not None:
            label, answer = "answer so far", f"≈ {answer}"
        rows = [
            self._row(label, answer, "bold"),
            self._row("session", view.session),
            self._row("today", view.today),
            *self._budget(view.day_budget),
            self._row("this month", view.month),
            *self._budget(view.month_budget),
        ]
        if view.expected:
            rows.append(self._row(f"by {view.month_end}", f"≈ {view.expected}"))
        if view.saved:
            rows.append(self._row("saved this month", view.saved, "$text-success"))
        return Content("\n").join(rows)

    @property
    def _width(self) -> int:
        return max(20, self.content_size.width)

    def _row(self, label: str, amount: str, style: str = "") -> Content:
        shown = one_line(amount)
        told = cut(label, max(6, self._width - cell_len(shown) - 1))
        space = " " * max(1, self._width - cell_len(told) - cell_len(shown))
        return Content.assemble((told, "$foreground 50%"), space, (shown, style))

    def _budget(self, budget: BudgetView | None) -> list[Content]:
        return [] if budget is None else [gauge(budget.used, budget.words, self._width)]
