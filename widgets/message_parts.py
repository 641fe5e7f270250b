"""What surrounds the text of a message: the person's bar, notices, reasoning, the footer."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from widgets.markdown.blocks import Block
from widgets.markdown.palette import Palette
from widgets.markdown.wrap import Line, clip, pad, wrap

_FOOTER_LINES = 2
_DOT = " · "


@dataclass(frozen=True, slots=True)
class Question:
    """What the person wrote: as it is, behind a bar and under a name.

    Args:
        text: the question, or a part of a huge one.
        begins: whether it is the first part, which has the name.
    """

    text: str
    begins: bool = True

    def estimate(self, width: int) -> int:
        """Return about how many lines it takes at ``width`` cells."""
        return 1 + self.begins + self.text.count("\n") + len(self.text) // width

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return its lines, filled up to ``width`` cells."""
        del base
        bar = Segment("▌ ", palette.user_bar)
        name = Segment("You", palette.user_bar + Style(bold=True))
        lines = wrap([Segment(self.text.expandtabs(4), palette.user)], max(1, width - 3))
        if self.begins:
            lines.insert(0, [name])
        return [pad([bar, *line], width, palette.user) for line in lines]


@dataclass(frozen=True, slots=True)
class Notice:
    """One line about the route."""

    text: str

    def estimate(self, width: int) -> int:
        """Return about how many lines it takes at ``width`` cells."""
        return 1 + len(self.text) // width

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return its lines."""
        style = base + palette.notice
        lines = wrap([Segment(self.text, style)], max(1, width - 2))
        return [
            [Segment("  " if index else "↪ ", style), *line] for index, line in enumerate(lines)
        ]


@dataclass(frozen=True, slots=True)
class Fold:
    """The line reasoning is folded into, which also unfolds it."""

    label: str
    expanded: bool

    def estimate(self, width: int) -> int:
        """Return 1."""
        del width
        return 1

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return its line."""
        arrow = "▾" if self.expanded else "▸"
        return [clip([Segment(f"{arrow} {self.label}", base + palette.meta)], width)]


@dataclass(frozen=True, slots=True)
class Barred:
    """A block set apart behind a thin bar: reasoning, an interrupted attempt."""

    block: Block

    def estimate(self, width: int) -> int:
        """Return about how many lines it takes at ``width`` cells."""
        return self.block.estimate(max(1, width - 2))

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return its lines."""
        bar = Segment("┊ ", base + palette.line)
        return [[bar, *line] for line in self.block.draw(max(1, width - 2), palette, base)]


@dataclass(frozen=True, slots=True)
class Footer:
    """Facts about an answer, on one line where they fit."""

    parts: tuple[str, ...]

    def estimate(self, width: int) -> int:
        """Return about how many lines it takes at ``width`` cells."""
        return min(_FOOTER_LINES, 1 + sum(map(len, self.parts)) // width)

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return at most two lines; the rest is cut off with an ellipsis."""
        style = base + palette.meta
        first = self.parts[0]
        rest = list(self.parts[1:])
        while rest and cell_len(first) + cell_len(rest[0]) + len(_DOT) <= width:
            first += _DOT + rest.pop(0)
        lines = [clip([Segment(first, style)], width)]
        if rest:
            lines.append(clip([Segment(_DOT.join(rest), style)], width))
        return lines
