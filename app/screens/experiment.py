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

from app.experiment_text import NO_EXPERIMENT, experiment_lines
from app.experiments import read_results
from providers.errors import TelexError
from widgets.one_line import one_line

if TYPE_CHECKING:
    from app.runtime import Runtime


class ExperimentScreen(Screen[None]):
    """What the experiment has shown so far.

    Args:
        runtime: the configuration and the ledger.
    """

    DEFAULT_CSS = """
    ExperimentScreen {
        layout: vertical;
        #experiment-scroll { padding: 1 0 0 0; }
        #experiment-body { height: auto; }
        #experiment-hint { height: 1; padding: 0 2; color: $foreground 50%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "app.pop_screen", "Back"),
        Binding("r", "reload", "Reload"),
    ]

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self._runtime = runtime

    def compose(self) -> ComposeResult:
        """Lay out the results above a line of keys."""
        with VerticalScroll(id="experiment-scroll"):
            yield Static(id="experiment-body", markup=False)
        yield Static("r reload · esc back", id="experiment-hint", markup=False)

    def on_mount(self) -> None:
        """Read the results."""
        self._load()

    def action_reload(self) -> None:
        """Read them again."""
        self._load()

    @work(group="experiment", exclusive=True)
    async def _load(self) -> None:
        try:
            results = await asyncio.to_thread(read_results, self._runtime)
        except TelexError as error:
            lines = [one_line(str(error))]
        else:
            lines = [NO_EXPERIMENT] if results is None else experiment_lines(results)
        self.query_one("#experiment-body", Static).update(Content("\n".join(lines)))
