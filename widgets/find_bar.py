"""One line to look for a text in the conversation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from providers.sanitise import sanitise
from widgets.needle import LONGEST_NEEDLE
from widgets.search import Found
from widgets.shown_keys import shown_key_of


class _NeedleInput(Input):
    """An input that holds nothing a terminal would obey: what is pasted is painted."""

    def validate_value(self, value: str) -> str:
        """Return ``value`` on one line, sanitised and not too long."""
        return " ".join(re.split(r"[\n\t]", sanitise(value[:LONGEST_NEEDLE])))


class FindBar(Horizontal):
    """Where the person types what is looked for, and reads how often it was found.

    Hidden until it is opened.
    """

    DEFAULT_CSS = """
    FindBar {
        display: none;
        height: 1;
        padding: 0 2;
        background: $surface;
        & > #find-label { width: auto; margin-right: 1; color: $text-primary; text-style: bold; }
        & > Input { width: 1fr; background: $surface; }
        & > #find-count { width: auto; padding: 0 1; color: $foreground 70%; }
        & > #find-count.-nothing { color: $text-warning; text-style: bold; }
        & > #find-keys { width: auto; color: $foreground 45%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", "Next place", show=False, id="find.next"),
        Binding("up,shift+enter", "step(-1)", "Place before", show=False, id="find.previous"),
        Binding("escape", "close", "Close", show=False, id="find.close"),
    ]

    @dataclass
    class Changed(Message):
        """The person looks for ``needle`` now; blank looks for nothing."""

        needle: str

    @dataclass
    class Step(Message):
        """The person wants the next place (1) or the one before (-1)."""

        direction: int

    @dataclass
    class Closed(Message):
        """The person is done. The bar has hidden itself."""

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        yield Static("find", id="find-label", markup=False)
        yield _NeedleInput(compact=True, select_on_focus=True)
        yield Static("", id="find-count", markup=False)
        yield Static(self._keys(), id="find-keys", markup=False)

    def _keys(self) -> str:
        up, down, close = (
            shown_key_of(self, f"find.{name}", key)
            for name, key in (("previous", "up"), ("next", "down"), ("close", "escape"))
        )
        return f"{up}{down} step · {close} close"

    @property
    def needle(self) -> str:
        """What is looked for."""
        return self.query_one(_NeedleInput).value

    def open(self, needle: str = "") -> None:
        """Show the bar and let the person type.

        Args:
            needle: what to look for; without it, what was looked for last is still there.
        """
        self.display = True
        typed = self.query_one(_NeedleInput)
        typed.focus()
        if needle and needle != typed.value:
            typed.value = needle
        elif typed.value.strip():
            self.post_message(self.Changed(typed.value))

    def close(self) -> None:
        """Hide the bar without telling anybody."""
        self.display = False

    def show(self, found: Found) -> None:
        """Say what was found."""
        words = f"{found.index:,}/{found.count:,}" if found.count else "nothing found"
        count = self.query_one("#find-count", Static)
        count.update(words if self.needle.strip() else "")
        count.set_class(not found.count, "-nothing")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for what was typed."""
        event.stop()
        self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the next place."""
        event.stop()
        self.action_step(1)

    def action_step(self, direction: int) -> None:
        """Ask for another place."""
        self.post_message(self.Step(direction))

    def action_close(self) -> None:
        """Hide the bar."""
        self.close()
        self.post_message(self.Closed())
