from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.geometry import Offset
from textual.selection import Selection

from providers.messages import Role
from tests.widgets.bench_transcript import conversation
from tests.widgets.documents import document
from tests.widgets.hosts import painted, running, screen_text
from tests.widgets.messages import answer, question, stream
from widgets.document import Document, Position
from widgets.message_commands import MessageCommand
from widgets.transcript import Transcript
from widgets.views import MessageView
from widgets.written import WHOLE, text_of

LONG = "These are words of a paragraph that is much too long for one line of any terminal. " * 4
CODE = "def f(x):\n    if x:\n\n        return x  # " + "a long remark " * 12 + "\n"


def copied(painted_document: Document) -> str:
    """Return all that is painted of a document, as it is copied."""
    rows = painted_document.entries
    last = Position(len(rows) - 1, len(rows[-1].pieces) - 1, 10_000)
    return text_of((strip, WHOLE) for strip in painted_document.strips(Position(0, 0, 0), last))


# -- by keyboard


async def test_lines_are_selected_by_keyboard_from_one_end_to_the_other() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, sent):
        transcript.show([question("q", "Why?"), answer("a", f"{LONG}\n\n- one\n- two")])
        transcript.focus()
        await pilot.press("k", "v")
        assert transcript.selecting
        assert "1 line selected" in painted(pilot.app)[-1]
        await pilot.press("down", "down", "j", "down", "down", "down")
        await pilot.press("down", "down", "down")
        assert transcript.selected_text() == f"Why?\n\n{LONG.strip()}\n\n• one\n• two"
        await pilot.press("up")
        assert transcript.selected_text().endswith("• one")
        await pilot.press("y", "enter", "c")
        assert [w.command for w in sent.of(Transcript.Wanted)] == [
            MessageCommand.COPY_SELECTION,
            MessageCommand.COPY_SELECTION,
            MessageCommand.COPY,
        ]
        await pilot.press("escape")
        assert not transcript.selecting
        assert transcript.selected_text() == ""
        assert len(sent.of(Transcript.Wanted)) == 3
        await pilot.press("y", "escape")
        assert [w.command for w in sent.of(Transcript.Wanted)][3:] == [MessageCommand.LEAVE]


async def test_a_selection_goes_far_beyond_the_view() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show([question(f"q{n}", f"number {n}") for n in range(300)])
        transcript.focus()
        await pilot.press("v", "pageup", "pageup", "pageup")
        few = transcript.selected_text()
        assert "number 299" in few
        assert len(few) > 100
        assert screen_text(pilot.app).splitlines()[0][2:].strip() in few
        await pilot.press("g")
        everything = transcript.selected_text()
        assert [line for line in everything.split("\n") if line] == [
            f"number {n}" for n in range(299, -1, -1)
        ][::-1]
        await pilot.press("G", "v")
        assert not transcript.selecting


async def test_a_selection_stays_while_an_answer_grows() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show(conversation(6))
        transcript.focus()
        transcript.go_to("q2")
        await pilot.press("v")
        transcript.begin_answer("new")
        await stream(pilot, transcript, "new", "text\n\n" * 40)
        assert transcript.selected_text() == "Question number 2?"
        await pilot.resize_terminal(50, 20)
        await pilot.pause()
        assert transcript.selected_text() == "Question number 2?"


async def test_another_conversation_ends_the_selection() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show(conversation(6))
        transcript.focus()
        await pilot.press("v", "up")
        transcript.show(conversation(2))
        assert not transcript.selecting
        assert not transcript.end_selection()


# -- by mouse


async def test_what_the_mouse_selects_can_be_copied_as_well() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, sent):
        transcript.show([question("q", "Why?"), answer("a", f"{LONG}\n\n```py\n{CODE}```")])
        await pilot.pause()
        await pilot.mouse_down(Transcript, offset=(2, 2))
        await pilot.hover(Transcript, offset=(30, 20))
        await pilot.mouse_up(Transcript, offset=(30, 20))
        await pilot.pause()
        selected = transcript.selected_text()
        assert selected.startswith(
            f"Why?\n\n{LONG.strip()}\n\ndef f(x):\n    if x:\n\n        return"
        )
        assert selected == pilot.app.screen.get_selected_text()
        await pilot.press("y")
        assert [w.command for w in sent.of(Transcript.Wanted)] == [MessageCommand.COPY_SELECTION]
        assert transcript.end_selection()
        assert transcript.selected_text() == ""


async def test_whole_lines_of_a_mouse_selection_keep_the_tabs_of_code() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show([answer("a", "```\nfunc {\n\treturn\n}\n```")])
        await pilot.pause()
        pilot.app.screen.selections = {transcript: Selection(Offset(6, 1), Offset(5, 3))}
        assert transcript.selected_text() == "nc {\n\treturn\n}"


async def test_a_double_click_selects_a_word() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show([question("q", "Look at docs/read-me.md, please")])
        await pilot.pause()
        await pilot.click(Transcript, offset=(16, 2), times=2)
        await pilot.pause()
        assert transcript.selected_text() == "docs/read-me.md"
        await pilot.click(Transcript, offset=(16, 2), times=3)
        await pilot.pause()
        assert transcript.selected_text() == "Look at docs/read-me.md, please"
        await pilot.click(Transcript, offset=(16, 2))
        await pilot.pause()
        assert transcript.selected_text() == ""


async def test_selected_text_is_still_seen() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show([question("q", "Why?")])
        await pilot.pause()
        pilot.app.screen.selections = {transcript: Selection(Offset(2, 2), Offset(5, 2))}
        await pilot.pause()
        seen = [segment.style for segment in transcript.render_line(2) if segment.text == "Why"]
        assert seen
        assert all(style is not None and style.color != style.bgcolor for style in seen)


# -- what is copied


def test_code_is_copied_exactly() -> None:
    for width in (20, 40, 200):
        text = f"```py\n{CODE}```\n\n- item\n\n  ```\n  {'x' * 90}  y\n  ```"
        assert copied(document(width, MessageView("a", Role.ASSISTANT, text))) == (
            f"\n{CODE.removesuffix(chr(10))}\n\n• item\n\n  {'x' * 90}  y"
        )


@pytest.mark.parametrize("width", [16, 30, 200])
def test_tabs_of_code_are_copied_as_tabs(width: int) -> None:
    code = "func main() {\n\tif true {\n\n\t\treturn x\t// a remark that is rather long\n  \t}\n}"
    for language in ("", "go"):
        shown = document(width, answer("a", f"above\n\n```{language}\n{code}\n```"))
        assert f"\nabove\n\n{code}\n" in copied(shown)


def test_a_table_is_copied_as_cells() -> None:
    text = "# Head\n\n| a | b |\n|---|---|\n| *one* | 2 |\n|  | - |\n\n---\n\nend"
    assert copied(document(60, MessageView("a", Role.ASSISTANT, text))) == (
        "\nHead\na\tb\none\t2\n-\n\n\nend"
    )


def test_a_list_goes_on_after_its_wraps() -> None:
    text = f"1. {LONG}\n   - {LONG}\n\n> {LONG}"
    for width in (24, 60, 110):
        assert copied(document(width, MessageView("a", Role.ASSISTANT, text))) == (
            f"\n1. {LONG.strip()}\n   • {LONG.strip()}\n\n{LONG.strip()}"
        )


def test_soft_lines_are_told_from_others() -> None:
    shown = document(40, MessageView("q", Role.USER, "one\n" + "word " * 20 + "\n\n" + "x" * 90))
    soft = [shown.soft(line) for line in range(shown.height)]
    #        gap    You    one    word   word  word  blank  xxx
    assert soft == [False, False, False, False, True, True, False, False, True, True]
    assert not shown.soft(1_000)


_WORDS = st.text(st.sampled_from("ab cd\té日👩‍💻-─┃▌"), max_size=80)


@given(st.lists(_WORDS, min_size=1, max_size=6), st.integers(12, 90))
@settings(deadline=None, max_examples=60)
def test_a_question_is_copied_as_it_was_written(written: list[str], width: int) -> None:
    text = "\n".join(line.strip() for line in written).replace("\t", " ").strip() or "x"
    shown = copied(document(width, MessageView("q", Role.USER, text)))
    assert shown == "\n" + text


_MARKDOWN = st.lists(
    st.sampled_from(
        ["word", "# head", "- item", "1. one", "> quote", "```", "    code", "**b**", "", "a " * 40]
    ),
    max_size=25,
)


@given(_MARKDOWN, st.integers(10, 120))
@settings(deadline=None, max_examples=80)
def test_no_margin_or_bar_is_ever_copied(source: list[str], width: int) -> None:
    text = "\n".join(source)
    narrow = copied(document(width, MessageView("a", Role.ASSISTANT, text)))
    assert not set("▌▎▏┊│─━╭") & set(narrow)
    # What is copied does not depend on the width: no break or margin comes from it.
    assert narrow == copied(document(400, MessageView("a", Role.ASSISTANT, text)))
