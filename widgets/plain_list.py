"""A list to choose from, as quiet as what stands around it."""

from __future__ import annotations

from textual.widgets import OptionList


class PlainList(OptionList):
    """An option list without a frame; what is highlighted stays readable."""

    DEFAULT_CSS = """
    PlainList, PlainList:focus {
        height: auto;
        border: none;
        padding: 0;
        background: $foreground 0%;
        background-tint: $foreground 0%;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-color: $foreground 15%;
        & > .option-list--option-highlighted {
            background: $primary 20%;
            color: $foreground;
            text-style: none;
        }
    }
    """
