"""What it costs, while it costs."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from widgets.one_line import one_line

_UNKNOWN = "\N{EN DASH}"
_ALARMING = 0.8  # the share of a budget from which on the default alert fires


@dataclass(frozen=True, slots=True)
class MeterView:
    """Amounts of money, formatted.

    Args:
        answer: the cost of the newest answer, None when there is none yet.
        answer_live: whether that is an estimate of an answer that is still growing.
        budget: the month's budget, "" when none is set.
        budget_used: the share of it that is spent, 0 to 1 or more.
    """

    answer: str | None = None
    answer_live: bool = False
    session: str = _UNKNOWN
    today: str = _UNKNOWN
    month: str = _UNKNOWN
    budget: str = ""
    budget_used: float | None = None


class CostMeter(Widget):
    """Four amounts, and a bar when there is a budget."""

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

    def show(self, view: MeterView) -> None:
        """Show ``view`` from now on."""
        was_short = self._shown.budget_used is None
        self._shown = view
        # While an answer streams it counts four times a second: a layout is the whole screen's.
        self.refresh(layout=was_short != (view.budget_used is None))

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
            self._row("this month", view.month),
        ]
        if view.budget_used is not None:
            rows.append(self._budget(view.budget_used, view.budget))
        return Content("\n").join(rows)

    @property
    def _width(self) -> int:
        return max(20, self.content_size.width)

    def _row(self, label: str, amount: str, style: str = "") -> Content:
        shown = one_line(amount)
        space = " " * max(1, self._width - len(label) - cell_len(shown))
        return Content.assemble((label, "$foreground 50%"), space, (shown, style))

    def _budget(self, used: float, budget: str) -> Content:
        text = f" {100 * used:.0f}% of {one_line(budget)}"
        length = max(4, self._width - cell_len(text))
        full = min(length, round(length * used))
        colour = (
            "$text-error" if used >= 1 else "$text-warning" if used >= _ALARMING else "$primary"
        )
        return Content.assemble(
            ("━" * full, colour),
            ("─" * (length - full), "$foreground 20%"),
            (text, colour if used >= _ALARMING else "$foreground 50%"),
        )
