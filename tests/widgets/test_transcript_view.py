from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style

from providers.messages import Role
from tests.widgets.bench_transcript import FOOTER, conversation
from tests.widgets.hosts import Clock, assert_inert, painted, running, screen_text
from tests.widgets.messages import answer, lines, messages_in_view, question, stream
from widgets.document import Document
from widgets.markdown.palette import Palette
from widgets.message_entry import Entry
from widgets.transcript import Transcript
from widgets.views import MessageView

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
        await pilot.press("down", "down")
        assert transcript.scroll_offset.y == 2
        await pilot.press("up", "up")
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
        assert numbers[0][2:].rstrip() in screen_text(pilot.app)


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
