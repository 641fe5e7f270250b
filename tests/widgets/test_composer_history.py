"""The arrow keys at the edges of the text walk through the prompts of before."""

from __future__ import annotations

import pytest
from textual import events

from tests.widgets.hosts import HOSTILE, assert_inert, running, screen_text, wait_until
from widgets.composer import Composer


async def test_up_and_down_walk_and_come_back_to_what_was_typed() -> None:
    composer = Composer()
    async with running(composer) as (pilot, _):
        composer.set_history(["newest", "older"])
        await pilot.press("h", "i", "left", "up")
        assert composer.text == "newest"
        await pilot.press("up")
        assert composer.text == "older"
        await pilot.press("up")
        assert composer.text == "older"
        await pilot.press("down", "down")
        assert composer.text == "hi"
        assert composer.cursor_location == (0, 1), "the cursor is where it was, too"


async def test_without_prompts_the_keys_do_what_they_did() -> None:
    composer = Composer()
    async with running(composer) as (pilot, _):
        await pilot.press("a", "up")
        assert composer.cursor_location == (0, 0)
        await pilot.press("down")
        assert composer.cursor_location == (0, 1)


async def test_within_several_lines_the_keys_move_the_cursor_first() -> None:
    composer = Composer()
    async with running(composer) as (pilot, _):
        composer.set_history(["before"])
        composer.set_text("one\ntwo")
        await pilot.press("up")
        assert composer.text == "one\ntwo"
        await pilot.press("up")
        assert composer.text == "before"
        await pilot.press("down")
        assert composer.text == "one\ntwo"


async def test_prompts_of_several_lines_are_passed_with_one_key_each() -> None:
    composer = Composer()
    async with running(composer) as (pilot, _):
        composer.set_history(["a\nb\nc", "d\ne"])
        await pilot.press("up")
        assert (composer.text, composer.cursor_location) == ("a\nb\nc", (0, 1))
        await pilot.press("up")
        assert composer.text == "d\ne"
        await pilot.press("end", "down", "down")
        assert (composer.text, composer.cursor_location) == ("a\nb\nc", (2, 1))
        await pilot.press("down")
        assert composer.text == ""


async def test_a_prompt_that_wraps_is_passed_with_one_key() -> None:
    composer = Composer()
    async with running(composer, size=(30, 30)) as (pilot, _):
        composer.set_history(["word " * 20, "older"])
        await pilot.press("up", "up")
        assert composer.text == "older"


@pytest.mark.parametrize("line", [0, 1, 2])
async def test_alt_walks_from_every_line(line: int) -> None:
    composer = Composer()
    async with running(composer) as (pilot, _):
        composer.set_history(["before"])
        composer.set_text("one\ntwo\nthree")
        composer.move_cursor((line, 0))
        await pilot.press("alt+up")
        assert composer.text == "before"
        await pilot.press("alt+up", "alt+down")
        assert composer.text == "one\ntwo\nthree"
        assert composer.cursor_location == (line, 0)
        await pilot.press("alt+down")
        assert composer.cursor_location == (line, 0)


async def test_typing_ends_the_walk_and_loses_nothing() -> None:
    composer = Composer()
    async with running(composer) as (pilot, _):
        composer.set_history(["newest", "older"])
        await pilot.press("d", "r", "a", "f", "t", "up", "!")
        assert composer.text == "newest!"
        await pilot.press("up")
        assert composer.text == "draft", "what was being typed before comes first"
        await pilot.press("up")
        assert composer.text == "newest"
        await pilot.press("down", "down")
        assert composer.text == "newest!"


async def test_sending_a_prompt_of_before_keeps_the_draft() -> None:
    composer = Composer()
    async with running(composer) as (pilot, sent):
        composer.set_history(["again"])
        await pilot.press("x", "y", "up", "enter")
        await pilot.pause()
        assert [message.text for message in sent.of(Composer.Submitted)] == ["again"]
        composer.clear()
        await pilot.press("up")
        assert composer.text == "xy"


async def test_looking_back_is_no_draft() -> None:
    composer = Composer()
    async with running(composer) as (pilot, sent):
        composer.set_history(["before"])
        await pilot.press("m", "e")
        await wait_until(pilot, lambda: bool(sent.of(Composer.DraftChanged)))
        await pilot.press("up")
        await wait_until(pilot, lambda: "before" in [m.text for m in sent.of(Composer.TextChanged)])
        await pilot.pause(0.4)
        assert [message.text for message in sent.of(Composer.DraftChanged)] == ["me"]


async def test_a_draft_with_a_huge_paste_comes_back_whole() -> None:
    composer = Composer()
    huge = "a line\n" * 5_000
    async with running(composer) as (pilot, _):
        composer.set_history(["before"])
        await pilot.press("a")
        composer.post_message(events.Paste(huge))
        await pilot.pause()
        await pilot.press("up")
        assert composer.text == "before"
        await pilot.press("down")
        assert composer.text == f"a{huge}"
        assert "a[pasted 34 KB #1]" in screen_text(pilot.app)


@pytest.mark.parametrize("prompt", ["/etc/hosts is what?", "//double", "/?", "/ blank"])
async def test_a_prompt_with_a_slash_is_sent_as_it_was(prompt: str) -> None:
    composer = Composer()
    async with running(composer) as (pilot, sent):
        composer.set_history([prompt])
        await pilot.press("up", "enter")
        await pilot.pause()
        assert [message.text for message in sent.of(Composer.Submitted)] == [prompt]
        composer.set_prompt(prompt)
        await pilot.press("enter")
        await pilot.pause()
        assert [message.text for message in sent.of(Composer.Submitted)] == [prompt] * 2


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_prompts_are_inert(text: str) -> None:
    composer = Composer()
    async with running(composer) as (pilot, _):
        composer.set_history([text])
        await pilot.press("up")
        await pilot.pause()
        assert_inert(pilot.app)
        await pilot.press("alt+down")
        assert composer.text == ""
