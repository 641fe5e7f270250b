"""A line to type in, whose cursor stands still."""

from __future__ import annotations

from textual import events
from textual.reactive import var
from textual.widgets import Input


class QuietInput(Input):
    """An input whose cursor does not blink: that would paint twice a second for nothing."""

    cursor_blink = var(False, init=False)

    def _on_paste(self, event: events.Paste) -> None:
        # Textual, whose own handler comes after this one, takes the first line: of what was copied
        # with the line break before it, that would be nothing.
        event.text = first_line(event.text)


class SecretInput(QuietInput):
    """An input for what nobody may see: it cannot be copied out of it either."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own word
        super().__init__(password=True, id=id)

    def action_copy(self) -> None:
        """Leave the clipboard alone, which every program may read."""

    def action_cut(self) -> None:
        """Leave the clipboard and the line alone."""

    def action_paste(self) -> None:
        """Put in what was copied within telex, as a paste of the terminal would be."""
        self.replace(first_line(self.app.clipboard), *self.selection)


def first_line(text: str) -> str:
    """Return the first line of ``text`` that says something; ``""`` where none does."""
    return next((line for line in text.splitlines() if line.strip()), "")
