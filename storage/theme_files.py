"""Themes of the person's own: ``themes/NAME.toml`` beside the configuration."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from providers.errors import ConfigError
from storage.config_file import parse_toml, read_config
from storage.errors import ConfigFileError, PathsError
from storage.toml_lines import line_of
from storage.toml_table import TomlTable

COLOURS = (
    "primary",
    "secondary",
    "accent",
    "foreground",
    "background",
    "surface",
    "panel",
    "boost",
    "success",
    "warning",
    "error",
)
_FOLDER = "themes"
_NAME_SIGNS = frozenset("-_")


@dataclass(frozen=True, slots=True)
class OwnTheme:
    """What a theme's file says.

    Args:
        name: the file's name without its ending.
        colours: by the names in ``COLOURS``; those left out follow from the others.
        dark: whether the background is.
        variables: further colours by Textual's names for them, for who knows them.
    """

    name: str
    colours: Mapping[str, str]
    dark: bool = True
    variables: Mapping[str, str] = field(default_factory=dict)


def themes_folder(config_file: Path) -> Path:
    """Return where the person's themes are; it need not exist."""
    return config_file.parent / _FOLDER


def theme_file(folder: Path, name: str) -> Path:
    """Return the file of the theme called ``name``.

    Raises:
        ConfigError: a theme cannot be called that.
    """
    fits = name and all(each.isalnum() or each in _NAME_SIGNS for each in name)
    if not fits:
        raise ConfigError(
            "a theme's name has letters, digits, - and _ only, such as my-nord", key="name"
        )
    return folder / f"{name}.toml"


def read_themes(
    folder: Path, is_colour: Callable[[str], bool], variables: Collection[str]
) -> tuple[Sequence[OwnTheme], Sequence[ConfigFileError]]:
    """Return the themes in a folder, and what is wrong with the others. Blocks for the disk.

    Args:
        folder: where they are; none need exist.
        is_colour: whether a text is a colour.
        variables: the further colours that there are.
    """
    themes: list[OwnTheme] = []
    problems: list[ConfigFileError] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            themes.append(read_theme(path, is_colour, variables))
        except ConfigFileError as error:
            problems.append(error)
    return themes, problems


def read_theme(
    path: Path, is_colour: Callable[[str], bool], variables: Collection[str]
) -> OwnTheme:
    """Return what a theme's file says.

    Args:
        path: the file.
        is_colour: whether a text is a colour.
        variables: the further colours that there are.

    Raises:
        ConfigFileError: names file, line, key and what is allowed.
    """
    text = read_config(path)
    table = TomlTable(parse_toml(text, path))
    try:
        table.allow((*COLOURS, "dark", "variables"))
        if table.text("primary") is None:
            table.fail("primary", 'a theme needs at least primary = "#88c0d0" or another colour')
        colours = {name: _colour(table, name, is_colour) for name in table.names()}
        dark = table.flag("dark")
        inner = table.table("variables")
        # Anything else could not be painted with, and a screen that cannot be painted ends telex.
        inner.allow(sorted(variables))
        further = {name: _colour_of(inner, name, is_colour) for name in inner.names()}
    except ConfigError as error:
        line = line_of(text, error.key) if error.key else None
        raise ConfigFileError(str(error), path=path, line=line, key=error.key) from error
    return OwnTheme(
        path.stem,
        {name: colour for name, colour in colours.items() if colour is not None},
        dark is not False,
        further,
    )


def write_theme(path: Path, theme: OwnTheme) -> None:
    """Write a new theme's file. Blocks for the disk.

    Raises:
        PathsError: there is one of that name already, or it cannot be written.
    """
    lines = [f'{name} = "{theme.colours[name]}"' for name in COLOURS if name in theme.colours]
    text = "\n".join(
        (
            "# Colours as names (orange) or #rrggbb. What is left out follows from the others.",
            f"dark = {'true' if theme.dark else 'false'}",
            *lines,
            "",
        )
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise PathsError(f"{path} is there already: choose another name") from error
    except OSError as error:
        raise PathsError(f"{path} cannot be written: {error.strerror or error}") from error


def _colour(table: TomlTable, name: str, is_colour: Callable[[str], bool]) -> str | None:
    return _colour_of(table, name, is_colour) if name in COLOURS else None


def _colour_of(table: TomlTable, name: str, is_colour: Callable[[str], bool]) -> str:
    value = table.required(name)
    if not is_colour(value):
        table.fail(
            name, f'{table.key(name)} must be a colour: a name such as "orange", or "#rrggbb"'
        )
    return value
