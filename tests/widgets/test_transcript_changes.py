# ruff: noqa: RUF001  the angles around a version look like < and >
from __future__ import annotations

import pytest

from providers.messages import Role
from tests.widgets.bench_transcript import FOOTER, conversation
from tests.widgets.hosts import HOSTILE, assert_inert, painted, running, screen_text, wait_until
from tests.widgets.messages import answer, question, stream
from widgets.transcript import Transcript
from widgets.views import MessageState, MessageView

CUT = MessageView("cut", Role.ASSISTANT, "half an", state=MessageState.STOPPED, footer=FOOTER)


async def test_hostile_words_are_painted_inert() -> None:
    transcript = Transcript()
    async with running(transcript, size=(100, 60)) as (pilot, _):
        for text in (*HOSTILE, "x" * 1_000_000):
            asked = MessageView("q", Role.USER, text, attachments=(text, text, ""), versions=2)
            rated = MessageView("a", Role.ASSISTANT, text, rating=text, version=2, versions=2)
            transcript.show([asked, rated], at="q")
            transcript.focus()
            await pilot.press("home", "j")
            assert_inert(pilot.app)


async def test_versions_attachments_and_rating_are_painted() -> None:
    transcript = Transcript()
    async with running(transcript, size=(120, 24)) as (pilot, _):
        asked = MessageView(
            "q", Role.USER, "Why?", version=2, versions=3, attachments=("plot.png", "[/] x.csv")
        )
        told = MessageView("a", Role.ASSISTANT, "So.", footer=FOOTER, version=1, versions=2)
        transcript.show([asked, told])
        await pilot.pause()
        shown = screen_text(pilot.app)
        assert "You ‹2/3›" in shown
        assert "▌ + plot.png\n▌ + [/] x.csv" in shown.replace("❯", "▌").replace("┃", "▌")
        assert "‹1/2› · groq" in shown

        transcript.update(
            MessageView(
                "a", Role.ASSISTANT, "So.", footer=FOOTER, version=2, versions=2, rating="▲ good"
            )
        )
        await pilot.pause()
        assert "‹2/2› · ▲ good · groq" in screen_text(pilot.app)
        assert transcript.message("a").rating == "▲ good"
        with pytest.raises(KeyError):
            transcript.update(question("nobody", "x"))


async def test_an_update_of_a_growing_answer_keeps_its_text() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.begin_answer("a", "groq", version=2, versions=2)
        await stream(pilot, transcript, "a", "one ")
        assert "‹2/2› · ● groq" in screen_text(pilot.app)
        transcript.update(MessageView("a", Role.ASSISTANT, "stale", version=3, versions=3))
        await stream(pilot, transcript, "a", "two")
        assert "one two" in screen_text(pilot.app)
        transcript.finish_answer("a", FOOTER)
        await pilot.pause()
        assert "‹3/3› · groq" in screen_text(pilot.app)


async def test_an_update_keeps_reasoning_unfolded() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show([answer("a", "So.", "a thought")])
        transcript.toggle_reasoning("a")
        transcript.update(MessageView("a", Role.ASSISTANT, "New.", "another thought"))
        await pilot.pause()
        assert "another thought" in screen_text(pilot.app)
        assert "New." in screen_text(pilot.app)


async def test_truncate_removes_a_message_and_all_below_it() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show(conversation(40))
        transcript.focus()
        transcript.begin_answer("growing")
        await stream(pilot, transcript, "growing", "text")
        transcript.truncate("q20")
        await pilot.pause()
        assert not transcript.shows("q20")
        assert not transcript.shows("growing")
        assert transcript.current == "a19"
        assert transcript.following
        transcript.append(question("q20", "anew"))
        transcript.begin_answer("growing")
        await stream(pilot, transcript, "growing", "fresh text")
        await wait_until(pilot, lambda: "fresh text" in screen_text(pilot.app))
        assert "anew" in screen_text(pilot.app)
        await pilot.press("home", *["pagedown"] * 30)
        assert "fresh text" in screen_text(pilot.app)
        transcript.truncate("q0")
        await pilot.pause()
        assert transcript.current is None
        with pytest.raises(KeyError):
            transcript.truncate("q0")


async def test_truncate_below_the_view_moves_nothing() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show(conversation(40), at="q4")
        await pilot.pause()
        before = painted(pilot.app)
        transcript.truncate("q30")
        await pilot.pause()
        # The scrollbar may say that less is below.
        assert [line[:-1] for line in painted(pilot.app)] == [line[:-1] for line in before]


async def test_show_at_a_message_has_it_current_and_in_view() -> None:
    transcript = Transcript()
    # Before there is a size as well as after.
    transcript.show(conversation(100), at="q40")
    async with running(transcript) as (pilot, _):
        await pilot.pause()
        assert "Question number 40?" in screen_text(pilot.app)
        assert transcript.current == "q40"
        assert not transcript.following
        for at in ("q10", "q98", "a99"):
            transcript.show(conversation(100), at=at)
            await pilot.pause()
            assert transcript.current == at
            assert f"Question number {98 if at == 'a99' else at[1:]}?" in screen_text(pilot.app)
        with pytest.raises(KeyError):
            transcript.show(conversation(3), at="nobody")


async def test_code_blocks_are_exactly_the_source() -> None:
    transcript = Transcript()
    text = (
        "```py title\n\tx = 1  \n\n```\n\n- item\n\n  ```\n  nested\n  ```\n\n"
        "> ```c\n> int y;\n> ```\n\n    indented\n"
    )
    async with running(transcript):
        transcript.show([question("q", text), answer("a", text)])
        assert transcript.code_blocks("q") == []
        assert transcript.code_blocks("a") == [
            ("py", "\tx = 1  \n"),
            ("", "nested"),
            ("c", "int y;"),
            ("", "indented"),
        ]
        with pytest.raises(KeyError):
            transcript.code_blocks("nobody")


@pytest.mark.parametrize(
    ("view", "offer"),
    [
        (CUT, "r answer again · o continue"),
        (MessageView("f", Role.ASSISTANT, "", state=MessageState.FAILED), "r answer again"),
        (MessageView("w", Role.ASSISTANT, "whole", footer=FOOTER), ""),
    ],
)
async def test_an_answer_that_was_cut_says_what_can_be_done(view: MessageView, offer: str) -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show([view])
        await pilot.pause()
        offers = [line[1:-1].strip() for line in painted(pilot.app)[:-1] if "again" in line]
        assert offers == ([offer] if offer else [])
