"""Naming the provider and model that answers, with what each would cost and take."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from app.outlook import Outlook
from app.prediction_text import (
    cost_range,
    expected_cost,
    expected_seconds,
    order_words,
    seconds_range,
)
from providers.routing.choice import NO_KEY
from providers.routing.prediction import Prediction
from widgets.one_line import fit, one_line
from widgets.plain_list import PlainList

_WIDE = 88  # cells from which on the ranges fit
_NAME = 11
_COST, _COST_RANGE = 11, 33
_SECONDS = 7
_QUALITY = 7
_FADED = "$foreground 60%"


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
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Back")]

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
        self.query_one("#pick-heads", Static).update(_heads(width))
        options.clear_options()
        options.add_options(
            Option(_row(each, width), id=str(place), disabled=each.reason == NO_KEY)
            for place, each in enumerate(self._predictions)
        )
        options.highlighted = 0 if highlighted is None else highlighted
        # A line each; left to itself the list keeps the height of rows that were too wide.
        options.styles.height = len(self._predictions)

    @on(OptionList.OptionHighlighted)
    def _tell_more(self, event: OptionList.OptionHighlighted) -> None:
        prediction = self._predictions[int(event.option.id or 0)]
        self.query_one("#pick-detail", Static).update(_detail(prediction))

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        prediction = self._predictions[int(event.option.id or 0)]
        self.dismiss((prediction.provider, prediction.model))


def _heads(width: int) -> str:
    numbers = _numbers(width, "cost", "seconds", "quality")
    return f"{fit('provider', _NAME)} {fit('model', _room(width))} {numbers}"


def _row(prediction: Prediction, width: int) -> Content:
    room = _room(width)
    who = Content.assemble(
        (fit(prediction.provider, _NAME), "bold"), " ", (fit(prediction.model, room), _FADED), " "
    )
    if not prediction.usable:
        why = "no key · f9 adds one" if prediction.reason == NO_KEY else prediction.reason
        return Content.assemble(who, (fit(why, width - _NAME - room - 2), "$text-warning"))
    cost = cost_range(prediction)
    if len(cost) > _cost_width(width):
        cost = expected_cost(prediction)
    return who + _numbers(width, cost, expected_seconds(prediction), f"{prediction.quality:.2f}")


def _numbers(width: int, cost: str, seconds: str, quality: str) -> str:
    return f"{cost:>{_cost_width(width)}} {seconds:>{_SECONDS}} {quality:>{_QUALITY}}"


def _cost_width(width: int) -> int:
    return _COST_RANGE if width >= _WIDE else _COST


def _room(width: int) -> int:
    """Return the cells that are left for the model's name."""
    return max(8, width - _NAME - _cost_width(width) - _SECONDS - _QUALITY - 4)


def _detail(prediction: Prediction) -> Content:
    words = f"{prediction.provider} · {prediction.model}: "
    if prediction.usable:
        basis = "measured" if prediction.latency_measured else "expected, not measured yet"
        words += (
            f"{cost_range(prediction)}, {seconds_range(prediction)} {basis}."
            f" Quality: {prediction.quality_words}"
        )
    else:
        words += prediction.reason
    return Content(one_line(words))
