"""One line above the composer for what the person should know now."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from providers.sanitise import sanitise_line


class Banner(Static):
    """Takes no room while it has nothing to say."""

    DEFAULT_CSS = """
    Banner {
        height: 1;
        padding: 0 2;
        color: $text-warning;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        display: none;
    }
    Banner.-speaking { display: block; }
    """

    def say(self, text: str) -> None:
        """Show ``text`` on one line; empty text takes the banner away."""
        line = sanitise_line(text)
        self.update(Content(line))
        self.set_class(bool(line), "-speaking")
