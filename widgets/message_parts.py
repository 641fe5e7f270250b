"""What surrounds the text of a message: the person's bar, notices, reasoning, the footer."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from widgets.line_marks import DRAWN, LABEL, offers
from widgets.markdown.blocks import Block
from widgets.markdown.palette import Palette
from widgets.markdown.wrap import Line, cells_of, clip, pad, wrap
from widgets.message_commands import MessageCommand

_FOOTER_LINES = 2
_DOT = " · "
_OLDER = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
_NEWER = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
_CLIP = "+"  # a paper clip takes two cells in some terminals and is missing in others


@dataclass(frozen=True, slots=True)
class Versions:
    """Which of the versions of a message is shown: 2/3 between angles.

    Args:
        version: counted from 1.
        versions: how many there are.
    """

    version: int = 1
    versions: int = 1

    def draw(self, style: Style) -> Line:
        """Return it, nothing for a message of one version; the brackets can be clicked."""
        if self.versions < 2:
            return []
        return [
            Segment(_OLDER, style + offers(MessageCommand.OLDER)),
            Segment(f"{self.version}/{self.versions}", style + LABEL),
            Segment(_NEWER, style + offers(MessageCommand.NEWER)),
        ]


@dataclass(frozen=True, slots=True)
class Question:
    """What the person wrote: as it is, behind a bar and under a name.

    Args:
        text: the question, or a part of a huge one.
        begins: whether it is the first part, which has the name.
        versions: which wording of the question this is.
    """

    text: str
    begins: bool = True
    versions: Versions = Versions()

    def estimate(self, width: int) -> int:
        """Return about how many lines it takes at ``width`` cells."""
        return 1 + self.begins + self.text.count("\n") + len(self.text) // width

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return its lines, filled up to ``width`` cells."""
        del base
        bar = Segment("▌ ", palette.user_bar)
        lines = wrap([Segment(self.text.expandtabs(4), palette.user)], max(1, width - 3))
        if self.begins:
            name = Segment("You", palette.user_bar + LABEL + Style(bold=True))
            versions = self.versions.draw(palette.user_bar)
            gap = [Segment(" ", palette.user_bar)] if versions else []
            lines.insert(0, [name, *gap, *versions])
        return [pad([bar, *line], width, palette.user) for line in lines]


@dataclass(frozen=True, slots=True)
class Attached:
    """The files sent with a question, one on each line below its text."""

    names: tuple[str, ...]

    def estimate(self, width: int) -> int:
        """Return how many files there are."""
        del width
        return len(self.names)

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return a line for each file, filled up to ``width`` cells."""
        del base
        bar = Segment("▌ ", palette.user_bar)
        style = palette.user + palette.meta
        clipped = (
            clip([Segment(f"{_CLIP} ", style + DRAWN), Segment(name, style)], max(1, width - 3))
            for name in self.names
        )
        return [pad([bar, *line], width, palette.user) for line in clipped]


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
    """Facts about an answer, on one line where they fit.

    Args:
        parts: the facts, at least one where there is one version only.
        versions: which of the answers to the question this is.
    """

    parts: tuple[str, ...]
    versions: Versions = Versions()

    def estimate(self, width: int) -> int:
        """Return about how many lines it takes at ``width`` cells."""
        return min(_FOOTER_LINES, 1 + sum(map(len, self.parts)) // width)

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return at most two lines; the rest is cut off with an ellipsis."""
        style = base + palette.meta
        head = self.versions.draw(style)
        if head and self.parts:
            head.append(Segment(_DOT, style + DRAWN))
        rest = list(self.parts)
        first = rest.pop(0) if rest else ""
        room = width - cells_of(head)
        while rest and cell_len(first) + cell_len(rest[0]) + len(_DOT) <= room:
            first += _DOT + rest.pop(0)
        lines = [clip([*head, Segment(first, style)], width)]
        if rest:
            lines.append(clip([Segment(_DOT.join(rest), style)], width))
        return lines


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be done about an answer that was cut off; each word can be clicked.

    Args:
        goes_on: whether there is a text to continue.
    """

    goes_on: bool

    def estimate(self, width: int) -> int:
        """Return 1."""
        del width
        return 1

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return its line."""
        again = offers(MessageCommand.AGAIN)
        line = [
            Segment("r", base + palette.marker + again),
            Segment(" answer again", base + palette.meta + again),
        ]
        if self.goes_on:
            on = offers(MessageCommand.CONTINUE)
            line += [
                Segment(_DOT, base + palette.meta + LABEL),
                Segment("o", base + palette.marker + on),
                Segment(" continue", base + palette.meta + on),
            ]
        return [clip(line, width)]
