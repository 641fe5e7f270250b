"""Naming the provider and model that answers, with what each would cost and take."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from app.outlook import Outlook
from app.prediction_text import order_words
from app.screens.prediction_table import detail, heads, row
from providers.routing.choice import NO_KEY
from widgets.plain_list import PlainList


class PickProviderScreen(ModalScreen[tuple[str, str] | None]):
    """Returns the provider and model that were picked, or None.

    Args:
        outlook: every candidate for what is in the composer, first choice first.
    """

    DEFAULT_CSS = """
    PickProviderScreen {
        align: center middle;
        #pick {
            width: 106; max-width: 96%; height: auto; max-height: 90%;
            border: round $primary; background: $surface; padding: 0 1;
        }
        #pick-title { height: auto; color: $foreground 60%; margin-bottom: 1; }
        #pick-heads { height: 1; color: $foreground 60%; text-wrap: nowrap; }
        #pick-list { max-height: 45vh; text-wrap: nowrap; }
        #pick-detail { height: auto; min-height: 2; margin-top: 1; color: $foreground 70%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back", id="pick-provider.back")
    ]

    def __init__(self, outlook: Outlook) -> None:
        super().__init__()
        self._outlook = outlook
        self._predictions = (*outlook.asked, *outlook.others)

    def compose(self) -> ComposeResult:
        """Lay out the table and the line that tells more of what is highlighted."""
        title = (
            f"Who should answer? Others follow if it fails · {order_words(self._outlook.strategy)}"
        )
        with Vertical(id="pick"):
            yield Static(title, id="pick-title", markup=False)
            yield Static(id="pick-heads", markup=False)
            yield PlainList(id="pick-list")
            yield Static(id="pick-detail", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Fill the table as wide as there is room."""
        del event
        self._fill()

    def _fill(self) -> None:
        options = self.query_one(PlainList)
        highlighted = options.highlighted
        width = self.query_one("#pick").content_size.width
        self.query_one("#pick-heads", Static).update(heads(width))
        options.clear_options()
        options.add_options(
            Option(row(each, width), id=str(place), disabled=each.reason == NO_KEY)
            for place, each in enumerate(self._predictions)
        )
        options.highlighted = 0 if highlighted is None else highlighted
        # A line each; left to itself the list keeps the height of rows that were too wide.
        options.styles.height = len(self._predictions)

    @on(OptionList.OptionHighlighted)
    def _tell_more(self, event: OptionList.OptionHighlighted) -> None:
        prediction = self._predictions[int(event.option.id or 0)]
        self.query_one("#pick-detail", Static).update(detail(prediction))

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        prediction = self._predictions[int(event.option.id or 0)]
        self.dismiss((prediction.provider, prediction.model))
