from __future__ import annotations

import time
from typing import ClassVar

import pytest
from textual import events
from textual.binding import BindingType

from tests.widgets.hosts import HOSTILE, Host, assert_inert, running, screen_text, wait_until
from widgets.composer import Composer


async def test_enter_submits_and_keeps_the_text_until_cleared() -> None:
    composer = Composer()
    async with running(composer) as (pilot, sent):
        await pilot.press("h", "i", "enter")
        await pilot.pause()
        assert [message.text for message in sent.of(Composer.Submitted)] == ["hi"]
        assert composer.text == "hi"
        composer.clear()
        assert composer.text == ""


async def test_blank_text_is_not_sent() -> None:
    async with running(Composer()) as (pilot, sent):
        await pilot.press("space", "ctrl+j", "enter")
        await pilot.pause()
        assert sent.of(Composer.Submitted) == []


@pytest.mark.parametrize("key", ["ctrl+j", "shift+enter"])
async def test_newline_keys(key: str) -> None:
    async with running(Composer()) as (pilot, sent):
        await pilot.press("a", key, "b", "enter")
        await pilot.pause()
        assert [message.text for message in sent.of(Composer.Submitted)] == ["a\nb"]


async def test_keys_that_come_at_once_keep_their_order() -> None:
    composer = Composer()
    async with running(composer) as (pilot, sent):
        for key, character in (("a", "a"), ("ctrl+j", "\n"), ("b", "b"), ("enter", "\r")):
            pilot.app.post_message(events.Key(key, character))
        await wait_until(pilot, lambda: bool(sent.of(Composer.Submitted)))
        assert [message.text for message in sent.of(Composer.Submitted)] == ["a\nb"]


async def test_paste_of_many_lines_never_submits() -> None:
    composer = Composer()
    async with running(composer) as (pilot, sent):
        composer.post_message(events.Paste("one\r\ntwo\rthree\n"))
        await pilot.pause()
        assert composer.text == "one\ntwo\nthree\n"
        assert sent.of(Composer.Submitted) == []
        await pilot.press("x")
        assert composer.text == "one\ntwo\nthree\nx"


async def test_huge_paste_is_a_chip_until_it_is_sent() -> None:
    composer = Composer()
    huge = "a line of text that goes on\n" * 37_450
    async with running(composer) as (pilot, sent):
        started = time.process_time()
        composer.post_message(events.Paste("before "))
        composer.post_message(events.Paste(huge))
        composer.post_message(events.Paste(" after"))
        await pilot.pause()
        assert time.process_time() - started < 2
        assert "before [pasted 1,024 KB #1] after" in screen_text(pilot.app)
        await pilot.press("enter")
        await pilot.pause()
        assert [message.text for message in sent.of(Composer.Submitted)] == [f"before {huge} after"]


async def test_a_typed_chip_is_only_text() -> None:
    composer = Composer()
    async with running(composer):
        composer.set_text("[pasted 9 KB #7] and \\1")
        assert composer.text == "[pasted 9 KB #7] and \\1"


async def test_set_text_and_clear() -> None:
    composer = Composer()
    async with running(composer) as (pilot, _):
        composer.set_text("a draft")
        await pilot.press("!")
        assert composer.text == "a draft!"
        composer.text = "another"
        assert composer.text == "another"
        composer.clear()
        assert composer.text == ""


async def test_grows_with_its_text_up_to_a_third_of_the_screen() -> None:
    composer = Composer()
    async with running(composer, size=(80, 30)) as (pilot, _):
        assert composer.size.height == 1
        await pilot.press("a", "ctrl+j", "b", "ctrl+j", "c")
        await pilot.pause()
        assert composer.size.height == 3
        composer.set_text("line\n" * 50)
        await pilot.pause()
        assert composer.outer_size.height == 10
        await pilot.resize_terminal(80, 15)
        await pilot.pause()
        assert composer.outer_size.height == 5
        composer.clear()
        await pilot.pause()
        assert composer.size.height == 1


async def test_long_lines_wrap() -> None:
    composer = Composer()
    async with running(composer, size=(40, 40)) as (pilot, _):
        composer.set_text("word " * 20)
        await pilot.pause()
        assert composer.size.height > 2


async def test_draft_comes_once_after_a_pause() -> None:
    composer = Composer()
    async with running(composer) as (pilot, sent):
        await pilot.press("a", "b", "c")
        await wait_until(pilot, lambda: bool(sent.of(Composer.DraftChanged)))
        assert [message.text for message in sent.of(Composer.DraftChanged)] == ["abc"]
        composer.clear()
        await wait_until(pilot, lambda: len(sent.of(Composer.DraftChanged)) == 2)
        assert sent.of(Composer.DraftChanged)[1].text == ""


async def test_escape_is_left_to_the_screen() -> None:
    stops: list[str] = []

    class Stoppable(Host):
        BINDINGS: ClassVar[list[BindingType]] = [("escape", "stop", "Stop")]

        def action_stop(self) -> None:
            stops.append(composer.text)

    composer = Composer()
    async with Stoppable(composer).run_test() as pilot:
        await pilot.press("a", "escape")
        await pilot.pause()
        assert stops == ["a"]
        assert composer.has_focus


async def test_page_keys_are_left_to_the_screen_while_there_is_one_page() -> None:
    pages: list[str] = []

    class Paged(Host):
        BINDINGS: ClassVar[list[BindingType]] = [("pageup", "page", "Page")]

        def action_page(self) -> None:
            pages.append("up")

    composer = Composer()
    async with Paged(composer).run_test() as pilot:
        await pilot.press("a", "pageup")
        assert pages == ["up"]
        composer.set_text("line\n" * 50)
        await pilot.pause()
        await pilot.press("pageup")
        assert pages == ["up"]
        assert composer.cursor_location[0] < 50


async def test_the_inner_clipboard_is_sanitised_too() -> None:
    composer = Composer()
    async with running(composer) as (pilot, _):
        pilot.app.copy_to_clipboard("x" * 30_000 + "\x1b[0m")
        await pilot.press("ctrl+v")
        await pilot.pause()
        assert "[pasted 29 KB #1]" in screen_text(pilot.app)
        assert "\x1b" not in composer.text


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_inert(text: str) -> None:
    composer = Composer()
    async with running(composer) as (pilot, sent):
        composer.post_message(events.Paste(text))
        await pilot.pause()
        assert_inert(pilot.app)
        composer.set_text(text)
        await pilot.press("enter")
        await pilot.pause()
        assert_inert(pilot.app)
        for message in sent.of(Composer.Submitted):
            assert "\x1b" not in message.text
            assert "\r" not in message.text


async def test_editing_keys_keep_their_order_too() -> None:
    composer = Composer()
    async with running(composer) as (pilot, _):
        composer.set_text("Tell me of cats")
        names = [*["backspace"] * 4, *"dogs", "home", *"Now", "space", "end", "left", "x"]
        for name in names:
            character = " " if name == "space" else name if len(name) == 1 else None
            composer.post_message(events.Key(name, character))
        await pilot.pause()
        assert composer.text == "Now Tell me of dogxs"
