from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.messages import Role
from tests.widgets.bench_transcript import FOOTER, conversation
from tests.widgets.hosts import Clock, running, screen_text, wait_until
from tests.widgets.messages import answer, lines, messages_in_view, question, stream
from widgets.height_index import HeightIndex
from widgets.transcript import Transcript
from widgets.views import AnswerFooter, MessageState, MessageView, NoticeView


@given(st.lists(st.integers(0, 9), max_size=40), st.data())
def test_height_index_agrees_with_plain_sums(heights: list[int], data: st.DataObject) -> None:
    half = len(heights) // 2
    index = HeightIndex(heights[:half])
    for height in heights[half:]:
        index.append(height)
    if heights:
        row = data.draw(st.integers(0, len(heights) - 1))
        index[row] = heights[row] = 5
    assert len(index) == len(heights)
    assert index.total == sum(heights)
    assert [index.start(row) for row in range(len(heights))] == [
        sum(heights[:row]) for row in range(len(heights))
    ]
    for line in range(sum(heights)):
        row = index.find(line)
        assert index.start(row) <= line < index.start(row) + index[row]
    assert index.find(sum(heights)) == len(heights)


# -- what is shown


async def test_question_answer_and_footer() -> None:
    transcript = Transcript()
    async with running(transcript):
        transcript.show([question("q", "Why?"), answer("a", "Because **so**.")])
        assert lines(transcript) == [
            "",
            "▌ You",
            "▌ Why?",
            "",
            "  Because so.",
            "",
            "  groq · openai/gpt-oss-120b · 1.2 s (first 0.3 s) · 812→143 tok · $0.0004",
            "  cheapest of 3",
        ]


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (MessageState.STOPPED, "■ stopped"),
        (MessageState.FAILED, "✗ failed"),
        (MessageState.INTERRUPTED, "✗ interrupted"),
    ],
)
async def test_an_answer_says_when_it_is_not_whole(state: MessageState, word: str) -> None:
    transcript = Transcript()
    async with running(transcript):
        transcript.begin_answer("a")
        transcript.append_text("a", "half")
        transcript.finish_answer("a", None, state)
        assert lines(transcript) == ["", "  half", "", f"  {word}", "  r answer again · o continue"]
        assert transcript.message("a").state is state


def test_unknown_numbers_are_left_out() -> None:
    assert AnswerFooter("p", "m").parts() == ["p", "m", "?"]
    assert AnswerFooter("p", "m", input_tokens=1200).parts() == ["p", "m", "1,200→? tok", "?"]


async def test_clear_and_show_replace_everything() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show(conversation(50))
        transcript.clear()
        await pilot.pause()
        assert "".join(messages_in_view(pilot)).strip() == ""
        transcript.show([question("q", "again")])
        await pilot.pause()
        assert "again" in screen_text(pilot.app)


async def test_a_message_shown_before_the_first_layout_appears() -> None:
    transcript = Transcript()
    transcript.show([question("q", "early")])
    async with running(transcript) as (pilot, _):
        assert "early" in screen_text(pilot.app)


async def test_what_happens_out_of_sight_is_there_when_it_is_shown() -> None:
    transcript = Transcript()
    transcript.display = False
    async with running(transcript) as (pilot, _):
        for key in ("a", "b"):
            transcript.append(question(f"q{key}", "x\n" * 40))
            transcript.begin_answer(key)
            await stream(pilot, transcript, key, f"answer {key}")
            transcript.display = True
            await pilot.pause()
            assert f"answer {key}" in screen_text(pilot.app)
            transcript.display = False
            await pilot.pause()


async def test_an_empty_answer_takes_no_room() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        empty = MessageView("e", Role.ASSISTANT, "")
        transcript.show([empty, question("q", "x"), MessageView("f", Role.ASSISTANT, "")])
        await pilot.press("home", "end")
        assert lines(transcript) == ["", "▌ You", "▌ x"]


# -- growth


async def test_text_is_painted_within_a_moment() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.begin_answer("a", "groq")
        transcript.append_text("a", "Hel")
        transcript.append_text("a", "lo")
        await wait_until(pilot, lambda: "Hello" in screen_text(pilot.app))
        assert "● groq …" in screen_text(pilot.app)
        transcript.finish_answer("a", FOOTER)
        await pilot.pause()
        assert "● groq" not in screen_text(pilot.app)
        assert transcript.message("a").text == "Hello"


async def test_the_end_resolves_links_defined_last() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.begin_answer("a")
        for part in ("See [it][r].\n\n", "More.\n\n", "[r]: https://r.example\n"):
            await stream(pilot, transcript, "a", part)
        assert "[it][r]" in screen_text(pilot.app)
        transcript.finish_answer("a", None)
        await pilot.pause()
        assert "it (https://r.example)" in screen_text(pilot.app)


async def test_waiting_counts_seconds_and_names_who() -> None:
    clock = Clock()
    transcript = Transcript(clock=clock)
    async with running(transcript) as (pilot, _):
        transcript.begin_answer("a", "groq")
        await pilot.pause()
        assert "○ waiting for groq … 0 s" in screen_text(pilot.app)
        clock.now += 7
        transcript.relabel("a", "google")
        transcript.flush()
        await pilot.pause()
        assert "○ waiting for google … 7 s" in screen_text(pilot.app)


async def test_an_interrupted_attempt_stays_to_read() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.begin_answer("a", "openai")
        transcript.append_text("a", "First half")
        transcript.mark_interrupted("a", "openai 503")
        transcript.note("a", NoticeView("openai 503, cooling 38 s → groq"))
        transcript.relabel("a", "groq")
        await stream(pilot, transcript, "a", "A fresh answer.")
        transcript.finish_answer("a", None)
        assert lines(transcript) == [
            "",
            "  ┊ First half",
            "  ↪ interrupted: openai 503",
            "  ↪ openai 503, cooling 38 s → groq",
            "",
            "  A fresh answer.",
        ]
        view = transcript.message("a")
        assert view.text == "A fresh answer."
        # A conversation that is opened again looks the same.
        again = lines(transcript)
        transcript.show([view])
        assert lines(transcript) == again


async def test_an_answer_under_way_can_be_shown_again() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.begin_answer("a")
        await stream(pilot, transcript, "a", "- one\n")
        half = transcript.message("a")
        transcript.show([question("other", "x")])
        assert not transcript.shows("a")
        transcript.show([half])
        assert transcript.shows("a")
        await stream(pilot, transcript, "a", "- two\n")
        transcript.finish_answer("a", None)
        assert lines(transcript) == ["", "  • one", "  • two"]


# -- reasoning


async def test_reasoning_streams_as_a_count_and_stays_folded() -> None:
    clock = Clock()
    transcript = Transcript(clock=clock)
    async with running(transcript) as (pilot, _):
        transcript.begin_answer("a")
        clock.now += 3
        transcript.append_reasoning("a", "let me ")
        transcript.append_reasoning("a", "think")
        transcript.flush()
        await pilot.pause()
        assert "▸ thinking … 3 s · 3 words" in screen_text(pilot.app)
        await stream(pilot, transcript, "a", "So.")
        assert "▸ reasoning (3 words)" in screen_text(pilot.app)
        assert "let me think" not in screen_text(pilot.app)
        transcript.toggle_reasoning()
        await pilot.pause()
        assert "▾ reasoning (3 words)" in screen_text(pilot.app)
        assert "┊ let me think" in screen_text(pilot.app)
        transcript.toggle_reasoning("a")
        await pilot.pause()
        assert "let me think" not in screen_text(pilot.app)


async def test_a_click_unfolds_reasoning() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show([answer("a", "So.", "hidden thought")])
        await pilot.pause()
        await pilot.click(Transcript, offset=(4, 1))
        await pilot.pause()
        assert "hidden thought" in screen_text(pilot.app)
        await pilot.click(Transcript, offset=(4, 2))
        await pilot.pause()
        assert "hidden thought" in screen_text(pilot.app)


async def test_toggle_without_reasoning_does_nothing() -> None:
    transcript = Transcript()
    async with running(transcript):
        transcript.toggle_reasoning()
        transcript.show(conversation(4))
        transcript.toggle_reasoning()
