"""What tells things apart in a terminal of 16 colours, or of none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App

FEW_COLOURS = "-few-colours"
"""The class of the app then.

A tint of the background cannot be seen there, or hides faded words; a frame's colour hardly shows.
"""
FEW_COLOURS_CSS = f"""
.{FEW_COLOURS} OptionList > .option-list--option-highlighted,
.{FEW_COLOURS} PickView > .pick--cursor {{
    background: $background; color: $foreground; text-style: bold underline;
}}
.{FEW_COLOURS} PromptArea:focus {{ border: heavy $primary; }}
.{FEW_COLOURS} #history-search:focus {{ border: heavy $primary; }}
.{FEW_COLOURS} .side:focus-within {{ border: heavy $primary; }}
"""


def has_few_colours(app: App[None]) -> bool:
    """Return whether the terminal has 16 colours at most, or the person wants none."""
    if app.is_headless:
        return False  # there is no terminal, and pictures have every colour
    return app.no_color or app.console.color_system in (None, "standard", "windows")
