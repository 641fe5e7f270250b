"""What a theme makes of a conversation."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

_FADED = "$foreground 60%"


class ThemeSample(Widget):
    """A few lines in the colours that telex paints with."""

    DEFAULT_CSS = """
    ThemeSample { padding: 0 2; }
    """

    def render(self) -> Content:
        """Return the lines."""
        return Content("\n").join(
            [
                Content.styled("you", "bold $text-primary"),
                Content("Why is the sky blue?"),
                Content(""),
                Content.styled("groq · a model", "bold $text-primary"),
                Content("Air scatters short waves most, and blue is short."),
                Content.styled("cheapest of 4 · 0.4 s · $0.0002", _FADED),
                Content(""),
                Content.styled("def blue(sky):", "$text-primary on $foreground 6%"),
                Content.styled("    return sky.scattered", "$text-accent on $foreground 6%"),
                Content(""),
                Content.assemble(("● answers", "$text-success"), ("  ▲ slow", "$text-warning")),
                Content.styled("✗ refused: the daily limit is reached", "$text-error"),
                Content(""),
                Content.styled(" a line that is chosen ", "on $primary 20%"),
            ]
        )
