"""A list whose highlighted line can be told without colours too."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from widgets.plain_list import PlainList

POINTER_WIDTH = 2
"""Cells in front of each line."""
_POINTER, _NO_POINTER = "▸ ", "  "


class PointedList(PlainList):
    """A quiet list with a pointer in front of what is highlighted."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own word
        super().__init__(id=id)
        self._lines_shown: list[Content] = []
        self._pointed: int | None = None

    def fill(self, options: Iterable[tuple[Content, str | None]]) -> None:
        """Show other lines.

        Args:
            options: the words of each line and its id; a line without one is a heading, which
                cannot be chosen.
        """
        listed = list(options)
        self._lines_shown = [words for words, _ in listed]
        self._pointed = None
        self.clear_options()
        self.add_options(
            Option(words if name is None else self._line(place), id=name, disabled=name is None)
            for place, (words, name) in enumerate(listed)
        )

    @on(OptionList.OptionHighlighted)
    def _point(self) -> None:
        former, self._pointed = self._pointed, self.highlighted
        for place in {former, self._pointed} - {None}:
            if place is not None and place < self.option_count:
                self.replace_option_prompt_at_index(place, self._line(place))

    def _line(self, place: int) -> Content:
        pointer = _POINTER if place == self._pointed else _NO_POINTER
        return Content.assemble((pointer, "bold $primary"), self._lines_shown[place])
