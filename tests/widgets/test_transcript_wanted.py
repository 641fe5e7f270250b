# ruff: noqa: RUF001  the angles around a version look like < and >
from __future__ import annotations

import pytest
from textual.pilot import Pilot

from providers.messages import Role
from tests.widgets.bench_transcript import FOOTER, conversation
from tests.widgets.hosts import Sent, painted, running, screen_text
from tests.widgets.messages import answer, question
from widgets.message_commands import COMMAND_KEYS, MessageCommand
from widgets.transcript import Transcript
from widgets.views import MessageState, MessageView

CUT = MessageView("cut", Role.ASSISTANT, "half an", state=MessageState.STOPPED, footer=FOOTER)


def wanted(sent: Sent) -> list[tuple[MessageCommand, str | None, int]]:
    return [(w.command, w.key, w.number) for w in sent.of(Transcript.Wanted)]


async def click_on(pilot: Pilot[None], text: str) -> None:
    y = next(y for y, line in enumerate(painted(pilot.app)) if text in line)
    await pilot.click(offset=(painted(pilot.app)[y].index(text), y))
    await pilot.pause()


@pytest.mark.parametrize(
    ("key", "command", "number"),
    [
        ("enter", MessageCommand.MENU, 0),
        ("c", MessageCommand.COPY, 0),
        ("1", MessageCommand.COPY_CODE, 1),
        ("9", MessageCommand.COPY_CODE, 9),
        ("C", MessageCommand.COPY_CHAT, 0),
        ("e", MessageCommand.EDIT, 0),
        ("r", MessageCommand.AGAIN, 0),
        ("R", MessageCommand.AGAIN_WITH, 0),
        ("o", MessageCommand.CONTINUE, 0),
        ("left", MessageCommand.OLDER, 0),
        ("right", MessageCommand.NEWER, 0),
        ("+", MessageCommand.RATE_UP, 0),
        ("-", MessageCommand.RATE_DOWN, 0),
        ("d", MessageCommand.DELETE, 0),
        ("u", MessageCommand.UNDO, 0),
        ("x", MessageCommand.EXPLAIN, 0),
        ("i", MessageCommand.INSPECT, 0),
        ("/", MessageCommand.FIND, 0),
        ("escape", MessageCommand.LEAVE, 0),
    ],
)
async def test_each_key_says_what_is_wanted(key: str, command: MessageCommand, number: int) -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, sent):
        transcript.show([question("q", "Why?"), answer("a", "Because.")])
        transcript.focus()
        transcript.go_to("q")
        await pilot.press(key)
        assert wanted(sent) == [(command, "q", number)]


def test_every_command_has_a_key_of_its_own() -> None:
    assert {row.command for row in COMMAND_KEYS} == set(MessageCommand)
    keys = [key for row in COMMAND_KEYS for key in row.keys.split(",")]
    assert len(keys) == len(set(keys))


async def test_a_click_puts_the_cursor_there_and_words_can_be_clicked() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, sent):
        asked = MessageView("q", Role.USER, "Why?", version=2, versions=3)
        transcript.show([asked, CUT])
        transcript.focus()
        await click_on(pilot, "Why?")
        assert transcript.current == "q"
        await click_on(pilot, "half an")
        assert transcript.current == "cut"
        assert wanted(sent) == []
        await click_on(pilot, "answer again")
        await click_on(pilot, "continue")
        await click_on(pilot, "‹")
        await click_on(pilot, "›")
        assert wanted(sent) == [
            (MessageCommand.AGAIN, "cut", 0),
            (MessageCommand.CONTINUE, "cut", 0),
            (MessageCommand.OLDER, "q", 0),
            (MessageCommand.NEWER, "q", 0),
        ]


async def test_a_click_on_the_way_back_goes_to_the_end() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show(conversation(40))
        transcript.focus()
        assert "↓ End" not in painted(pilot.app)[-1]
        await pilot.press("pageup", "pageup")
        assert "↓ End" in painted(pilot.app)[-1]
        await click_on(pilot, "↓ End")
        assert transcript.following
        assert "↓ End" not in painted(pilot.app)[-1]


# -- the hint


async def test_the_hint_suits_the_message_and_the_width() -> None:
    transcript = Transcript()
    code = "\n\n".join(f"```py\n{n}\n```" for n in range(3))
    async with running(transcript, size=(140, 24)) as (pilot, _):
        one = MessageView("b", Role.ASSISTANT, code, version=1, versions=2, footer=FOOTER)
        transcript.show([question("q", "Why?"), one, CUT])
        transcript.focus()
        hints = []
        for key in ("q", "b", "cut"):
            transcript.go_to(key)
            await pilot.pause()
            hints.append(painted(pilot.app)[-1])
        assert "e edit" in hints[0]
        assert "copy code" not in hints[0]
        assert "1-3 copy code" in hints[1]
        assert "←→ versions" in hints[1]
        assert "o continue" in hints[2]
        for width in (80, 30, 12, 5):
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            assert len(painted(pilot.app)[-1]) == width
            assert ("esc back" in painted(pilot.app)[-1]) == (width >= 12)


async def test_a_low_terminal_keeps_every_line_for_text() -> None:
    transcript = Transcript()
    async with running(transcript, size=(40, 4)) as (pilot, _):
        transcript.show([question("q", "Why?"), answer("a", "Because.")])
        transcript.focus()
        await pilot.press("home")
        assert "esc back" not in screen_text(pilot.app)
        await pilot.press("j", "end")
        assert transcript.following
