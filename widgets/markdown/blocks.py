"""The blocks a message is made of; each knows how to paint itself at a width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rich.segment import Segment
from rich.style import Style

from widgets.markdown.code import Code
from widgets.markdown.inline import Inline
from widgets.markdown.palette import Palette
from widgets.markdown.wrap import Line, wrap


class Block(Protocol):
    """Something that can be painted, and whose height can be guessed before that."""

    def estimate(self, width: int) -> int:
        """Return about how many lines it takes at ``width`` cells."""
        ...

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return its lines, none wider than ``width``, in styles laid over ``base``."""
        ...


@dataclass(frozen=True, slots=True)
class Plain:
    """Text as it is: no markup, its line breaks kept."""

    text: str

    def estimate(self, width: int) -> int:
        """Return about how many lines it takes at ``width`` cells."""
        return 1 + self.text.count("\n") + len(self.text) // width

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return its lines."""
        del palette
        return wrap([Segment(self.text.expandtabs(4), base)], width)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. ``tight`` ones, in a list without blank lines, stand close together."""

    inline: Inline
    tight: bool = False

    def estimate(self, width: int) -> int:
        """Return about how many lines it takes at ``width`` cells."""
        return 1 + len(self.inline.source) // width

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return its lines."""
        return wrap(self.inline.segments(palette, base), width)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; those of levels 1 and 2 have a rule below, so that they show without colour."""

    level: int
    inline: Inline

    @property
    def ruled(self) -> bool:
        """Whether a rule stands below it."""
        return self.level <= 2

    def estimate(self, width: int) -> int:
        """Return about how many lines it takes at ``width`` cells."""
        return 1 + len(self.inline.source) // width + self.ruled

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return its lines."""
        lines = wrap(self.inline.segments(palette, base + palette.heading), width)
        if self.ruled:
            length = max(sum(segment.cell_length for segment in line) for line in lines)
            stroke = "━" if self.level == 1 else "─"
            lines.append([Segment(stroke * length, base + palette.line)])
        return lines


@dataclass(frozen=True, slots=True)
class Rule:
    """A thematic break."""

    def estimate(self, width: int) -> int:
        """Return 1."""
        del width
        return 1

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return its line."""
        return [[Segment("─" * width, base + palette.line)]]


@dataclass(frozen=True, slots=True)
class Quote:
    """A block quote: a bar before each line."""

    children: Sequence[Block]

    def estimate(self, width: int) -> int:
        """Return about how many lines it takes at ``width`` cells."""
        return estimate_stack(self.children, max(1, width - 2))

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return its lines."""
        bar = Segment("▏ ", base + palette.line)
        inner = draw_stack(self.children, max(1, width - 2), palette, base + palette.quote)
        return [[bar, *line] for line in inner]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list, painted behind its marker."""

    marker: str
    children: Sequence[Block]
    tight: bool = True

    @property
    def indent(self) -> int:
        """Cells its text is indented by."""
        return len(self.marker) + 1

    def estimate(self, width: int) -> int:
        """Return about how many lines it takes at ``width`` cells."""
        return estimate_stack(self.children, max(1, width - self.indent))

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return its lines."""
        lines = draw_stack(self.children, max(1, width - self.indent), palette, base) or [[]]
        first = Segment(f"{self.marker} ", base + palette.marker)
        rest = Segment(" " * self.indent, base)
        return [[rest if index else first, *line] for index, line in enumerate(lines)]


@dataclass(frozen=True, slots=True)
class Items:
    """A list inside another block; the outermost lists are painted item by item.

    Args:
        items: its items.
        goes_on: whether it is the rest of a long list above it.
    """

    items: Sequence[Item]
    goes_on: bool = False

    def estimate(self, width: int) -> int:
        """Return about how many lines it takes at ``width`` cells."""
        return estimate_stack(self.items, width)

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return its lines."""
        return draw_stack(self.items, width, palette, base)


def gap_between(above: Block, below: Block) -> int:
    """Return how many blank lines stand between two blocks."""
    if isinstance(above, Plain) and isinstance(below, Plain):
        return 0
    if isinstance(above, Items) and isinstance(below, Items) and below.goes_on:
        return gap_between(above.items[-1], below.items[0])
    if isinstance(above, Code) and isinstance(below, Code) and below.goes_on:
        return 0
    if isinstance(above, Paragraph):
        return 0 if above.tight else 1
    if isinstance(above, Heading):
        return 0 if above.ruled else 1
    if isinstance(above, Item) and isinstance(below, Item):
        return 0 if above.tight else 1
    return 0 if isinstance(below, Paragraph) and below.tight else 1


def estimate_stack(blocks: Sequence[Block], width: int) -> int:
    """Return about how many lines ``blocks`` take above each other."""
    return sum(block.estimate(width) for block in blocks) + max(0, len(blocks) - 1)


def draw_stack(blocks: Sequence[Block], width: int, palette: Palette, base: Style) -> list[Line]:
    """Return the lines of ``blocks`` above each other, with the blank lines between them."""
    lines: list[Line] = []
    above: Block | None = None
    for block in blocks:
        if above is not None:
            lines.extend([] for _ in range(gap_between(above, block)))
        lines.extend(block.draw(width, palette, base))
        above = block
    return lines
