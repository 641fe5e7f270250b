"""For a moment after the strategy was changed: all of them, and what that changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from widgets.one_line import cut, one_line

_SECONDS = 6.0
"""How long it stays: long enough to read it twice."""


@dataclass(frozen=True, slots=True)
class StripView:
    """What it says.

    Args:
        names: the strategies there are to go through, in order.
        now: the one in force.
        change: what that changed for the prompt in the composer, "" while it is being found out.
    """

    names: Sequence[str]
    now: str
    change: str = ""


class StrategyStrip(Widget):
    """Hidden, but for some seconds after each change."""

    DEFAULT_CSS = """
    StrategyStrip {
        height: 2;
        width: 1fr;
        padding: 0 2;
        display: none;
        background: $background;
        color: $foreground;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name for it
        super().__init__(id=id)
        self._shown = StripView((), "")
        self._timer: Timer | None = None

    @property
    def view(self) -> StripView:
        """What it says, or said last."""
        return self._shown

    def show(self, view: StripView) -> None:
        """Show ``view`` for some seconds from now on."""
        self._shown = view
        self.display = True
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_SECONDS, self.hide)
        self.refresh()

    def hide(self) -> None:
        """Give the room back."""
        self.display = False

    def render(self) -> Content:
        """Return the lines."""
        names = Content(" ").join(self._strategy(name) for name in self._shown.names)
        width = max(10, self.content_size.width)
        return Content.assemble(
            names, "\n", (cut(one_line(self._shown.change), width), "$foreground 70%")
        )

    def _strategy(self, name: str) -> Content:
        if name == self._shown.now:
            # Brackets too, for where there is no colour.
            return Content.styled(f"[{name}]", "bold $primary")
        return Content.styled(name, "$foreground 55%")
