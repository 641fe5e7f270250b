"""The sections of a screen on one line, each with the digit that goes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from widgets.one_line import cut


class SectionLine(Widget):
    """The names on the left, and on the right what they are about.

    Args:
        names: of the sections, in order.
    """

    DEFAULT_CSS = """
    SectionLine { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    @dataclass
    class Chosen(Message):
        """The person wants section ``place``, counted from 0."""

        place: int

    def __init__(
        self,
        names: Sequence[str],
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._names = tuple(names)
        self._here = 0
        self._about = ""

    def show(self, here: int, about: str) -> None:
        """Say which section is shown, and what it is about."""
        if (here, about) != (self._here, self._about):
            self._here, self._about = here, about
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Go to a section."""
        left = event.x - 1
        for place, label in enumerate(self._labels()):
            if 0 <= left < cell_len(label):
                self.post_message(self.Chosen(place))
                return
            left -= cell_len(label) + 1

    def render(self) -> Content:
        """Return the line."""
        labels = self._labels()
        parts: list[str | tuple[str, str]] = []
        for place, label in enumerate(labels):
            style = "bold reverse $primary" if place == self._here else "$foreground 70%"
            parts += [(label, style), " "]
        room = self.content_size.width - sum(cell_len(label) + 1 for label in labels)
        about = cut(self._about, max(0, room - 1))
        parts += [" " * max(0, room - cell_len(about)), (about, "$foreground 60%")]
        return Content.assemble(*parts)

    def _labels(self) -> Sequence[str]:
        return [f" {number} {name} " for number, name in enumerate(self._names, 1)]
