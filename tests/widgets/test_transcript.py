from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style
from textual.pilot import Pilot

from providers.messages import Role
from tests.widgets.bench_transcript import FOOTER, conversation
from tests.widgets.hosts import Clock, assert_inert, painted, running, screen_text, wait_until
from widgets.document import Document
from widgets.height_index import HeightIndex
from widgets.markdown.palette import Palette
from widgets.message_entry import Entry
from widgets.transcript import Transcript
from widgets.views import AnswerFooter, MessageState, MessageView, NoticeView


def question(key: str, text: str) -> MessageView:
    return MessageView(key, Role.USER, text)


def answer(key: str, text: str, reasoning: str = "") -> MessageView:
    return MessageView(key, Role.ASSISTANT, text, reasoning, footer=FOOTER)


def lines(transcript: Transcript) -> list[str]:
    """Return every line of the transcript, whether in view or not."""
    strips = (transcript.document.strip(y) for y in range(transcript.document.height))
    return [strip.text.rstrip() for strip in strips if strip is not None]


def messages_in_view(pilot: Pilot[None]) -> list[str]:
    """Return the screen without the scrollbar."""
    return [line[:-1] for line in painted(pilot.app)]


async def stream(pilot: Pilot[None], transcript: Transcript, key: str, text: str) -> None:
    transcript.append_text(key, text)
    transcript.flush()
    await pilot.pause()


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
        assert lines(transcript) == ["", "  half", "", f"  {word}"]
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
        assert screen_text(pilot.app).strip() == ""
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


# -- following


async def test_follows_the_end_only_while_it_is_in_view() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, sent):
        transcript.focus()
        transcript.show(conversation(40))
        transcript.begin_answer("a")
        await stream(pilot, transcript, "a", "newest line\n\n" * 10)
        assert "newest line" in screen_text(pilot.app)
        assert transcript.following

        await pilot.press("pageup", "pageup")
        await pilot.pause()
        before = messages_in_view(pilot)
        assert not transcript.following
        assert not transcript.new_text_below
        await stream(pilot, transcript, "a", "unseen line\n\n" * 10)
        assert transcript.new_text_below
        assert messages_in_view(pilot)[:-1] == before[:-1]
        assert "↓ new text below · End" in painted(pilot.app)[-1]
        assert sent.of(Transcript.FollowChanged)[-1].new_text_below

        await pilot.press("end")
        await pilot.pause()
        assert "unseen line" in screen_text(pilot.app)
        assert "new text below" not in screen_text(pilot.app)
        assert transcript.following
        assert sent.of(Transcript.FollowChanged)[-1].following


async def test_a_question_returns_to_the_end() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show(conversation(40))
        transcript.focus()
        await pilot.press("home")
        transcript.append(question("new", "And now?"))
        await pilot.pause()
        assert "And now?" in screen_text(pilot.app)


async def test_wheel_and_keys_scroll() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show(conversation(40))
        transcript.focus()
        await pilot.press("home")
        assert transcript.scroll_offset.y == 0
        await pilot.press("down", "j")
        assert transcript.scroll_offset.y == 2
        await pilot.press("up", "k")
        assert transcript.scroll_offset.y == 0
        await pilot.press("pagedown")
        assert transcript.scroll_offset.y > 10
        await pilot.press("end")
        assert transcript.is_vertical_scroll_end


async def test_scrolling_up_through_the_unseen_never_jumps() -> None:
    transcript = Transcript()
    async with running(transcript, size=(60, 20)) as (pilot, _):
        transcript.show(conversation(60))
        transcript.focus()
        await pilot.pause()
        for _ in range(80):
            before = messages_in_view(pilot)
            await pilot.press("up")
            assert messages_in_view(pilot)[1:] == before[:-1]


async def test_paging_to_the_top_and_back_meets_every_message() -> None:
    transcript = Transcript()
    async with running(transcript, size=(60, 20)) as (pilot, _):
        messages = [question(f"q{n}", f"number {n}. " + "word " * (n % 50)) for n in range(60)]
        transcript.show(messages)
        transcript.focus()
        await pilot.pause()
        seen = ""
        for _ in range(60):
            seen += screen_text(pilot.app)
            await pilot.press("pageup")
        assert all(f"number {n}." in seen for n in range(60))
        assert transcript.scroll_offset.y == 0


# -- sizes and colours


async def test_resizing_keeps_what_is_read() -> None:
    transcript = Transcript()
    async with running(transcript, size=(120, 30)) as (pilot, _):
        transcript.show(conversation(200))
        transcript.focus()
        await pilot.press("home", *["pagedown"] * 5)
        numbers = [line for line in painted(pilot.app) if "Question number" in line]
        for size in ((60, 30), (120, 30), (40, 12), (20, 5), (120, 30)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert all(len(line) <= size[0] for line in painted(pilot.app))
        assert numbers[0].rstrip() in screen_text(pilot.app)


async def test_a_resize_at_the_end_stays_at_the_end() -> None:
    transcript = Transcript()
    async with running(transcript, size=(120, 30)) as (pilot, _):
        transcript.show([*conversation(200), question("last", "the very last")])
        for size in ((50, 30), (50, 10), (140, 50)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert "the very last" in screen_text(pilot.app)
            assert transcript.following


async def test_the_width_gives_the_same_lines_as_opening_at_it() -> None:
    wide, narrow = Transcript(), Transcript()
    messages = conversation(6)
    async with running(wide, size=(120, 200)) as (pilot, _):
        wide.show(messages)
        await pilot.pause()
        await pilot.resize_terminal(50, 200)
        await pilot.pause()
        resized = lines(wide)
    async with running(narrow, size=(50, 200)) as (pilot, _):
        narrow.show(messages)
        await pilot.pause()
        assert lines(narrow) == resized


async def test_the_theme_changes_the_colours() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show([question("q", "Why?")])
        await pilot.pause()
        dark = transcript.render_line(1)
        pilot.app.theme = "textual-light"
        await pilot.pause()
        light = transcript.render_line(1)
        assert dark.text == light.text
        assert [segment.style for segment in dark] != [segment.style for segment in light]


@given(st.text(max_size=60), st.integers(1, 30))
@settings(deadline=None)
def test_every_line_is_exactly_as_wide_as_the_view(text: str, width: int) -> None:
    for role in (Role.USER, Role.ASSISTANT):
        document = Document()
        document.restyle(Palette.build(lambda _: Style()))
        document.resize(width)
        document.append(Entry(MessageView("m", role, text, text, footer=FOOTER), Clock()))
        document.settle(0, 1_000)
        for y in range(document.height):
            strip = document.strip(y)
            assert strip is not None
            assert strip.cell_length == width


# -- copying


async def test_selection_copies_text_without_bars() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show([question("q", "Why?"), answer("a", "Because\n\n```py\nx = 1\n```")])
        await pilot.pause()
        await pilot.mouse_down(Transcript, offset=(2, 2))
        await pilot.hover(Transcript, offset=(7, 7))
        await pilot.mouse_up(Transcript, offset=(7, 7))
        await pilot.pause()
        selected = pilot.app.screen.get_selected_text()
        assert selected is not None
        assert [line.strip() for line in selected.split("\n")] == [
            "Why?",
            "",
            "Because",
            "",
            "py",
            "x =",
        ]
        styles = {segment.style.bgcolor for segment in transcript.render_line(2) if segment.style}
        assert len(styles) > 1


async def test_selecting_everything_copies_the_source() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show([question("q", "Why?"), answer("a", "Because **so**.")])
        transcript.text_select_all()
        await pilot.pause()
        assert pilot.app.screen.get_selected_text() == "Why?\n\nBecause **so**."


async def test_huge_messages_do_not_freeze() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        line = "x" * 1_000_000
        transcript.show([question("q", line), answer("a", line), answer("b", "word " * 200_000)])
        await pilot.pause()
        await pilot.resize_terminal(100, 30)
        transcript.begin_answer("c")
        await stream(pilot, transcript, "c", line)
        await stream(pilot, transcript, "c", "\n\nthe end")
        assert "the end" in screen_text(pilot.app)
        assert_inert(pilot.app)
