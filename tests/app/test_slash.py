"""Commands by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.slash import ALIASES, COMMANDS, Given, Slash, UnknownCommand, parse
from providers.errors import TelexError
from providers.sanitise import sanitise_line


def test_the_table_holds_every_command_once() -> None:
    assert sorted(command.name for command in COMMANDS) == sorted(Slash)
    assert all(command.words for command in COMMANDS)
    assert not set(ALIASES).intersection(Slash)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("/new", Given(Slash.NEW, "")),
        ("/STRATEGY cost ", Given(Slash.STRATEGY, "cost")),
        ("/title  Why the sky  is blue", Given(Slash.TITLE, "Why the sky  is blue")),
        ("/compare one\ntwo\n", Given(Slash.COMPARE, "one\ntwo")),
        ("/template\nlong text", Given(Slash.TEMPLATE, "long text")),
        ("/q", Given(Slash.QUIT, "")),
        ("/n", Given(Slash.NEW, "")),
        ("/?", Given(Slash.HELP, "")),
    ],
)
def test_parse(text: str, given: Given) -> None:
    assert parse(text) == given


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/hlep", "did you mean /help?"),
        ("/strat cost", "did you mean /strategy?"),
        ("/etc/hosts is what?", "/etc/hosts is no command"),
        ("/zzzz", "/help lists what there is"),
        ("/", "/ is no command"),
        ("/neww\nline", "did you mean /new?"),
    ],
)
def test_a_wrong_name_is_answered_with_advice(text: str, said: str) -> None:
    with pytest.raises(UnknownCommand) as caught:
        parse(text)
    assert said in str(caught.value)
    assert "start with // instead of /" in str(caught.value)


def test_a_hostile_name_is_inert() -> None:
    with pytest.raises(UnknownCommand) as caught:
        parse("/x\x1b]0;owned\x07[/]" + "y" * 1_000_000)
    message = str(caught.value)
    assert sanitise_line(message) == message
    assert len(message) < 200


@given(st.text())
def test_any_text_is_a_command_or_an_error_of_ours(text: str) -> None:
    try:
        given = parse(f"/{text}")
    except TelexError:
        return
    assert given.argument == given.argument.strip()
