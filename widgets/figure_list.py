"""Numbers in groups: what they are about, a bar, and what is behind each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content

from widgets.eighths import ACROSS, PARTS, bar_across
from widgets.one_line import fit, one_line
from widgets.pick_view import PickView
from widgets.provider_marks import Mark

_FADED = "$foreground 60%"
_GAP = 2
_WIDEST_LABEL = 40
_NARROWEST_LABEL = 14
_WIDEST_BAR = 48
_NARROWEST_BAR = 8


@dataclass(frozen=True, slots=True)
class Figure:
    """One line.

    Args:
        label: what the numbers are about.
        facts: the numbers, formatted, below the columns of the group.
        share: length of its bar, 0 to 1 of the group's longest; None has none.
        mark: the provider it belongs to.
        note: words after the numbers, cut where there is no room.
        opens: what is behind it, a number of the owner's; None is nothing.
        warn: it wants attention.
    """

    label: str
    facts: tuple[str, ...] = ()
    share: float | None = None
    mark: Mark | None = None
    note: str = ""
    opens: int | None = None
    warn: bool = False


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """Lines below a heading.

    Args:
        title: the heading.
        columns: what the facts are, in a word each; empty words leave the heading alone.
        figures: the lines.
        empty: what is said where there are none.
    """

    title: str
    columns: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class _Shape:
    """Widths of a group's columns."""

    label: int
    facts: tuple[int, ...]
    barred: bool
    marked: bool
    noted: bool


class FigureList(PickView):
    """Groups of figures below each other; ``enter`` asks for what is behind one."""

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._lines: tuple[tuple[FigureGroup, _Shape, Figure | str | None], ...] = ()

    def show(self, groups: Sequence[FigureGroup], *, keep: bool = False) -> None:
        """Show ``groups`` from now on.

        Args:
            groups: from top to bottom.
            keep: leave the cursor where it was.
        """
        lines: list[tuple[FigureGroup, _Shape, Figure | str | None]] = []
        for group in groups:
            # What has the same columns stands below each other.
            shape = _shape([each for each in groups if each.columns == group.columns])
            if lines:
                lines.append((group, shape, ""))
            if group.title or any(group.columns):
                lines.append((group, shape, None))
            lines += [(group, shape, figure) for figure in group.figures]
            if group.empty and not group.figures:
                lines += [(group, shape, words) for words in group.empty.split("\n")]
        self._lines = tuple(lines)
        self.renew(keep=keep)

    def opens(self, line: int) -> int | None:
        """Return what is behind a line."""
        found = self._lines[line][2]
        return found.opens if isinstance(found, Figure) else None

    def line_count(self) -> int:
        """Return how many lines there are."""
        return len(self._lines)

    def can_open(self, line: int) -> bool:
        """Return whether something is behind a line."""
        return self.opens(line) is not None

    def paint(self, line: int, width: int) -> Content:
        """Return a line."""
        group, shape, what = self._lines[line]
        if isinstance(what, str):
            return Content.styled(f" {one_line(what)}", _FADED)
        if what is None:
            return _heading(group, shape, width)
        return _figure(what, shape, width)


def _shape(groups: Sequence[FigureGroup]) -> _Shape:
    heads = [one_line(head) for head in groups[0].columns]
    figures = [figure for group in groups for figure in group.figures]
    count = max([len(heads), *(len(each.facts) for each in figures)])
    facts = [cell_len(head) for head in heads] + [0] * (count - len(heads))
    for each in figures:
        for place, fact in enumerate(each.facts):
            facts[place] = max(facts[place], cell_len(one_line(fact)))
    labels = max((cell_len(one_line(each.label)) for each in figures), default=0)
    return _Shape(
        label=min(_WIDEST_LABEL, labels),
        facts=tuple(facts),
        barred=any(each.share is not None for each in figures),
        marked=any(each.mark is not None for each in figures),
        noted=any(each.note for each in figures),
    )


def _fitted(shape: _Shape, width: int) -> tuple[int, int, int]:
    """Return the width of the label, how many facts fit, and the cells left for the bar."""
    label = min(shape.label, max(_NARROWEST_LABEL, width // 2))
    room = width - 2 - 2 * shape.marked - label - (_GAP + _NARROWEST_BAR) * shape.barred
    kept, used = 0, 0
    for fact in shape.facts:
        if used + _GAP + fact > room:
            break
        used += _GAP + fact
        kept += 1
    left = width - 2 - 2 * shape.marked - label - used - _GAP
    return (
        label,
        kept,
        min(_WIDEST_BAR, left)
        if shape.barred and not shape.noted
        else (_NARROWEST_BAR if shape.barred else 0),
    )


def _heading(group: FigureGroup, shape: _Shape, width: int) -> Content:
    label, kept, _ = _fitted(shape, width)
    columns = "".join(
        " " * (_GAP + size - cell_len(head)) + head
        for head, size in zip(map(one_line, group.columns[:kept]), shape.facts, strict=False)
    )
    room = label + 2 * shape.marked
    title = one_line(group.title)
    if not columns.strip() or cell_len(title) > room:
        tail = columns[max(0, cell_len(title) - room) :]
        # A heading longer than the labels leans on the columns' blanks, where those are enough.
        if tail and not columns[: max(0, cell_len(title) - room) + 1].strip():
            return Content.assemble(" ", (title, "bold"), (tail, _FADED))
        return Content.assemble(" ", (title, "bold"))
    return Content.assemble(" ", (title, "bold"), " " * (room - cell_len(title)), (columns, _FADED))


def _figure(figure: Figure, shape: _Shape, width: int) -> Content:
    label, kept, bar = _fitted(shape, width)
    parts: list[str | tuple[str, str]] = [" "]
    if figure.mark is not None:
        parts += [(figure.mark.letter, figure.mark.style), " "]
    elif shape.marked:
        parts.append("  ")
    # What nothing is behind stands back a little.
    parts.append((fit(figure.label, max(1, label)), "" if figure.opens is not None else _FADED))
    facts = [one_line(each) for each in figure.facts[:kept]]
    for place, (fact, size) in enumerate(zip(facts, shape.facts, strict=False)):
        style = "$text-warning" if figure.warn else "bold" if place == 0 else ""
        parts += [" " * (_GAP + size - cell_len(fact)), (fact, style)]
    if shape.barred:
        drawn = bar_across(figure.share or 0.0, bar)
        colour = figure.mark.colour if figure.mark is not None else "$primary"
        whole = drawn.rstrip("".join(ACROSS[1:PARTS]))
        # Full cells are painted twice, because in some fonts there is a seam between blocks.
        parts += [" " * _GAP, (whole, f"{colour} on {colour}"), (drawn[len(whole) :], colour)]
        if shape.noted:
            parts.append(" " * (bar - len(drawn)))
    if figure.note:
        missing = sum(_GAP + size for size in shape.facts[len(facts) : kept])
        parts += [
            " " * (_GAP + missing),
            (one_line(figure.note), "" if figure.opens is not None else _FADED),
        ]
    return Content.assemble(*parts)
