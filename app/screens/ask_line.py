"""One question to the person, answered on one line."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from widgets.one_line import one_line
from widgets.quiet_input import QuietInput


class AskLineScreen(ModalScreen[str | None]):
    """Returns what was typed, or None when the person went back.

    Args:
        title: what is asked.
        value: what stands there to begin with.
        hint: what may be typed, and what happens then.
        placeholder: an example.
    """

    DEFAULT_CSS = """
    AskLineScreen {
        align: center middle;
        #ask-line {
            width: 70; max-width: 96%; height: auto;
            border: round $primary; background: $surface; padding: 0 1;
        }
        #ask-line Static { height: auto; }
        #ask-line-input, #ask-line-input:focus {
            border: none; background: $foreground 6%; padding: 0 1; height: 1; margin: 1 0;
        }
        #ask-line-hint { color: $foreground 60%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back, nothing is kept", id="ask.back")
    ]

    def __init__(
        self, title: str, *, value: str = "", hint: str = "", placeholder: str = ""
    ) -> None:
        super().__init__()
        self._title = one_line(title)
        self._value = value
        self._hint = one_line(hint)
        self._placeholder = one_line(placeholder)

    def compose(self) -> ComposeResult:
        """Lay the card out."""
        with Vertical(id="ask-line"):
            yield Static(self._title, markup=False)
            yield QuietInput(self._value, placeholder=self._placeholder, id="ask-line-input")
            yield Static(
                self._hint or "enter keeps · esc goes back", id="ask-line-hint", markup=False
            )

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip())
