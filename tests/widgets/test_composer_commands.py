"""What begins with a slash is a command, and never lost when it was none."""

from __future__ import annotations

import pytest
from textual import events

from tests.widgets.hosts import running, wait_until
from widgets.composer import Composer


async def enter(text: str) -> tuple[list[str], list[str], str]:
    """Return what was sent, the commands that were given, and what is in the composer then."""
    composer = Composer()
    async with running(composer) as (pilot, sent):
        composer.set_text(text)
        await pilot.press("enter")
        await pilot.pause()
        submitted = [message.text for message in sent.of(Composer.Submitted)]
        given = [message.text for message in sent.of(Composer.CommandGiven)]
        return submitted, given, composer.text


@pytest.mark.parametrize(
    "text", ["/help", "/tag a b", "/Help", "/?", "/etc/hosts is what?", "/compare a\nb", "/été"]
)
async def test_a_slash_and_a_letter_give_a_command(text: str) -> None:
    assert await enter(text) == ([], [text], text)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("//etc/hosts", "/etc/hosts"),
        (" /help", " /help"),
        ("/ help", "/ help"),
        ("/1", "/1"),
        ("///", "//"),
        ("say /help", "say /help"),
        ("text\n/help", "text\n/help"),
    ],
)
async def test_everything_else_is_sent(typed: str, sent: str) -> None:
    assert await enter(typed) == ([sent], [], typed)


async def test_a_huge_paste_is_no_command() -> None:
    composer = Composer()
    huge = "/usr/bin/env\n" * 3_000
    async with running(composer) as (pilot, sent):
        composer.post_message(events.Paste(huge))
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert [message.text for message in sent.of(Composer.Submitted)] == [huge]


async def test_ctrl_g_asks_for_the_editor_with_the_text() -> None:
    composer = Composer()
    async with running(composer) as (pilot, sent):
        await pilot.press("h", "i", "ctrl+g")
        await pilot.pause()
        assert [message.text for message in sent.of(Composer.EditorWanted)] == ["hi"]
        assert composer.text == "hi"


async def test_a_change_is_said_once_after_a_short_pause_and_before_the_draft() -> None:
    composer = Composer()
    async with running(composer) as (pilot, sent):
        await pilot.press("a", "b", "c")
        await wait_until(pilot, lambda: bool(sent.of(Composer.TextChanged)))
        assert sent.of(Composer.DraftChanged) == []
        await wait_until(pilot, lambda: bool(sent.of(Composer.DraftChanged)))
        assert [message.text for message in sent.of(Composer.TextChanged)] == ["abc"]


async def test_an_empty_composer_names_commands_and_files() -> None:
    composer = Composer()
    async with running(composer):
        assert "/ commands · @ files" in str(composer.placeholder)
