"""One line that always says how the next message travels and what today has cost."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from widgets.one_line import cut, one_line

_SHORTEST_ROUTE = 12  # cells of provider and model that still say something


@dataclass(frozen=True, slots=True)
class StatusView:
    """What the line says.

    Args:
        strategy: the routing strategy.
        provider: who answers, or would answer now.
        model: its model.
        state: for example "idle", "thinking", "streaming 43 tok/s", "stopped".
        today: what today has cost, formatted.
        hint: keys worth knowing now.
        busy: whether an answer is under way.
        warning: a limit that is nearly used up, in a few words.
    """

    strategy: str
    provider: str = ""
    model: str = ""
    state: str = "idle"
    today: str = ""
    hint: str = ""
    busy: bool = False
    warning: str = ""


class StatusLine(Widget):
    """The hint gives way first when the line is too narrow, then the model, then a warning."""

    DEFAULT_CSS = """
    StatusLine {
        height: 1;
        width: 1fr;
        background: $foreground 6%;
        color: $foreground;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    def __init__(
        self,
        view: StatusView | None = None,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._shown = view or StatusView(strategy="\N{EN DASH}")

    def show(self, view: StatusView) -> None:
        """Show ``view`` from now on."""
        self._shown = view
        self.refresh()

    def render(self) -> Content:
        """Return the line."""
        view = self._shown
        strategy = f" {one_line(view.strategy)} "
        route = " · ".join(filter(None, map(one_line, (view.provider, view.model))))
        state = f"{'●' if view.busy else '○'} {one_line(view.state)}"
        today = f"{one_line(view.today)} today" if view.today else ""
        warning = one_line(view.warning)
        hint = one_line(view.hint)

        fixed = sum(2 + cell_len(part) for part in (strategy, state, today, warning) if part)
        route = cut(route, max(_SHORTEST_ROUTE, self.size.width - fixed - 2))
        parts = [
            (strategy, "bold $primary reverse"),
            (route, ""),
            (state, "$text-primary" if view.busy else "$foreground 60%"),
            (today, "bold"),
            (warning, "bold $text-warning"),
        ]
        line = Content("  ").join(Content.styled(*part) for part in parts if part[0])
        space = self.size.width - line.cell_length - cell_len(hint) - 1
        if hint and space > 1:
            line += Content.assemble(" " * space, (hint, "$foreground 50%"))
        return line
