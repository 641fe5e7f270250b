"""Tables: boxed when their columns fit, a list of records when they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.segment import Segment
from rich.style import Style

from widgets.markdown.inline import Inline
from widgets.markdown.palette import Palette
from widgets.markdown.wrap import Line, cells_of, wrap

Row = Sequence[Inline]

_NARROWEST = 5  # cells a column needs before its text becomes unreadable


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one head row.

    Args:
        head: the head's cells.
        rows: the other rows' cells.
        alignments: "left", "right" or "center" for each column.
    """

    head: Row
    rows: Sequence[Row]
    alignments: Sequence[str]

    def estimate(self, width: int) -> int:
        """Return about how many lines it takes at ``width`` cells."""
        wide = sum(len(cell.source) for row in self.rows for cell in row)
        return 4 + max(len(self.rows), wide // width)

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return it as lines of at most ``width`` cells."""
        head = [cell.segments(palette, base + palette.strong) for cell in self.head]
        rows = [[cell.segments(palette, base) for cell in row] for row in self.rows]
        columns = len(head)
        natural = [
            max((_widest(row[column]) for row in [head, *rows]), default=1)
            for column in range(columns)
        ]
        widths = fit_columns(natural, width - 3 * columns - 1)
        if widths is None:
            return self._records(head, rows, width, base)
        border = base + palette.line
        lines = [_rule(("╭", "┬", "╮"), widths, border), *self._row(head, widths, border, base)]
        lines.append(_rule(("├", "┼", "┤"), widths, border))
        for row in rows:
            lines.extend(self._row(row, widths, border, base))
        lines.append(_rule(("╰", "┴", "╯"), widths, border))
        return lines

    def _row(
        self, cells: Sequence[Line], widths: Sequence[int], border: Style, base: Style
    ) -> list[Line]:
        wrapped = [wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
        lines: list[Line] = []
        for parts in zip_longest(*wrapped, fillvalue=None):
            line: Line = [Segment("│", border)]
            for part, width, align in zip(parts, widths, self.alignments, strict=True):
                line.extend(_align(part or [], width, align, base))
                line.append(Segment("│", border))
            lines.append(line)
        return lines

    def _records(
        self, head: Sequence[Line], rows: Sequence[Sequence[Line]], width: int, base: Style
    ) -> list[Line]:
        lines: list[Line] = []
        for row in rows or [[]]:
            if lines:
                lines.append([])
            for name, cell in zip_longest(head, row, fillvalue=None):
                lines.extend(wrap([*(name or []), Segment(": ", base), *(cell or [])], width))
        return lines


def fit_columns(natural: Sequence[int], available: int) -> list[int] | None:
    """Return column widths that share ``available`` cells, None when that is too narrow.

    A column that needs less than its share keeps what it needs; the others share the rest.
    """
    if sum(natural) <= available:
        return [max(1, width) for width in natural]
    widths = [0] * len(natural)
    left = available
    order = sorted(range(len(natural)), key=natural.__getitem__)
    for position, column in enumerate(order):
        share = left // (len(order) - position)
        if share < min(natural[column], _NARROWEST):
            return None
        widths[column] = max(1, min(natural[column], share))
        left -= widths[column]
    return widths


def _widest(segments: Sequence[Segment]) -> int:
    return cells_of(segments)


def _align(line: Line, width: int, align: str, base: Style) -> Line:
    missing = width - cells_of(line)
    left = {"right": missing, "center": missing // 2}.get(align, 0)
    return [
        Segment(" " * (left + 1), base),
        *line,
        Segment(" " * (missing - left + 1), base),
    ]


def _rule(corners: tuple[str, str, str], widths: Sequence[int], style: Style) -> Line:
    left, middle, right = corners
    return [Segment(left + middle.join("─" * (width + 2) for width in widths) + right, style)]
