"""Textual's themes and the person's own."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.color import Color, ColorParseError
from textual.theme import Theme

from storage.paths import Paths
from storage.theme_files import COLOURS, OwnTheme, read_themes, themes_folder

if TYPE_CHECKING:
    from textual.app import App

    from storage.errors import ConfigFileError


def add_own_themes(app: App[None], environment: Mapping[str, str]) -> Sequence[ConfigFileError]:
    """Let the person's themes be worn; return what is wrong with the others. Blocks."""
    themes, problems = read_themes(own_folder(environment), is_colour, further_colours())
    for theme in themes:
        app.register_theme(textual_theme(theme))
    return problems


def own_folder(environment: Mapping[str, str]) -> Path:
    """Return where the person's themes are."""
    return themes_folder(Paths.from_environment(environment).config_file)


def unknown_theme(name: str, known: Iterable[str]) -> str:
    """Return what to say of a theme that is not there."""
    near = difflib.get_close_matches(name, list(known), n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"There is no theme called {name}.{hint} Theme in the palette lists them all"


def is_colour(text: str) -> bool:
    """Return whether Textual can paint with what is written."""
    try:
        Color.parse(text)
    except ColorParseError:
        return False
    return text != "auto"


def further_colours() -> Collection[str]:
    """Return Textual's names for the colours that follow from those of a theme."""
    following = Theme(name="any", primary="#0178d4").to_color_system().generate()
    return {name for name, value in following.items() if _is_painted(value)}


def _is_painted(value: str) -> bool:
    colour = value.split(maxsplit=1)[0]
    return colour == "auto" or is_colour(colour)


def textual_theme(own: OwnTheme) -> Theme:
    """Return a theme of the person's as Textual wants it."""
    colours = dict(own.colours)
    return Theme(
        name=own.name,
        primary=colours.pop("primary"),
        dark=own.dark,
        variables=dict(own.variables),
        **colours,  # type: ignore[arg-type]  # texts, each a field
    )


def own_theme(name: str, theme: Theme) -> OwnTheme:
    """Return what a file would say that looks like ``theme``."""
    said = {colour: getattr(theme, colour) for colour in COLOURS}
    return OwnTheme(name, {each: value for each, value in said.items() if value}, theme.dark)
