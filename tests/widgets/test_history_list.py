"""The list of conversations and its line of keys, by themselves."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.widgets.hosts import HOSTILE, assert_inert, running, screen_text
from widgets.history_commands import HISTORY_KEYS, HistoryCommand
from widgets.history_hint import HistoryHint
from widgets.history_list import ConversationView, HistoryList


def views(*ids: int) -> list[ConversationView]:
    return [ConversationView(each, f"Title {each}", "today", 2, "$0.01") for each in ids]


def titles(history: HistoryList) -> list[str]:
    return [str(option.prompt).split("\n")[0] for option in history.options]


async def cursor_at(pilot: Pilot[None], history: HistoryList, place: int) -> None:
    history.highlighted = place
    await pilot.pause()


@pytest.mark.parametrize(
    ("left", "at", "expected"),
    [
        ((3, 1, 2, 4), None, 3),  # it moved
        ((1, 2, 4), None, 4),  # it went: the next one
        ((1, 2), None, 2),  # the last one went
        ((1, 2, 3, 4), 1, 1),  # another one is asked for
        ((1, 2, 3, 4), 9, 3),  # which is not there
        ((1, 4), 9, 4),
    ],
)
async def test_the_cursor_stays(left: tuple[int, ...], at: int | None, expected: int) -> None:
    history = HistoryList(views(1, 2, 3, 4))
    async with running(history) as (pilot, _):
        await cursor_at(pilot, history, 2)
        history.update(views(*left), at=at)
        await pilot.pause()
        assert history.current == views(expected)[0]


async def test_what_is_in_view_stays_in_view() -> None:
    history = HistoryList(views(*range(100)))
    async with running(history) as (pilot, _):
        await cursor_at(pilot, history, 50)
        history.scroll_to(y=95, animate=False, immediate=True)
        await pilot.pause()
        history.update(views(*(n for n in range(100) if n != 50)))
        await pilot.pause()
        assert history.scroll_offset.y == 95
        assert history.current == views(51)[0]
        assert "Title 51" in screen_text(pilot.app)
        history.show(views(*range(10)))
        await pilot.pause()
        assert (history.scroll_offset.y, history.current) == (0, views(0)[0])


async def test_an_answer_under_way_is_marked_wherever_it_is_listed() -> None:
    history = HistoryList(views(1, 2))
    async with running(history) as (pilot, _):
        history.mark(frozenset({2, 3}))
        await pilot.pause()
        assert screen_text(pilot.app).count("● answering · today") == 1
        history.update(views(3, 1, 2))
        await pilot.pause()
        assert screen_text(pilot.app).count("● answering · today") == 2
        history.mark(frozenset())
        await pilot.pause()
        assert "answering" not in screen_text(pilot.app)
        assert history.current == views(1)[0]


async def test_what_is_said_below_the_list_changes_alone() -> None:
    history = HistoryList(views(1, 2))
    async with running(history) as (pilot, _):
        first = history.options[0]
        for words in ("… more", "… 7 more", "… 7 more", ""):
            history.say_more(words)
            await pilot.pause()
            assert titles(history) == ["Title 1", "Title 2", *filter(None, [words])]
        history.update(views(1, 2), more="… 9 more")
        assert titles(history)[-1] == "… 9 more"
        assert history.options[0] is first
        history.focus()
        await pilot.press("end", "down")
        assert history.current == views(1)[0], "the cursor went onto what is only said"
        history.show((), "Nothing found")
        history.say_more("… more")
        await pilot.pause()
        assert titles(history) == ["Nothing found"]


async def test_each_key_gives_its_command() -> None:
    history = HistoryList(views(1))
    async with running(history) as (pilot, sent):
        history.focus()
        await pilot.press(*(each.name for each in HISTORY_KEYS))
        await pilot.pause()
        assert [each.command for each in sent.of(HistoryList.Wanted)] == list(HistoryCommand)


async def test_a_hit_is_opened_at_its_message() -> None:
    hit = ConversationView(4, "Hit", "today", 2, "", snippet="word", message_id=17)
    history = HistoryList([hit])
    async with running(history) as (pilot, sent):
        history.focus()
        await pilot.press("enter")
        await pilot.pause()
        assert [(each.id, each.message_id) for each in sent.of(HistoryList.Opened)] == [(4, 17)]


@pytest.mark.parametrize("text", [*HOSTILE, "x" * 1_000_000])
async def test_hostile_facts_are_inert(text: str) -> None:
    hostile = ConversationView(
        1, text, text, 1, text, text, 1, pinned=True, tags=(text,) * 30, persona=text
    )
    async with running(HistoryList([hostile], empty=text)) as (pilot, _):
        assert_inert(pilot.app)
    hint = HistoryHint()
    async with running(hint) as (pilot, _):
        hint.show(searching=False, archive=True, tag=text)
        await pilot.resize_terminal(20, 2)
        await pilot.pause()
        assert_inert(pilot.app)


@pytest.mark.parametrize(
    ("width", "archive", "tag", "expected"),
    [
        (
            120,
            False,
            "",
            "p pin · a archive · t tags · r rename · d delete · u undo · x export"
            " · # tag · A archived · / search · esc back",
        ),
        (
            120,
            True,
            "",
            "Archive · p pin · a/A archive · t/# tags · r rename · d/u delete · x export"
            " · / search · esc back",
        ),
        (
            80,
            False,
            "",
            "p pin · a/A archive · t/# tags · r rename · d/u delete · x export · esc back",
        ),
        (
            80,
            False,
            "sky",
            "#sky · p pin · a/A archive · t/# tags · r rename · d/u delete · esc back",
        ),
        (30, True, "a very long tag", "Archive… · esc back"),
        (12, False, "", "esc back"),
    ],
)
async def test_the_keys_are_cut_to_the_width(
    width: int, archive: bool, tag: str, expected: str
) -> None:
    hint = HistoryHint()
    async with running(hint, (width, 3)) as (pilot, _):
        hint.show(searching=False, archive=archive, tag=tag)
        await pilot.pause()
        assert screen_text(pilot.app).strip() == expected


async def test_while_searching_the_line_says_how_to_reach_the_keys() -> None:
    async with running(HistoryHint()) as (pilot, _):
        assert "type to search · ↓ to the list and its keys" in screen_text(pilot.app)
