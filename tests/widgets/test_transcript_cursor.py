# ruff: noqa: RUF001  the cursor's mark looks like >
from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.widgets.bench_transcript import conversation
from tests.widgets.hosts import painted, running, screen_text
from tests.widgets.messages import answer, question, stream
from widgets.message_commands import MessageCommand
from widgets.transcript import Transcript


def marked(pilot: Pilot[None]) -> list[str]:
    """Return the lines that have the cursor's mark, without it."""
    return [line[1:-1].strip() for line in painted(pilot.app) if line[0] in "❯┃"]


async def test_the_current_message_is_marked_while_the_focus_is_there() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show([question("q", "Why?"), answer("a", "Because.")])
        transcript.focus()
        await pilot.press("k")
        assert transcript.current == "q"
        assert marked(pilot) == ["You", "Why?"]
        assert painted(pilot.app)[1][0] == "❯"
        await pilot.press("j")
        assert transcript.current == "a"
        assert marked(pilot)[0] == "Because."
        assert "esc back" in painted(pilot.app)[-1]

        pilot.app.set_focus(None)
        await pilot.pause()
        assert marked(pilot) == []
        assert "esc back" not in screen_text(pilot.app)
        assert transcript.current == "a"


async def test_the_cursor_starts_on_the_newest_message_in_view() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        pilot.app.set_focus(None)
        await pilot.pause()
        transcript.show(conversation(40))
        await pilot.pause()
        assert transcript.current is None
        transcript.focus()
        await pilot.pause()
        assert transcript.current == "a39"


async def test_moving_meets_every_message_in_turn() -> None:
    transcript = Transcript()
    async with running(transcript, size=(60, 20)) as (pilot, _):
        transcript.show(conversation(20))
        transcript.focus()
        await pilot.press("home")
        met = [transcript.current]
        for _ in range(80):
            await pilot.press("j")
            if transcript.current != met[-1]:
                met.append(transcript.current)
            assert marked(pilot)
        assert met == [message.key for message in conversation(20)]
        for _ in range(80):
            await pilot.press("ctrl+up")
            if transcript.current != met[-1]:
                met.append(transcript.current)
        assert met[20:] == [message.key for message in conversation(20)][-2::-1]
        assert transcript.scroll_offset.y == 0


@pytest.mark.parametrize(("there", "back"), [("j", "k"), ("ctrl+down", "ctrl+up")])
async def test_a_long_message_is_read_through_before_the_cursor_moves_on(
    there: str, back: str
) -> None:
    transcript = Transcript()
    text = "\n\n".join(f"paragraph {n}" for n in range(40))
    async with running(transcript) as (pilot, _):
        transcript.show([question("q", "Why?"), answer("a", text), question("p", "And?")])
        transcript.focus()
        await pilot.press("home", there)
        assert transcript.current == "a"
        seen = screen_text(pilot.app)
        while transcript.current == "a":
            await pilot.press(there)
            await pilot.pause()
            seen += screen_text(pilot.app)
        assert all(f"paragraph {n}" in seen for n in range(40))
        assert transcript.current == "p"
        await pilot.press(back)
        await pilot.pause()
        assert transcript.current == "a"
        seen = screen_text(pilot.app)
        while transcript.current == "a":
            await pilot.press(back)
            await pilot.pause()
            seen += screen_text(pilot.app)
        assert all(f"paragraph {n}" in seen for n in range(40))
        assert transcript.current == "q"


async def test_scrolling_takes_the_cursor_along() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show(conversation(40))
        transcript.focus()
        await pilot.press("g")
        assert transcript.current == "q0"
        await pilot.press("pagedown", "pagedown", "pagedown")
        assert transcript.current not in {"q0", "a39"}
        assert marked(pilot)
        await pilot.press("G")
        assert transcript.current == "a39"


async def test_go_to_brings_a_message_into_view() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show(conversation(200))
        transcript.focus()
        for key in ("q100", "a7", "q198", "q0"):
            transcript.go_to(key)
            await pilot.pause()
            assert transcript.current == key
            assert marked(pilot)
            if key.startswith("q"):
                assert marked(pilot) == ["You", f"Question number {key[1:]}?"]
        with pytest.raises(KeyError):
            transcript.go_to("nobody")


async def test_the_cursor_stays_where_it_is_while_an_answer_grows() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show(conversation(40))
        transcript.focus()
        transcript.go_to("q10")
        await pilot.pause()
        before = marked(pilot)
        transcript.begin_answer("new")
        await stream(pilot, transcript, "new", "text\n\n" * 30)
        assert transcript.current == "q10"
        assert marked(pilot) == before


async def test_an_empty_conversation_takes_every_key() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, sent):
        transcript.focus()
        for key in ("j", "k", "v", "y", "n", "N", "up", "pageup", "space", "home", "end"):
            await pilot.press(key)
        assert sent.of(Transcript.Wanted) == []
        await pilot.press("enter", "escape")
        assert [(wanted.command, wanted.key) for wanted in sent.of(Transcript.Wanted)] == [
            (MessageCommand.MENU, None),
            (MessageCommand.LEAVE, None),
        ]
