"""Completions come while the person types, and are never in the way."""

from __future__ import annotations

import asyncio

import pytest

from tests.widgets.completing import NAMES, Known, opened, settled, writing
from tests.widgets.hosts import HOSTILE, assert_inert, painted, screen_text, wait_until
from widgets.completion import Completion, CompletionSet
from widgets.composer import Composer


async def test_the_list_stands_above_the_composer_and_takes_no_focus() -> None:
    async with writing(Known()) as part:
        pilot, _, composer, listed = part
        before = composer.region
        await opened(part, "slash")
        assert composer.has_focus
        assert composer.region == before, "nothing moves"
        assert listed.region.bottom == composer.region.y
        assert listed.region.height == len(NAMES)
        assert "/help     help!" in screen_text(pilot.app)


async def test_at_most_eight_are_in_view() -> None:
    known = Known(tuple(Completion(f"/a{number:02}", f"/a{number:02}") for number in range(30)))
    async with writing(known) as part:
        await opened(part, "slash", "a")
        assert part[3].region.height == 8
        await part[0].press(*["down"] * 10)
        await part[0].pause()
        assert "/a10" in screen_text(part[0].app)


@pytest.mark.parametrize("key", ["tab", "enter"])
async def test_a_key_accepts_what_is_highlighted(key: str) -> None:
    async with writing(Known()) as part:
        pilot, sent, composer, listed = part
        await opened(part, "a", "space", "slash", "h")
        await pilot.press("down", key)
        await settled(part)
        assert composer.text == "a /history"
        assert composer.cursor_location == (0, 10)
        assert not listed.is_open
        assert composer.has_focus
        assert sent.of(Composer.Submitted) == []


async def test_the_arrows_go_round() -> None:
    async with writing(Known()) as part:
        pilot, _, composer, _ = part
        composer.set_history(["before"])
        await opened(part, "slash")
        await pilot.press("up", "tab")
        assert composer.text == "/quit"
        composer.clear()
        await opened(part, "slash")
        await pilot.press("down", "down", "down", "down", "tab")
        assert composer.text == "/help"


async def test_enter_sends_what_is_typed_completely() -> None:
    async with writing(Known()) as part:
        pilot, sent, _, listed = part
        await opened(part, "slash", "q", "u", "i", "t")
        await settled(part)
        assert listed.is_open
        await pilot.press("enter")
        await pilot.pause()
        assert [message.text for message in sent.of(Composer.CommandGiven)] == ["/quit"]
        assert not listed.is_open


async def test_escape_closes_the_list_and_only_then_is_the_screens() -> None:
    async with writing(Known()) as part:
        pilot, _, composer, listed = part
        await opened(part, "slash")
        assert composer.close_completions()
        assert not listed.is_open
        assert not composer.close_completions()
        await pilot.press("h")
        await settled(part)
        assert not listed.is_open, "dismissed for this word"
        await pilot.press("space")
        await settled(part)
        await opened(part, "slash")
        await pilot.press("escape")
        assert not listed.is_open


async def test_a_cleared_composer_forgets_what_was_dismissed() -> None:
    async with writing(Known()) as part:
        await opened(part, "slash")
        part[2].close_completions()
        part[2].clear()
        await opened(part, "slash")


async def test_one_question_at_a_time_and_stale_answers_are_dropped() -> None:
    known = Known()
    async with writing(known) as part:
        pilot, _, composer, listed = part
        known.go.clear()
        await pilot.press("slash", "h")
        await wait_until(pilot, lambda: bool(known.asked))
        await pilot.press("i", "s")
        await settled(part)
        assert not listed.is_open
        known.go.set()
        await wait_until(pilot, lambda: listed.is_open)
        assert [item.insert for item in [listed.current] if item] == ["/history"]
        assert known.busiest == 1
        assert known.asked[-1] == ("/his", 4)
        assert len(known.asked) == 2
        assert composer.text == "/his", "typing went on meanwhile"


async def test_tab_that_is_ahead_of_the_answer_waits_for_it() -> None:
    known = Known()
    async with writing(known) as part:
        known.go.clear()
        await part[0].press("slash", "f", "tab")
        known.go.set()
        await wait_until(part[0], lambda: part[2].text == "/find")
        assert part[2].has_focus


async def test_tab_in_prose_goes_to_the_next_widget() -> None:
    async with writing(Known()) as part:
        await part[0].press("h", "i", "tab")
        await wait_until(part[0], lambda: not part[2].has_focus)
        assert part[2].text == "hi"


async def test_enter_that_is_ahead_of_the_answer_sends() -> None:
    known = Known()
    async with writing(known) as part:
        pilot, sent, _, listed = part
        known.go.clear()
        await pilot.press("slash", "q", "enter")
        await pilot.pause()
        assert [message.text for message in sent.of(Composer.CommandGiven)] == ["/q"]
        known.go.set()
        await settled(part)
        assert not listed.is_open


async def test_what_goes_on_is_completed_again() -> None:
    known = Known((Completion("/a/", "a/", more=True), Completion("/a/b", "b")))

    async def in_folders(text: str, cursor: int) -> CompletionSet | None:
        await asyncio.sleep(0)
        found = [
            item for item in known.items if item.insert.startswith(text) and item.insert != text
        ]
        return CompletionSet(0, cursor, tuple(found[:1]))

    async with writing(known) as part:
        part[2].set_completer(in_folders)
        await opened(part, "slash")
        await part[0].press("tab")
        assert part[2].text == "/a/"
        await wait_until(part[0], lambda: part[3].is_open)
        await part[0].press("tab")
        assert part[2].text == "/a/b"


async def test_moving_the_cursor_away_closes_the_list() -> None:
    async with writing(Known()) as part:
        await opened(part, "slash", "h")
        await part[0].press("home")
        await wait_until(part[0], lambda: not part[3].is_open)


async def test_history_and_set_text_offer_nothing() -> None:
    known = Known()
    async with writing(known) as part:
        pilot, _, composer, listed = part
        composer.set_history(["look at /h"])
        await pilot.press("up")
        await settled(part)
        composer.set_text("/h")
        await settled(part)
        assert not listed.is_open
        assert known.asked == []


async def test_a_click_accepts() -> None:
    async with writing(Known()) as part:
        pilot, _, composer, listed = part
        await opened(part, "slash")
        await pilot.click(listed, offset=(3, 1))
        await wait_until(pilot, lambda: composer.text == "/history")
        assert composer.has_focus


async def test_a_completer_that_fails_leaves_the_composer_usable() -> None:
    async def failing(_text: str, _cursor: int) -> CompletionSet | None:
        raise OSError("the disk is gone")

    async with writing(Known()) as part:
        part[2].set_completer(failing)
        await part[0].press("slash", "x")
        await settled(part)
        await part[0].press("y")
        assert part[2].text == "/xy"
        part[2].set_completer(Known())
        part[2].clear()
        await opened(part, "slash")


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_completions_are_inert(text: str) -> None:
    item = Completion(f"/{text}", text, text)

    async def hostile(_text: str, cursor: int) -> CompletionSet | None:
        return CompletionSet(0, cursor, (item, Completion("/b", "b")))

    async with writing(Known()) as part:
        part[2].set_completer(hostile)
        await opened(part, "slash")
        assert_inert(part[0].app)
        assert len(painted(part[0].app)) == 24
        await part[0].press("tab")
        await settled(part)
        assert_inert(part[0].app)
        assert "\x1b" not in part[2].text
        assert "\n" not in part[2].text
