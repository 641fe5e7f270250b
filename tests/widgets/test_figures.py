"""Charts, figures and lists of the stats: what they paint, and what their keys ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from textual.widget import Widget

from tests.widgets.hosts import HOSTILE, assert_inert, running, screen_text
from widgets.eighths import bar_across, eighths
from widgets.exchange_lines import ExchangeLine, ExchangeLines
from widgets.figure_list import Figure, FigureGroup, FigureList
from widgets.filter_line import FilterLine
from widgets.hint_line import HintLine
from widgets.key_hints import Hint
from widgets.provider_marks import UNMARKED, marks
from widgets.section_line import SectionLine
from widgets.stacked_columns import Column, Part, StackedColumns

MARKS = marks(["groq", "openai"])


@pytest.mark.parametrize(
    ("share", "drawn"),
    [(0.0, ""), (1e-9, "▏"), (0.5, "██"), (0.53, "██▏"), (1.0, "████"), (7.0, "████")],
)
def test_bars_have_eighths(share: float, drawn: str) -> None:
    assert bar_across(share, 4) == drawn


@pytest.mark.parametrize("share", [float("nan"), float("inf"), -1.0])
def test_what_is_no_share_has_no_bar(share: float) -> None:
    assert eighths(share, 4) == 0


def test_marks_are_distinct_and_stay() -> None:
    known = marks(["openai", "anthropic", "google", "groq", "local", "grok", "mine", "数据"])
    letters = [mark.letter for mark in known.values()]
    assert len(set(letters)) == len(letters)
    assert known["groq"] == marks(["groq"])["groq"] != known["google"]
    assert marks(["数据"])["数据"].letter.isascii()


def columns(count: int) -> list[Column]:
    return [
        Column(
            f"{n:02}",
            f"day {n}",
            (Part("groq", n, f"${n}"), Part("openai", n, f"${n}")),
            f"${2 * n}" if n else "",
        )
        for n in range(count)
    ]


async def test_columns_are_stacked_and_named_by_letter() -> None:
    widget = StackedColumns()
    widget.show(columns(3), MARKS)
    async with running(widget, (24, 11)) as (pilot, _):
        lines = screen_text(pilot.app).splitlines()
        assert lines[0] == "$4 at most"
        # The last is as high as the chart, the one before half of that, the first is nothing.
        assert lines[1:9] == [
            "                ███████",
            "                ███████",
            "                ███████",
            "                   O",
            "        ███████ ███████",
            "           O    ███████",
            "        ███████ ███████",
            "           R       R",
        ]
        assert lines[9].split() == ["00", "01", "02"]
        assert lines[10] == "day 2  $4  R groq $2  O…"


async def test_the_cursor_goes_back_in_time_and_opens() -> None:
    widget = StackedColumns()
    widget.show(columns(60), MARKS)
    async with running(widget, (30, 8)) as (pilot, sent):
        widget.focus()
        assert "59" in screen_text(pilot.app)
        assert "50 earlier" in screen_text(pilot.app)
        await pilot.press("home")
        await pilot.pause()
        assert "earlier" not in screen_text(pilot.app)
        await pilot.press("enter", "right", "enter", "end", "enter", "down")
        await pilot.pause()
        places = [each.place for each in sent.of(StackedColumns.Opened)]
        assert places == [1, 59], "nothing is behind a day without a call"
        assert len(sent.of(StackedColumns.Left)) == 1


async def test_an_unknown_cost_is_no_empty_day() -> None:
    widget = StackedColumns()
    unknown = Column("02", "day 2", (Part("groq", 0.0, "$0 + ?"),), "$0 + ?", unknown=True)
    widget.show([Column("01", "day 1"), unknown], MARKS)
    async with running(widget, (30, 8)) as (pilot, _):
        assert "?" in screen_text(pilot.app).splitlines()[-3]
        assert "day 2  $0 + ?" in screen_text(pilot.app)


GROUPS = (
    FigureGroup(
        "spend",
        ("", "requests"),
        (
            Figure("groq", ("$1", "10"), 1.0, MARKS["groq"], opens=0),
            Figure("openai", ("$0.50", "5"), 0.5, MARKS["openai"], opens=1),
            Figure("told", ("", ""), note="only words"),
        ),
    ),
    FigureGroup("none", empty="Nothing here\nyet"),
    FigureGroup("more", (), (Figure("last", ("3",), opens=2),)),
)


async def test_figures_are_aligned_and_only_some_open() -> None:
    widget = FigureList()
    async with running(widget, (60, 12)) as (pilot, sent):
        widget.focus()
        widget.show(GROUPS)
        await pilot.pause()
        lines = screen_text(pilot.app).splitlines()
        assert lines[0] == " spend            requests"
        assert lines[1].startswith(" R groq       $1        10  ████████")
        assert lines[2].startswith(" O openai  $0.50         5  ████")
        assert lines[3].endswith("only words")
        assert lines[5:8] == [" none", " Nothing here", " yet"]
        await pilot.press("enter", "down", "enter", "down", "enter", "down", "home", "enter")
        await pilot.pause()
        opened = [widget.opens(each.line) for each in sent.of(FigureList.Opened)]
        assert opened == [0, 1, 2, 0]
        assert not sent.of(FigureList.Left)
        await pilot.press("up")
        await pilot.pause()
        assert len(sent.of(FigureList.Left)) == 1


async def test_columns_that_do_not_fit_are_left_out() -> None:
    widget = FigureList()
    heads = tuple(f"column{n}" for n in range(9))
    facts = tuple(f"fact{n}" for n in range(9))
    async with running(widget, (50, 5)) as (pilot, _):
        widget.show([FigureGroup("many", heads, (Figure("a label", facts, opens=0),))])
        await pilot.pause()
        heading, line = screen_text(pilot.app).splitlines()[:2]
        assert heading.split() == ["many", "column0", "column1", "column2", "column3"]
        assert line.split() == ["a", "label", "fact0", "fact1", "fact2", "fact3"]


def exchange(number: int) -> ExchangeLine:
    return ExchangeLine("today 10:00", "groq", "m", f"Talk {number}", "$1", "1.0 s", "✓ answered")


async def test_only_lines_in_view_are_formatted() -> None:
    widget = ExchangeLines()
    asked: list[int] = []

    def line(number: int) -> ExchangeLine:
        asked.append(number)
        return exchange(number)

    async with running(widget, (80, 10)) as (pilot, sent):
        widget.focus()
        widget.show(50_000, line)
        await pilot.pause()
        await pilot.press("end", "enter", "pageup", "pagedown", "home")
        await pilot.pause()
        assert [each.line for each in sent.of(ExchangeLines.Opened)] == [49_999]
        assert len(set(asked)) < 60
        assert "Talk 0" in screen_text(pilot.app)


async def test_a_click_goes_there_and_a_second_one_opens() -> None:
    widget = ExchangeLines()
    async with running(widget, (80, 10)) as (pilot, sent):
        widget.show(5, exchange)
        await pilot.pause()
        await pilot.click(ExchangeLines, offset=(3, 2))
        assert widget.cursor == 2
        assert not sent.of(ExchangeLines.Opened)
        await pilot.click(ExchangeLines, offset=(3, 2))
        await pilot.pause()
        assert [each.line for each in sent.of(ExchangeLines.Opened)] == [2]


async def test_sections_are_clicked() -> None:
    widget = SectionLine(["one", "two"])
    async with running(widget, (40, 3)) as (pilot, sent):
        widget.show(0, "last 30 days")
        await pilot.pause()
        words = screen_text(pilot.app).splitlines()[0].split()
        assert words == ["1", "one", "2", "two", "last", "30", "days"]
        await pilot.click(SectionLine, offset=(10, 0))
        await pilot.pause()
        assert [each.place for each in sent.of(SectionLine.Chosen)] == [1]


async def test_the_filter_line_keeps_the_count() -> None:
    widget = FilterLine(["provider:", "since:", "tag:"])
    async with running(widget, (30, 3)) as (pilot, _):
        widget.show("12 of 480")
        await pilot.pause()
        assert screen_text(pilot.app).splitlines()[0] == "  filters: provi…  12 of 480"
        widget.complain("There is no filter from: but provider: since: tag:")
        await pilot.pause()
        assert "There is no filter" in screen_text(pilot.app)
        assert "12 of 480" not in screen_text(pilot.app)


def _chart(text: str) -> Widget:
    widget = StackedColumns()
    part = Part(text, 1.0, text)
    widget.show([Column(text[:9], text, (part,), text)], {text: UNMARKED})
    return widget


def _figures(text: str) -> Widget:
    widget = FigureList()
    figure = Figure(text, (text, text), 0.5, UNMARKED, text, 0)
    widget.call_after_refresh(
        widget.show, [FigureGroup(text, (text, text), (figure,)), FigureGroup(text, empty=text)]
    )
    return widget


def _exchanges(text: str) -> Widget:
    widget = ExchangeLines()
    line = ExchangeLine(text, text, text, text, text, text, text)
    widget.call_after_refresh(widget.show, 3, lambda _: line)
    return widget


def _filter(text: str) -> Widget:
    widget = FilterLine(["tag:"])
    widget.complain(text)
    return widget


def _section(text: str) -> Widget:
    widget = SectionLine(["one"])
    widget.show(0, text)
    return widget


WIDGETS: Sequence[Callable[[str], Widget]] = (_chart, _figures, _exchanges, _filter, _section)


@pytest.mark.parametrize("make", WIDGETS)
async def test_hostile_text_is_inert(make: Callable[[str], Widget]) -> None:
    for text in HOSTILE:
        async with running(make(text), (60, 12)) as (pilot, _):
            await pilot.pause()
            assert_inert(pilot.app)


@pytest.mark.parametrize("make", WIDGETS)
async def test_a_huge_line_on_a_tiny_screen(make: Callable[[str], Widget]) -> None:
    async with running(make("x" * 1_000_000), (60, 12)) as (pilot, _):
        await pilot.resize_terminal(3, 2)
        await pilot.pause()
        assert_inert(pilot.app)


async def test_the_way_out_is_kept_longest() -> None:
    hints = [Hint("enter", "opens"), Hint("s", "sorts"), Hint("esc", "back")]
    async with running(HintLine(hints), (20, 2)) as (pilot, _):
        assert screen_text(pilot.app).strip() == "esc back"
    async with running(HintLine(hints), (60, 2)) as (pilot, _):
        assert screen_text(pilot.app).strip() == "enter opens · s sorts · esc back"
