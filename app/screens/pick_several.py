"""Choosing the models that answer side by side."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.widgets.option_list import Option

from app.outlook import Outlook
from app.screens.comparing import MOST_SIDES, Side
from app.screens.prediction_table import heads, row
from widgets.plain_list import PlainList

_MARKED, _FREE = "■ ", "□ "


class PickSeveralScreen(ModalScreen[tuple[Side, ...] | None]):
    """Returns whom to compare, in the order they were marked, or None.

    Args:
        outlook: every candidate for what is in the composer, first choice first.
    """

    DEFAULT_CSS = """
    PickSeveralScreen {
        align: center middle;
        #several {
            width: 106; max-width: 96%; height: auto; max-height: 90%;
            border: round $primary; background: $surface; padding: 0 1;
        }
        #several-title { height: auto; color: $foreground 60%; margin-bottom: 1; }
        #several-heads { height: 1; color: $foreground 60%; text-wrap: nowrap; }
        #several-list { max-height: 45vh; text-wrap: nowrap; }
        #several-hint { height: auto; margin-top: 1; color: $foreground 60%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="pick-several.back"),
        Binding("space", "mark", "Mark", priority=True, id="pick-several.mark"),
        Binding("enter", "compare", "Compare", priority=True, id="pick-several.compare"),
    ]

    def __init__(self, outlook: Outlook) -> None:
        super().__init__()
        self._usable = [each for each in (*outlook.asked, *outlook.others) if each.usable]
        self._marked: list[int] = []

    def compose(self) -> ComposeResult:
        """Lay the table out."""
        with Vertical(id="several"):
            yield Static("Who should answer side by side?", id="several-title", markup=False)
            yield Static(id="several-heads", markup=False)
            yield PlainList(id="several-list")
            yield Static(
                f"space marks two to {MOST_SIDES} · enter compares · esc goes back",
                id="several-hint",
                markup=False,
            )

    def on_resize(self, event: events.Resize) -> None:
        """Fill the table as wide as there is room."""
        del event
        self._fill()

    def action_mark(self) -> None:
        """Mark what is highlighted, or take the mark away."""
        place = self.query_one(PlainList).highlighted
        if place is None:
            return
        if place in self._marked:
            self._marked.remove(place)
        else:
            self._marked.append(place)
        self._fill()

    def action_compare(self) -> None:
        """Compare those that are marked."""
        if not 2 <= len(self._marked) <= MOST_SIDES:
            self.notify(f"Mark two to {MOST_SIDES} with the space bar", markup=False)
            return
        marked = [self._usable[place] for place in self._marked]
        self.dismiss(tuple((each.provider, each.model) for each in marked))

    def _fill(self) -> None:
        options = self.query_one(PlainList)
        highlighted = options.highlighted
        width = self.query_one("#several").content_size.width - len(_FREE)
        self.query_one("#several-heads", Static).update(" " * len(_FREE) + heads(width))
        options.clear_options()
        options.add_options(
            Option(Content(_MARKED if place in self._marked else _FREE) + row(each, width))
            for place, each in enumerate(self._usable)
        )
        options.highlighted = highlighted or 0
        options.styles.height = len(self._usable)
