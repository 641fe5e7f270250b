from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from textual.widget import Widget

from providers.messages import Role
from tests.widgets.demo import METER, PROVIDERS, STATUS
from tests.widgets.hosts import HOSTILE, Clock, assert_inert, running, screen_text, wait_until
from widgets.cost_meter import BudgetView, CostMeter, MeterView
from widgets.history_list import ConversationView, HistoryList
from widgets.provider_panel import ProviderPanel
from widgets.provider_view import ProviderState, ProviderView
from widgets.status_line import StatusLine, StatusView
from widgets.transcript import Transcript
from widgets.views import AnswerFooter, MessageState, MessageView, NoticeView

# -- providers


async def test_each_state_has_its_own_glyph_and_word() -> None:
    async with running(ProviderPanel(PROVIDERS, now=lambda: 100.0), (32, 24)) as (pilot, _):
        rows = [line.strip() for line in screen_text(pilot.app).splitlines() if line.strip()]
        assert rows == [
            "▶ groq              0.5 s  99%",
            "openai/gpt-oss-120b  412 req",
            "● anthropic         1.9 s 100%",
            "claude-sonnet-5-5     37 req",
            "◔ openai          cooling 38 s",
            "429 rate limit        90 req",
            "✗ google               failing",
            "401 key refused        3 req",
            "○ mistral               no key",
            "◌ local            not checked",
            "smollm2-135m-instruct",
        ]


async def test_unknown_numbers_are_dashes() -> None:
    views = [ProviderView("new", "model", ProviderState.READY)]
    async with running(ProviderPanel(views), (32, 5)) as (pilot, _):
        text = screen_text(pilot.app)
        assert "\N{EN DASH}    \N{EN DASH}" in text
        assert "0" not in text


async def test_the_countdown_ticks_while_something_cools() -> None:
    clock = Clock()
    panel = ProviderPanel(now=clock)
    cooling = ProviderView("groq", "m", ProviderState.COOLING, cooldown_until=clock.now + 12)
    async with running(panel, (32, 5)) as (pilot, _):
        assert panel._timer is None
        panel.show([cooling])
        await pilot.pause()
        assert "cooling 12 s" in screen_text(pilot.app)
        assert panel._timer is not None
        clock.now += 5
        await wait_until(pilot, lambda: "cooling 7 s" in screen_text(pilot.app))
        clock.now += 7
        await wait_until(pilot, lambda: "retry due" in screen_text(pilot.app))
        assert panel._timer is None


async def test_long_names_are_cut() -> None:
    views = [ProviderView("a" * 80, "日本語" * 30, ProviderState.READY, 1.0, 0.5, 1)]
    async with running(ProviderPanel(views), (24, 5)) as (pilot, _):
        assert "a… 1.0 s  50%" in screen_text(pilot.app)
        assert "… 1 req" in screen_text(pilot.app)


# -- money and state


async def test_meter_shows_four_amounts() -> None:
    meter = CostMeter()
    async with running(meter, (32, 8)) as (pilot, _):
        assert screen_text(pilot.app).split() == [
            *("answer", "\N{EN DASH}", "session", "\N{EN DASH}"),
            *("today", "\N{EN DASH}", "this", "month", "\N{EN DASH}"),
        ]
        meter.show(METER)
        await pilot.pause()
        text = screen_text(pilot.app)
        assert "answer so far        ≈ $0.0004" in text
        assert "▲ 86 % of $5/month" in text
        assert "by 30 Nov              ≈ $6.20" in text
        assert "saved this month         $1.14" in text
        meter.show(MeterView("$0.0005", session="$1", today="$2", month="$3"))
        await pilot.pause()
        assert "≈" not in screen_text(pilot.app)


@pytest.mark.parametrize("used", [0.0, 0.5, 1.0, 7.5])
async def test_the_budget_bar_stays_on_its_line(used: float) -> None:
    view = MeterView(month_budget=BudgetView(used, "so much of $5/month"))
    async with running(CostMeter(view), (32, 8)) as (pilot, _):
        bar = screen_text(pilot.app).splitlines()[4]
        assert bar.endswith("so much of $5/month")
        # Where there is no colour a glyph says that it is used up.
        assert ("✗" in bar) == (used >= 1)
        assert len(bar) <= 31


async def test_status_line_keeps_what_matters_at_80_columns() -> None:
    async with running(StatusLine(STATUS), (80, 1)) as (pilot, _):
        text = screen_text(pilot.app)
        for part in ("cost", "groq · openai/gpt", "● streaming 43 tok/s", "$0.0412 today"):
            assert part in text
        await pilot.resize_terminal(60, 1)
        await pilot.pause()
        text = screen_text(pilot.app)
        for part in ("cost", "groq", "…", "streaming 43 tok/s", "$0.0412 today"):
            assert part in text


async def test_status_line_changes() -> None:
    line = StatusLine()
    async with running(line, (80, 1)) as (pilot, _):
        line.show(StatusView("latency", "local", "m", "idle", "$0", "^S strategy"))
        await pilot.pause()
        text = screen_text(pilot.app)
        assert text.startswith(" latency   local · m  ○ idle  $0 today")
        assert text.endswith("^S strategy")


# -- history


CONVERSATIONS = (
    ConversationView(7, "First", "today", 2, "$0.01"),
    ConversationView(9, "[red]Second[/]", "May", 1, "free", "found [/] here"),
)


async def test_history_opens_what_is_chosen() -> None:
    history = HistoryList(CONVERSATIONS)
    async with running(history) as (pilot, sent):
        text = screen_text(pilot.app)
        assert "today · 2 messages · $0.01" in text
        assert "[red]Second[/]" in text
        assert "… found [/] here …" in text
        history.focus()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert [message.id for message in sent.of(HistoryList.Opened)] == [9]
        assert history.current == CONVERSATIONS[1]


async def test_history_may_be_empty() -> None:
    history = HistoryList()
    async with running(history) as (pilot, sent):
        assert "No conversations yet" in screen_text(pilot.app)
        history.focus()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert sent.of(HistoryList.Opened) == []
        assert history.current is None
        history.show(CONVERSATIONS)
        await pilot.pause()
        assert history.current == CONVERSATIONS[0]
        history.show((), empty="Nothing found")
        await pilot.pause()
        assert "Nothing found" in screen_text(pilot.app)


# -- hostile text, through every widget


def transcript(text: str) -> Widget:
    widget = Transcript()
    footer = AnswerFooter(text, text, 1.0, 0.1, 1, 2, text, text)
    notices = (NoticeView(text, text), NoticeView(text))
    widget.show(
        [
            MessageView("q", Role.USER, text),
            MessageView(
                "a", Role.ASSISTANT, text, text, MessageState.FAILED, footer=footer, notices=notices
            ),
        ]
    )
    return widget


def streamed(text: str) -> Widget:
    widget = Transcript()

    def stream() -> None:
        widget.begin_answer("s", text)
        widget.append_reasoning("s", text)
        widget.append_text("s", text)
        widget.mark_interrupted("s", text)
        widget.note("s", NoticeView(text))
        widget.append_reasoning("s", text)
        widget.append_text("s", text)
        widget.flush()
        widget.toggle_reasoning("s")

    widget.call_later(stream)
    return widget


def panel(text: str) -> Widget:
    return ProviderPanel(
        [ProviderView(text, text, state, 1.0, 0.5, 3, None, text) for state in ProviderState]
    )


WIDGETS: Sequence[Callable[[str], Widget]] = (
    transcript,
    streamed,
    panel,
    lambda text: CostMeter(
        MeterView(text, True, text, text, text, BudgetView(0.5, text), expected=text)
    ),
    lambda text: StatusLine(StatusView(text, text, text, text, text, text)),
    lambda text: HistoryList([ConversationView(1, text, text, 1, text, text)]),
)


@pytest.mark.parametrize("make", WIDGETS)
async def test_hostile_text_is_inert_everywhere(make: Callable[[str], Widget]) -> None:
    for text in HOSTILE:
        async with running(make(text), (60, 40)) as (pilot, _):
            await pilot.pause()
            assert_inert(pilot.app)


@pytest.mark.parametrize("make", WIDGETS)
async def test_every_widget_bears_a_huge_line_and_a_tiny_screen(
    make: Callable[[str], Widget],
) -> None:
    async with running(make("x" * 1_000_000), (60, 20)) as (pilot, _):
        await pilot.resize_terminal(3, 2)
        await pilot.pause()
        assert_inert(pilot.app)
