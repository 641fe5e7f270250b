"""The screen of an experiment: its arms, and what is known of their differences."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from app.experiment_text import NO_EXPERIMENT, WIDEST, difference_lines, experiment_lines
from app.experiments import read_results
from app.keymap import with_keys
from providers.errors import TelexError
from widgets.one_line import one_line

if TYPE_CHECKING:
    from textual.events import Resize

    from app.runtime import Runtime
    from providers.experiments.results import ExperimentResults

_MARGIN = 2  # cells on either side, where lines leave room for that
_DIM = "$foreground 60%"


class ExperimentScreen(Screen[None]):
    """What the experiment has shown so far.

    Args:
        runtime: the configuration and the ledger.
    """

    DEFAULT_CSS = """
    ExperimentScreen {
        layout: vertical;
        #experiment-scroll { padding: 1 0 0 0; scrollbar-size-vertical: 1; }
        #experiment-body { height: auto; }
        &.-wide #experiment-body { padding: 0 2; }
        #experiment-hint { height: 1; padding: 0 2; color: $foreground 50%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "app.pop_screen", "Back", id="experiment.back"),
        Binding("r", "reload", "Read again", id="experiment.reload"),
    ]

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self._runtime = runtime
        self._results: ExperimentResults | None = None

    def compose(self) -> ComposeResult:
        """Lay out the results above a line of keys."""
        with VerticalScroll(id="experiment-scroll"):
            yield Static(id="experiment-body", markup=False)
        hint = with_keys(self, "{experiment.reload} reload · {experiment.back} back")
        yield Static(hint, id="experiment-hint", markup=False)

    def on_mount(self) -> None:
        """Read the results."""
        self._load()

    def on_resize(self, event: Resize) -> None:
        """Lay out the lines anew, away from the edge where they leave room for that."""
        self.set_class(event.size.width >= WIDEST + 2 * _MARGIN + 1, "-wide")
        if self._results is not None:
            self._paint(self._results, event.size.width)

    def action_reload(self) -> None:
        """Read them again."""
        self._load()

    @work(group="experiment", exclusive=True)
    async def _load(self) -> None:
        try:
            results = await asyncio.to_thread(read_results, self._runtime)
        except TelexError as error:
            self._results = None
            self._body.update(Content(one_line(str(error))))
            return
        self._results = results
        if results is None:
            self._body.update(Content(NO_EXPERIMENT))
        else:
            self._paint(results, self.size.width)

    def _paint(self, results: ExperimentResults, width: int) -> None:
        # The cell of the scrollbar stays free, so that lines do not depend on whether it is there.
        self._body.update(_styled(results, width - 1))

    @property
    def _body(self) -> Static:
        return self.query_one("#experiment-body", Static)


def _styled(results: ExperimentResults, width: int) -> Content:
    """Return the lines with what is a heading set apart, and labels behind what they label."""
    title, blank, heading, *lines = experiment_lines(results, width)
    labels = {label for label, _ in difference_lines(results)}
    parts = [Content.styled(title, "bold"), Content(blank), Content.styled(heading, _DIM)]
    for line in lines:
        label = next((each for each in labels if line.startswith(each)), "")
        parts.append(Content.assemble((line[: len(label)], _DIM), line[len(label) :]))
    return Content("\n").join(parts)
