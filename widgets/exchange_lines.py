"""Calls and answers below each other: when, who, where, for how much, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.content import Content

from widgets.one_line import cut, fit
from widgets.pick_view import PickView
from widgets.provider_marks import UNMARKED, Mark

_FADED = "$foreground 60%"
_GAP = "  "
_WHEN, _WHO, _COST, _SECONDS, _OUTCOME = 13, 30, 10, 7, 14
_NARROW = 100  # cells: below, the model gives way to the title


@dataclass(frozen=True, slots=True)
class ExchangeLine:
    """One line; everything is formatted.

    Args:
        title: of the conversation, in which it can be opened unless ``lost``.
        failed: it brought no answer.
        lost: there is nowhere to go.
    """

    when: str
    provider: str
    model: str
    title: str
    cost: str
    seconds: str
    outcome: str
    failed: bool = False
    lost: bool = False
    mark: Mark = UNMARKED


class ExchangeLines(PickView):
    """Formats a line when it is seen: there may be tens of thousands."""

    HEADS: ClassVar = ExchangeLine(
        "when", "provider", "model", "conversation", "cost", "time", "outcome"
    )

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._count = 0
        self._line: Callable[[int], ExchangeLine] = lambda _: self.HEADS

    def show(self, count: int, line: Callable[[int], ExchangeLine]) -> None:
        """Show lines from now on.

        Args:
            count: how many there are.
            line: returns one of them.
        """
        self._count, self._line = count, line
        self.renew()

    def line_count(self) -> int:
        """Return how many lines there are."""
        return self._count

    def can_open(self, line: int) -> bool:
        """Return whether the cursor may stand on a line: on each, to look into it."""
        return 0 <= line < self._count

    def paint(self, line: int, width: int) -> Content:
        """Return a line."""
        return line_content(self._line(line), width)


def line_content(line: ExchangeLine, width: int, *, heads: bool = False) -> Content:
    """Return a line of at most ``width`` cells; the title takes what is left."""
    who = _WHO if width >= _NARROW else 10
    used = 1 + _WHEN + 2 + who + _COST + _SECONDS + _OUTCOME + 3 * len(_GAP)
    title = max(8, width - used)
    model = f"{line.provider} · {line.model}" if who == _WHO and line.model else line.provider
    mark = (" ", "") if heads else (line.mark.letter, line.mark.style)
    tone = _FADED if heads else ""
    faint = _FADED if heads or line.lost else ""
    verdict = _FADED if heads else "$text-warning" if line.failed else ""
    return Content.assemble(
        " ",
        (fit(line.when, _WHEN), _FADED),
        mark,
        " ",
        (fit(model, who), tone),
        _GAP,
        (fit(line.title, title), faint),
        _GAP,
        (_right(line.cost, _COST), tone),
        (_right(line.seconds, _SECONDS), tone),
        _GAP,
        (cut(line.outcome, _OUTCOME), verdict),
    )


def _right(text: str, width: int) -> str:
    shown = cut(text, width)
    return " " * (width - cell_len(shown)) + shown
