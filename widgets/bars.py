"""Bar charts drawn with eighths of a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from widgets.one_line import fit, one_line

_ACROSS = " ▏▎▍▌▋▊▉█"
_UPWARDS = " ▁▂▃▄▅▆▇█"
_THICKEST = 7  # cells of a column and the gap after it
_LABEL = 18  # cells a label may take
_COLOUR = "$primary 80%"
_EMPTY = "Nothing yet"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Args:
        label: what it stands for.
        value: its length; None is unknown and gets no bar.
        text: the value, formatted.
    """

    label: str
    value: Decimal | float | None
    text: str


class _Chart(Widget):
    DEFAULT_CSS = """
    _Chart {
        height: auto;
        background: $background;
        color: $foreground;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    def __init__(
        self,
        bars: Sequence[Bar] = (),
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._bars = tuple(bars)

    def show(self, bars: Sequence[Bar]) -> None:
        """Show ``bars`` from now on."""
        self._bars = tuple(bars)
        self.refresh(layout=True)

    @property
    def _largest(self) -> float:
        return max((float(bar.value or 0) for bar in self._bars), default=0.0)

    def _eighths(self, bar: Bar, cells: int) -> int:
        """Return the length of ``bar`` in eighths; what is not nothing gets at least one."""
        value = float(bar.value or 0)
        if value <= 0 or self._largest <= 0:
            return 0
        return max(1, round(8 * cells * value / self._largest))


class HorizontalBars(_Chart):
    """A line for each bar: label, bar, value. Made for a few things such as providers.

    Args:
        bars: from top to bottom.
        gap: blank lines between them, because full blocks touch.
    """

    def __init__(
        self,
        bars: Sequence[Bar] = (),
        *,
        gap: int = 1,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(bars, name=name, id=id, classes=classes)
        self._gap = gap

    def render(self) -> Content:
        """Return the lines."""
        if not self._bars:
            return Content.styled(_EMPTY, "$foreground 50%")
        labels = [one_line(bar.label) for bar in self._bars]
        texts = [one_line(bar.text) for bar in self._bars]
        left = min(_LABEL, max(map(cell_len, labels)))
        right = max(map(cell_len, texts))
        room = max(4, self.content_size.width - left - right - 2)
        rows = []
        for bar, label, text in zip(self._bars, labels, texts, strict=True):
            full, part = divmod(self._eighths(bar, room), 8)
            drawn = _ACROSS[8] * full + _ACROSS[part] * bool(part)
            rows.append(
                Content.assemble(
                    (fit(label, left), "$foreground 70%"),
                    " ",
                    (drawn.ljust(room), _COLOUR),
                    " ",
                    (" " * (right - cell_len(text)) + text, ""),
                )
            )
        return Content("\n" * (1 + self._gap)).join(rows)


class VerticalBars(_Chart):
    """A column for each bar, the newest ones when there is no room for all. Made for days.

    Args:
        bars: from left to right.
        rows: height of the tallest column.
    """

    def __init__(
        self,
        bars: Sequence[Bar] = (),
        *,
        rows: int = 6,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(bars, name=name, id=id, classes=classes)
        self._rows = rows

    def render(self) -> Content:
        """Return the lines: columns from the top, then labels."""
        if not self._bars:
            return Content.styled(_EMPTY, "$foreground 50%")
        labels = [one_line(bar.label) for bar in self._bars]
        width = max(20, self.content_size.width)
        narrowest = max(3, 1 + max(map(cell_len, labels)))
        shown = self._bars[-max(1, width // narrowest) :]
        column = max(narrowest, min(_THICKEST, width // len(shown)))
        # Among days without any spend, one that was used has a text to show.
        top = max(shown, key=lambda bar: (float(bar.value or 0), bool(bar.text)))
        heights = [self._eighths(bar, self._rows) for bar in shown]
        thick = column - 1
        lines = [Content.styled(f"max {one_line(top.text)}", "$foreground 50%")]
        for row in reversed(range(self._rows)):
            cells = (_UPWARDS[max(0, min(8, height - 8 * row))] for height in heights)
            lines.append(Content.styled("".join(cell * thick + " " for cell in cells), _COLOUR))
        names = "".join(fit(label, thick) + " " for label in labels[-len(shown) :])
        unknown = "".join(fit("?" if bar.value is None else "", thick) + " " for bar in shown)
        if unknown.strip():
            lines.append(Content.styled(unknown, "$text-warning"))
        lines.append(Content.styled(names, "$foreground 50%"))
        return Content("\n").join(lines)
