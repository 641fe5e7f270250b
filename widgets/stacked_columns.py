"""Columns over time, each stacked of what several providers took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from widgets.eighths import PARTS, UPWARDS, eighths
from widgets.one_line import fit, one_line
from widgets.provider_marks import UNMARKED, Mark

_FADED = "$foreground 60%"
_THICKEST = 8  # cells of a column and the gap after it
_BELOW = 2  # lines of names and of what the cursor is on
_ABOVE = 1  # line that says how much the tallest is
_INK = "#000000"


@dataclass(frozen=True, slots=True)
class Part:
    """What one provider took of a column, as a number and formatted."""

    provider: str
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """One stretch of time.

    Args:
        label: a few cells that stand below it.
        title: which stretch it is, in words.
        parts: from the bottom up.
        text: all parts together, formatted; empty is nothing at all.
        unknown: not all of it is known.
    """

    label: str
    title: str
    parts: tuple[Part, ...] = ()
    text: str = ""
    unknown: bool = False

    @property
    def value(self) -> float:
        """All parts together."""
        return sum(part.value for part in self.parts)


class StackedColumns(Widget, can_focus=True):
    """The newest columns that fit; the cursor goes back to older ones."""

    DEFAULT_CSS = """
    StackedColumns {
        background: $background;
        color: $foreground;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Earlier", show=False, id="columns.earlier"),
        Binding("right", "move(1)", "Later", show=False, id="columns.later"),
        Binding("home", "move(-100000)", "The first", show=False, id="columns.first"),
        Binding("end", "move(100000)", "The last", show=False, id="columns.last"),
        Binding("enter", "open", "Show what is behind it", show=False, id="columns.open"),
        Binding("down", "leave", "To the numbers", show=False, id="columns.leave"),
    ]

    @dataclass
    class Opened(Message):
        """The person wants what is behind column ``place``."""

        place: int

    class Left(Message):
        """The person went down from the chart."""

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._columns: tuple[Column, ...] = ()
        self._marks: Mapping[str, Mark] = {}
        self._cursor = 0

    def show(self, columns: Sequence[Column], marks: Mapping[str, Mark]) -> None:
        """Show ``columns`` from now on, with the cursor on the newest.

        Args:
            columns: from left to right.
            marks: of every provider in them.
        """
        self._columns = tuple(columns)
        self._marks = marks
        self._cursor = max(0, len(columns) - 1)
        self.refresh()

    @property
    def cursor(self) -> int:
        """The column under the cursor."""
        return self._cursor

    def on_focus(self) -> None:
        """Paint the cursor as one that can be moved."""
        self.refresh()

    def on_blur(self) -> None:
        """Paint it as one that cannot."""
        self.refresh()

    def action_move(self, step: int) -> None:
        """Go to an earlier or a later column."""
        at = max(0, min(self._cursor + step, len(self._columns) - 1))
        if at != self._cursor:
            self._cursor = at
            self.refresh()

    def action_open(self) -> None:
        """Ask for what is behind the column under the cursor."""
        if self._columns and self._columns[self._cursor].text:
            self.post_message(self.Opened(self._cursor))

    def action_leave(self) -> None:
        """Go down to the numbers."""
        self.post_message(self.Left())

    def on_click(self, event: events.Click) -> None:
        """Go to a column; one that is clicked again is opened."""
        first, shown, cells = self._window()
        place = first + event.x // max(1, cells)
        if place < first + shown:
            again = place == self._cursor
            self.action_move(place - self._cursor)
            if again:
                self.action_open()

    def render(self) -> Content:
        """Return the lines: columns from the top, their names, and what the cursor is on."""
        if not self._columns:
            return Content("")
        first, count, cells = self._window()
        shown = self._columns[first : first + count]
        rows = max(1, self.size.height - _ABOVE - _BELOW)
        most = max(column.value for column in shown)
        top = max(shown, key=lambda column: column.value)
        stacks = [_stack(column, most, rows) for column in shown]
        earlier = f"  ← {first} earlier" if first else ""
        lines = [
            Content.styled(f"{one_line(top.text) or '$0'} at most{earlier}", _FADED),
            *(self._row(row, shown, stacks, cells) for row in reversed(range(rows))),
            self._names(first, shown, cells),
            self._caption(self._columns[self._cursor]),
        ]
        return Content("\n").join(lines)

    def _window(self) -> tuple[int, int, int]:
        """Return the first column shown, how many are, and how wide each is with its gap."""
        narrowest = max(2, 1 + max((cell_len(each.label) for each in self._columns), default=1))
        fitting = max(1, self.size.width // narrowest)
        count = min(fitting, len(self._columns))
        first = max(0, min(len(self._columns) - count, self._cursor - count // 2))
        cells = max(narrowest, min(_THICKEST, self.size.width // max(1, count)))
        return first, count, cells

    def _row(
        self, row: int, shown: Sequence[Column], stacks: Sequence[_Stack], cells: int
    ) -> Content:
        pieces: list[str | tuple[str, str]] = []
        for column, stack in zip(shown, stacks, strict=True):
            if column.unknown and not column.value and row == 0:
                pieces.append((fit("?", cells - 1), "$text-warning"))
            else:
                pieces += self._cell(row, stack, cells - 1)
            pieces.append(" ")
        return Content.assemble(*pieces)

    def _cell(self, row: int, stack: _Stack, thick: int) -> list[str | tuple[str, str]]:
        """Return one row of a column: of the parts in it, the lowest and the next."""
        bottom, top = row * PARTS, (row + 1) * PARTS
        inside = [
            (name, max(low, bottom), min(high, top))
            for name, low, high in stack
            if low < top and high > bottom
        ]
        if not inside:
            return [" " * thick]
        name, _, high = inside[0]
        mark = self._marks.get(name, UNMARKED)
        if high == top:
            low = next(low for each, low, _ in stack if each == name)
            if low <= bottom < low + PARTS and thick > 0:  # its lowest whole row names it
                letter = mark.letter.center(thick)
                return [(letter, f"{_INK} on {mark.colour}")]
            return [("█" * thick, f"{mark.colour} on {mark.colour}")]
        style = mark.colour
        if len(inside) > 1:
            upper = max(inside[1:], key=lambda each: each[2] - each[1])
            if inside[-1][2] == top:
                style += f" on {self._marks.get(upper[0], UNMARKED).colour}"
            else:
                # Three colours do not fit into a cell: the larger one stands for both.
                high = inside[-1][2]
                lower = max(inside, key=lambda each: each[2] - each[1])
                style = self._marks.get(lower[0], UNMARKED).colour
        return [(UPWARDS[high - bottom] * thick, style)]

    def _names(self, first: int, shown: Sequence[Column], cells: int) -> Content:
        pieces: list[str | tuple[str, str]] = []
        for place, column in enumerate(shown, first):
            here = place == self._cursor
            style = ("reverse" if self.has_focus else "bold underline") if here else _FADED
            pieces += [(fit(column.label, cells - 1), style), " "]
        return Content.assemble(*pieces)

    def _caption(self, column: Column) -> Content:
        parts: list[str | tuple[str, str]] = [
            (one_line(column.title), ""),
            "  ",
            (one_line(column.text) or "nothing", "bold"),
        ]
        for part in sorted(column.parts, key=lambda each: each.value, reverse=True):
            mark = self._marks.get(part.provider, UNMARKED)
            words = f" {one_line(part.provider)} {one_line(part.text)}"
            parts += ["  ", (mark.letter, mark.style), (words, _FADED)]
        return Content.assemble(*parts)


_Stack = Sequence[tuple[str, int, int]]
"""Parts of a column with where each begins and ends, in eighths of a row."""


def _stack(column: Column, most: float, rows: int) -> _Stack:
    if most <= 0 or column.value <= 0:
        return ()
    height = eighths(column.value / most, rows)
    stack, below, reached = [], 0.0, 0
    for part in column.parts:
        below += part.value
        end = round(height * below / column.value)
        if end > reached:
            stack.append((part.provider, reached, end))
            reached = end
    return stack
