"""The line below a search: what can be typed, what is wrong with it, and how much was found."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from widgets.one_line import cut, one_line

_FADED = "$foreground 60%"
_GAP = 2


class FilterLine(Widget):
    """Words on the left, a count on the right, which is kept where there is no room for both.

    Args:
        filters: the names of the filters, each with its colon.
    """

    DEFAULT_CSS = """
    FilterLine {
        height: 1; margin: 0 2 1 2;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(
        self,
        filters: Sequence[str],
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._filters = tuple(filters)
        self._wrong = ""
        self._count = ""

    @property
    def wrong(self) -> str:
        """What is wrong with what was typed, or empty."""
        return self._wrong

    @property
    def count(self) -> str:
        """How much was found."""
        return self._count

    def show(self, count: str) -> None:
        """Say how much was found; nothing is wrong any more."""
        self._change("", count)

    def complain(self, wrong: str) -> None:
        """Say what is wrong with what was typed."""
        self._change(one_line(wrong), "")

    def render(self) -> Content:
        """Return the line."""
        width = self.content_size.width
        room = max(0, width - cell_len(self._count) - _GAP)
        if self._wrong:
            left = Content.styled(cut(self._wrong, room), "$text-warning")
        else:
            left = Content.styled(cut(f"filters: {' '.join(self._filters)}", room), _FADED)
        space = " " * max(_GAP, width - left.cell_length - cell_len(self._count))
        return Content.assemble(left, space, (self._count, "bold $foreground 80%"))

    def _change(self, wrong: str, count: str) -> None:
        if (wrong, count) != (self._wrong, self._count):
            self._wrong, self._count = wrong, count
            self.refresh()
