"""Long work under way, in one line above the composer."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.widgets import Static

from widgets.one_line import cut, one_line

_BAR = 12  # cells


@dataclass(frozen=True, slots=True)
class JobView:
    """One piece of work, as a line shows it.

    Args:
        title: what it is about.
        share: how much is done, from 0 to 1; None while the end is unknown.
        facts: how far, how fast, how long yet; the most important first.
        others: how many more are under way.
    """

    title: str
    share: float | None
    facts: tuple[str, ...] = ()
    others: int = 0


def progress_bar(share: float, cells: int) -> Content:
    """Return a bar of ``cells`` cells that is told apart without colours too."""
    full = min(cells, max(0, int(share * cells)))
    return Content.assemble(("━" * full, "$primary"), ("╌" * (cells - full), "$foreground 40%"))


class JobLine(Static):
    """Takes no place while nothing is under way.

    Args:
        how_to_cancel: where the person finds the work to stop it.
    """

    DEFAULT_CSS = """
    JobLine {
        display: none;
        height: 1;
        padding: 0 2;
        color: $foreground 70%;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    def __init__(
        self,
        how_to_cancel: str = "ctrl+p Work under way",
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, markup=False)
        self._how_to_cancel = how_to_cancel
        self._view: JobView | None = None

    def show(self, view: JobView | None) -> None:
        """Show ``view`` from now on; None takes the line away."""
        if view == self._view:
            return
        self._view = view
        self.display = view is not None
        if view is not None:
            self.update(self._line(view))

    def on_resize(self) -> None:
        """Cut the line to its new width."""
        if self._view is not None:
            self.update(self._line(self._view))

    def _line(self, view: JobView) -> Content:
        width = max(20, self.content_size.width or self.app.size.width - 4)
        title = Content.assemble(("↓ ", "$primary"), cut(view.title, max(12, width // 3)))
        bar = Content("") if view.share is None else progress_bar(view.share, _BAR)
        parts = [Content(one_line(fact)) for fact in view.facts]
        if view.others:
            parts.append(Content(f"+{view.others} more"))
        way_out = Content.styled(one_line(self._how_to_cancel), "$foreground 50%")
        # What does not fit goes, the least important first; the way out stays longest.
        while True:
            facts = Content(" · ").join([*parts, way_out])
            line = Content("  ").join([part for part in (title, bar, facts) if part])
            if line.cell_length <= width or not parts:
                return line
            parts.pop()
