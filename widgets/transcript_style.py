"""How the transcript looks: its colours from the theme, its selection."""

from __future__ import annotations

from collections.abc import Iterator

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from widgets.markdown.palette import Palette

_PREFIX = "transcript--"

# What is only drawn around text; it is left out when text is copied.
_DRAWN = {"user_bar", "code_bar", "line"}
_IS_DRAWN = "telex_drawn"


def _class(name: str) -> str:
    return _PREFIX + name.replace("_", "-")


COMPONENTS = {_class(name) for name in Palette.names()}
"""A component class for each style of the palette."""

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
}
"""

# Styles of whole lines say a background; others are laid over one of these.
_WHOLE = {"text", "faded", "user", "user_bar", "code", "code_bar", "code_label", "hint"}
_OWN_BACKGROUND = {*_WHOLE, "inline_code"}


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
        )
    return style + Style.from_meta({_IS_DRAWN: True}) if name in _DRAWN else style


def highlight(strip: Strip, span: tuple[int, int] | None, style: Style) -> Strip:
    """Return ``strip`` with the characters of ``span`` in ``style``; an end of -1 is its end."""
    if span is None:
        return strip
    start, end = _cells(strip, span)
    if end <= start:
        return strip
    before, inside, after = strip.divide([start, end, strip.cell_length])
    marked = Strip([Segment(text, (own or style) + style) for text, own, _ in inside])
    return Strip.join([before, marked, after])


def copied(strip: Strip, span: tuple[int, int] | None) -> str:
    """Return the text of ``span`` without what is only drawn around it."""
    if span is None:
        return ""
    return "".join(_written(strip, span)).rstrip()


def _written(strip: Strip, span: tuple[int, int]) -> Iterator[str]:
    start, end = span
    at = 0
    for text, style, _ in strip:
        if style is None or not style.meta.get(_IS_DRAWN):
            stop = len(text) if end < 0 else max(0, end - at)
            yield text[max(0, start - at) : stop]
        at += len(text)


def _cells(strip: Strip, span: tuple[int, int]) -> tuple[int, int]:
    length = len(strip.text)
    start, end = min(span[0], length), length if span[1] < 0 else min(span[1], length)
    return strip.index_to_cell_position(start), strip.index_to_cell_position(end)
