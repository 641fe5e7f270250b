"""``[keys]``: what may be chosen, and what is refused with which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings_text import describe
from storage.config_file import parse_settings
from storage.errors import ConfigFileError
from storage.key_names import KEY_NAMES
from storage.key_rules import CHARACTERS, normal, why_not

FILE = Path("config.toml")


def keys(text: str) -> dict[str, str]:
    return dict(parse_settings(f"# mine\n[keys]\n{text}\n", FILE).keys)


def refused(text: str) -> ConfigFileError:
    with pytest.raises(ConfigFileError) as error:
        keys(text)
    return error.value


def test_keys_are_chosen_by_name() -> None:
    assert keys('"chat.new" = "ctrl+k"') == {"chat.new": "ctrl+k"}


def test_a_name_needs_no_quotes() -> None:
    assert keys('chat.new = "ctrl+k"\nchat.find = "alt+f"') == {
        "chat.new": "ctrl+k",
        "chat.find": "alt+f",
    }


def test_several_keys_and_none() -> None:
    assert keys('"app.stats" = "f12, alt+s"\n"chat.panels" = ""') == {
        "app.stats": "f12,alt+s",
        "chat.panels": "",
    }


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ctrl+K", "ctrl+k"),
        ("control+k", "ctrl+k"),
        ("esc", "escape"),
        ("PgUp", "pageup"),
        ("F12", "f12"),
        ("?", "question_mark"),
        ("/", "slash"),
        ("+", "plus"),
        ("#", "number_sign"),
        ("-", "minus"),
        (",", "comma"),
        ("N", "N"),
        ("n", "n"),
        ("shift+n", "N"),
        ("ctrl+/", "ctrl+underscore"),
        ("ctrl+_", "ctrl+underscore"),
        ("ctrl+[", "ctrl+left_square_bracket"),
        ("backtab", "shift+tab"),
        ("del", "delete"),
    ],
)
def test_keys_may_be_spelled_as_people_do(typed: str, meant: str) -> None:
    assert normal(typed) == meant
    assert meant == "ctrl+left_square_bracket" or why_not(meant) is None


def test_an_unknown_name_is_refused_with_the_nearest_and_its_line() -> None:
    error = refused('"chat.new" = "f12"\n"chat.histroy" = "ctrl+k"')
    assert error.line == 4
    assert "did you mean 'chat.history'?" in error.reason


@pytest.mark.parametrize("text", ['new = "ctrl+k"', 'chat = "ctrl+k"', "chat.new = 1"])
def test_what_is_no_name_and_key_is_refused(text: str) -> None:
    assert refused(text).line == 3


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("ctrl+m", "enter"),
        ("ctrl+i", "tab"),
        ("ctrl+h", "backspace"),
        ("ctrl+[", "esc"),
        ("ctrl+b", "tmux"),
        ("ctrl+z", "sleep"),
        ("alt+enter", "enter"),
        ("shift+enter", "enter"),
        ("ctrl+shift+k", "something else"),
        ("ctrl+1", "do not send"),
        ("super+k", "desktops"),
        ("f10", "menu"),
        ("f11", "fill the screen"),
        ("ctrl+c", "copies"),
        ("pagup", "did you mean 'pageup'?"),
        ("f13", "did you mean 'f3'"),
        ("x", "typed"),
        ("question_mark", "typed"),
        ("space", "typed"),
        ("enter", "needed for writing"),
        ("up", "needed for writing"),
    ],
)
def test_a_key_that_would_not_work_is_refused_with_the_reason(key: str, why: str) -> None:
    error = refused(f'"chat.new" = "{key}"')
    assert why in error.reason
    assert error.reason.startswith("keys.chat.new: ")
    assert error.line == 3


def test_a_key_of_the_app_must_not_edit_text() -> None:
    assert "changes the text" in refused('"app.stats" = "ctrl+k"').reason


def test_letters_are_fine_where_nobody_types() -> None:
    assert keys('"message.copy" = "w"\n"history.pin" = "w"\n"stats.period" = "w"')


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ('"chat.new" = "ctrl+f"', ("chat.new", "chat.find")),
        ('"chat.new" = "f8"', ("chat.new", "app.stats")),
        ('"app.stats" = "f2"', ("app.stats", "chat.cost")),
        ('"message.copy" = "e"', ("message.copy", "message.edit")),
        ('"message.copy" = "ctrl+n"', ("message.copy", "chat.new")),
        ('"chat.new" = "alt+x"\n"chat.find" = "alt+x"', ("chat.new", "chat.find")),
        ('"columns.open" = "p"', ("columns.open", "stats.period")),
    ],
)
def test_one_key_for_two_actions_is_refused_naming_both(text: str, both: tuple[str, str]) -> None:
    reason = refused(text).reason
    assert all(name in reason for name in both)


def test_two_actions_may_change_places() -> None:
    assert keys('"chat.new" = "ctrl+f"\n"chat.find" = "ctrl+n"')
    assert keys('"composer.send" = "ctrl+j"\n"composer.newline" = "enter"')


def test_the_same_key_in_places_that_are_never_open_together() -> None:
    assert keys('"settings.edit" = "ctrl+n"\n"history.pin" = "z"\n"message.copy" = "z"')


def test_the_palette_keeps_a_key() -> None:
    assert "palette" in refused('"app.palette" = ""').reason
    assert keys('"app.palette" = "alt+x"')


def test_what_is_chosen_is_shown_as_it_was_written() -> None:
    settings = parse_settings('[keys]\n"chat.new" = "ctrl+k"\n"chat.find" = ""\n', FILE)
    assert parse_settings(describe(settings), FILE).keys == settings.keys


@pytest.mark.parametrize("name", KEY_NAMES)
def test_every_usual_key_arrives(name: str) -> None:
    first, *more = KEY_NAMES[name].keys
    assert why_not(first) is None
    # Beside a key that always works, one may stand that only some terminals tell apart.
    assert [key for key in more if why_not(key)] in ([], ["shift+enter"])


@pytest.mark.parametrize("name", [name for name in KEY_NAMES if name.startswith(("app.", "chat."))])
def test_no_usual_key_of_the_chat_writes(name: str) -> None:
    assert not CHARACTERS & set(KEY_NAMES[name].keys)


def test_every_usual_key_may_be_written_down() -> None:
    lines = [
        f'"{each.name}" = "{",".join(each.keys)}"'
        for each in KEY_NAMES.values()
        if "shift+enter" not in each.keys
    ]
    assert len(keys("\n".join(lines))) == len(lines)
