"""Themes: tried on, kept or left, one's own, and always readable."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.color import Color
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES
from textual.widgets import Static

from app.readable import contrast
from app.screens.themes import ThemesScreen
from app.telex import TelexApp
from app.themes import further_colours, is_colour
from providers.errors import ConfigError
from storage.config_edit import ConfigEdit
from storage.errors import ConfigFileError, PathsError
from storage.state_file import load_state
from storage.theme_files import OwnTheme, read_theme, theme_file, write_theme
from tests.app.house import House, chat, ready, until
from widgets.pointed_list import PointedList

MINE = '# mine\nprimary = "hotpink"\nbackground = "#102030"\ndark = true\n'


def own(house: House, name: str, text: str) -> Path:
    path = house.paths.config_file.parent / "themes" / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@asynccontextmanager
async def themes_open(house: House) -> AsyncIterator[tuple[Pilot[Any], TelexApp, PointedList]]:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await app.run_action("themes")
        await until(
            pilot,
            lambda: (
                isinstance(app.screen, ThemesScreen)
                and app.screen.query_one(PointedList).highlighted is not None
            ),
        )
        yield pilot, app, app.screen.query_one(PointedList)


def messages(app: TelexApp) -> str:
    return "\n".join(note.message for note in app._notifications)


async def test_each_is_shown_and_the_former_comes_back(house: House) -> None:
    async with themes_open(house) as (pilot, app, listed):
        assert app.theme == "textual-dark"
        lines = [str(option.prompt) for option in listed.options]
        assert any("● textual-dark" in line and "dark" in line for line in lines)
        assert any("textual-light" in line and line.rstrip().endswith("light") for line in lines)
        await pilot.press("home")
        await until(pilot, lambda: app.theme == "ansi-dark")
        await pilot.press("down", "down")
        await until(pilot, lambda: app.theme == "atom-one-dark")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is chat(app))
        assert app.theme == "textual-dark"
    assert load_state(house.paths.state_file).theme is None


async def test_what_is_kept_is_there_after_a_restart(house: House) -> None:
    async with themes_open(house) as (pilot, app, _):
        await pilot.press("home", "down", "down", "enter")
        await until(pilot, lambda: app.screen is chat(app))
        assert app.theme == "atom-one-dark"
    assert load_state(house.paths.state_file).theme == "atom-one-dark"
    again = house.app()
    async with again.run_test():
        assert again.theme == "atom-one-dark"


async def test_ones_own_is_worn_from_the_first_paint(house: House) -> None:
    own(house, "mine", MINE)
    house.settings = house.with_settings(theme="mine")
    async with themes_open(house) as (_, app, listed):
        assert app.theme == "mine"
        assert app.theme_variables["background"].lower() == "#102030"
        first = str(listed.options[0].prompt)
        assert "mine" in first
        assert "yours" in first


async def test_an_unknown_one_is_said_with_the_nearest(house: House) -> None:
    house.settings = house.with_settings(theme="gruvbux")
    app = house.app()
    async with app.run_test() as pilot:
        await ready(pilot, app)
        assert app.theme == "textual-dark"
        assert "There is no theme called gruvbux. Did you mean gruvbox?" in messages(app)
        assert await app.change([ConfigEdit(("theme",), "nord")])
        assert app.theme == "nord"
    # It was configured, not picked: whoever changes the configuration means it.
    assert load_state(house.paths.state_file).theme is None


async def test_a_broken_one_is_named_and_the_others_are_there(house: House) -> None:
    own(house, "mine", MINE)
    own(house, "bad", 'primary = "#88c0d0"\nerror = "reddish"\n')
    async with themes_open(house) as (_, app, _):
        said = str(app.screen.query_one("#themes-problem", Static).render())
        assert "bad.toml:2: error must be a colour" in said
        assert "mine" in app.available_themes
        assert "bad" not in app.available_themes


async def test_a_new_one_begins_as_the_one_it_is_made_from(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor.py"
    editor.write_text(
        "import pathlib, sys\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "file.write_text(file.read_text() + 'warning = \"gold\"\\n'"
        " if 'warning' not in file.read_text() else file.read_text().replace('#ffa62b', 'gold'))\n"
    )
    house.environment = {**house.environment, "VISUAL": f"{sys.executable} {editor}"}

    async def lend(_: object, use: Any) -> None:
        use()

    monkeypatch.setattr("app.screens.themes.lend_terminal", lend)  # Pilot has none to lend
    async with themes_open(house) as (pilot, app, _):
        await pilot.press("n")
        await pilot.pause(0.2)
        await pilot.press("ctrl+u", *"my-own", "enter")
        await until(pilot, lambda: app.theme == "my-own")
        path = house.paths.config_file.parent / "themes" / "my-own.toml"
        assert 'primary = "#0178D4"' in path.read_text(encoding="utf-8")
        assert app.available_themes["my-own"].warning == "gold"
        await pilot.press("n")
        await pilot.pause(0.2)
        await pilot.press("ctrl+u", *"my-own", "enter")
        await until(pilot, lambda: "is there already" in messages(app))


async def test_textuals_own_cannot_be_edited(house: House) -> None:
    async with themes_open(house) as (pilot, app, _):
        await pilot.press("e")
        await until(pilot, lambda: "n makes one of your own" in messages(app))


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("dark = true\n", None, "primary"),
        ('primary = "#88c0d0"\nprimray = "red"\n', 2, "did you mean 'primary'?"),
        ('primary = "#88c0d"\n', 1, '"#rrggbb"'),
        ("primary = 3\n", 1, "must be a string"),
        ('primary = "red"\ndark = "yes"\n', 2, "true or false"),
        ('primary = "red\n', 1, "no valid TOML"),
        ('primary = "red"\n[variables]\ntext-success = "zzz"\n', 3, "must be a colour"),
        ('primary = "red"\n[variables]\nscrollbar = "12"\n', 3, "must be a colour"),
        ('primary = "red"\n[variables]\nlink-style = "red"\n', 3, "is not known"),
    ],
)
def test_a_wrong_file_is_refused_by_file_line_and_key(
    tmp_path: Path, text: str, line: int | None, why: str
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(ConfigFileError) as refused:
        read_theme(path, is_colour, further_colours())
    assert refused.value.line == line
    assert refused.value.path == path
    assert why in refused.value.reason


def test_what_is_written_is_read_and_never_overwrites(tmp_path: Path) -> None:
    path = theme_file(tmp_path / "themes", "mine")
    theme = OwnTheme("mine", {"primary": "hotpink", "error": "#f00"}, dark=False)
    write_theme(path, theme)
    assert read_theme(path, is_colour, further_colours()) == theme
    with pytest.raises(PathsError, match="there already"):
        write_theme(path, theme)


@pytest.mark.parametrize("name", ["", "../evil", "a/b", "a b", ".hidden"])
def test_a_name_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="letters"):
        theme_file(tmp_path, name)


async def test_words_can_be_read_in_every_theme(house: House) -> None:
    app = house.app()
    weak: list[str] = []
    async with app.run_test():
        for name, theme in BUILTIN_THEMES.items():
            if theme.ansi:
                continue  # the terminal's own colours
            app.theme = name
            told = app.get_css_variables()
            background, words = (Color.parse(told[each]) for each in ("background", "foreground"))
            for share in (1.0, 0.7, 0.6, 0.55, 0.5):
                seen = contrast(background.blend(words, share, 1.0), background)
                # A hundredth is what rounding to 8 bits costs.
                if seen < (4.5 if share == 1.0 else 2.9):
                    weak.append(f"{name}: foreground {share:.0%} {seen:.2f}")
            for part in ("primary", "text-primary", "text-error", "text-success", "text-warning"):
                colour = Color.parse(told[part])
                if told[part].startswith("auto"):
                    colour = background.get_contrast_text(colour.a)
                seen = contrast(background.blend(colour, colour.a, 1.0), background)
                if seen < 2.9:
                    weak.append(f"{name}: {part} {seen:.2f}")
    assert weak == []


def test_the_contrast_is_that_of_the_standard() -> None:
    assert contrast(Color.parse("white"), Color.parse("black")) == pytest.approx(21)
    # WCAG's own example of a grey that just passes level AA.
    assert contrast(Color.parse("#767676"), Color.parse("white")) == pytest.approx(4.54, abs=0.01)
