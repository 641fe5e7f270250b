"""How the transcript looks: its colours from the theme."""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget

from widgets.line_marks import DRAWN, LABEL
from widgets.markdown.palette import Palette
from widgets.overlay import Overlay

_PREFIX = "transcript--"

# What is only drawn around text is left out when text is copied.
_MARKS = {"user_bar": DRAWN, "code_bar": DRAWN, "line": DRAWN, "code_label": LABEL}


def _class(name: str) -> str:
    return _PREFIX + name.replace("_", "-")


COMPONENTS = {_class(name) for name in (*Palette.names(), *Overlay.names())}
"""A component class for each style of the palette and of what is laid over it."""

CSS = """
Transcript {
    width: 1fr;
    height: 1fr;
    background: $background;
    color: $foreground;
    overflow-x: hidden;
    overflow-y: auto;
    scrollbar-gutter: stable;
    scrollbar-size-vertical: 1;
    scrollbar-background: $background;
    scrollbar-background-hover: $background;
    scrollbar-background-active: $background;
    scrollbar-color: $foreground 15%;
    scrollbar-color-hover: $foreground 30%;
    scrollbar-color-active: $foreground 40%;
    &:focus { scrollbar-color: $primary 60%; }

    & > .transcript--faded { color: $foreground 55%; }
    & > .transcript--user { background: $foreground 6%; }
    & > .transcript--user-bar { color: $text-primary; background: $foreground 6%; }
    & > .transcript--heading { color: $text-primary; text-style: bold; }
    & > .transcript--strong { text-style: bold; }
    & > .transcript--emphasis { text-style: italic; }
    & > .transcript--strike { text-style: strike; }
    & > .transcript--inline-code { color: $text-accent; background: $foreground 7%; }
    & > .transcript--link { color: $text-primary; text-style: underline; }
    & > .transcript--url { color: $foreground 50%; }
    & > .transcript--quote { color: $foreground 75%; text-style: italic; }
    & > .transcript--marker { color: $text-primary; }
    & > .transcript--line { color: $foreground 30%; }
    & > .transcript--code { background: $foreground 5%; }
    & > .transcript--code-bar { color: $foreground 35%; background: $foreground 5%; }
    & > .transcript--code-label {
        color: $foreground 50%; background: $foreground 5%; text-style: italic;
    }
    & > .transcript--keyword { color: $text-primary; text-style: bold; }
    & > .transcript--string { color: $text-success; }
    & > .transcript--number { color: $text-warning; }
    & > .transcript--comment { color: $foreground 50%; text-style: italic; }
    & > .transcript--name { color: $text-accent; }
    & > .transcript--builtin { color: $text-secondary; }
    & > .transcript--inserted { color: $text-success; }
    & > .transcript--deleted { color: $text-error; }
    & > .transcript--meta { color: $foreground 50%; }
    & > .transcript--notice { color: $text-warning; }
    & > .transcript--hint { color: $text; background: $primary; text-style: bold; }
    & > .transcript--cursor { color: $primary; text-style: bold; }
    & > .transcript--found { background: $warning 30%; text-style: underline; }
    & > .transcript--found-here { text-style: reverse bold; }
    & > .transcript--foot { color: $foreground 55%; background: $surface; }
    & > .transcript--foot-key { color: $text-primary; text-style: bold; }
    & > .transcript--to-end { color: $text-primary; background: $foreground 12%; }
}
"""

# Styles of whole lines say a background; others are laid over one of these.
_WHOLE = {
    *("text", "faded", "user", "user_bar", "code", "code_bar", "code_label"),
    *("hint", "foot", "to_end"),
}
_OWN_BACKGROUND = {*_WHOLE, "inline_code", "found"}


def component(widget: Widget, name: str) -> Style:
    """Return the style of component ``name`` over the widget's background."""
    full = widget.get_visual_style(_class(name)).rich_style
    rules = widget.get_component_styles(_class(name))
    if name in _WHOLE:
        style = full
    else:
        style = Style(
            color=full.color if rules.has_rule("color") else None,
            bgcolor=full.bgcolor if name in _OWN_BACKGROUND else None,
            bold=True if full.bold else None,
            italic=True if full.italic else None,
            underline=True if full.underline else None,
            strike=True if full.strike else None,
            # The visual style forgets that one.
            reverse=True if rules.text_style.reverse else None,
        )
    return style + _MARKS[name] if name in _MARKS else style
