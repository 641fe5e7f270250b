"""What a growing answer does not cost, and a scroll bar that is right all the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.scrollbar import ScrollBarRender

from tests.widgets.bench_transcript import conversation
from tests.widgets.hosts import painted, running
from tests.widgets.messages import answer, stream
from widgets.line_view import thumb_of
from widgets.transcript import Transcript


async def test_an_answer_that_grows_lays_nothing_out() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show(conversation(40))
        transcript.begin_answer("a")
        for _ in range(5):  # the scroll bar is new, and has yet to get its colours
            await stream(pilot, transcript, "a", "one paragraph\n\n")
        layouts: list[object] = []
        pilot.app.screen.screen_layout_refresh_signal.subscribe(transcript, layouts.append)
        for _ in range(30):
            await stream(pilot, transcript, "a", "another paragraph\n\n")
        assert "another paragraph" in "".join(painted(pilot.app)[-6:])
        assert layouts == []


async def test_a_line_that_stays_as_it_is_is_kept() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show(conversation(40))
        transcript.begin_answer("a")
        await stream(pilot, transcript, "a", "first paragraph\n\n")
        crop = Region(0, 0, 80, 20)
        before = transcript.render_lines(crop)
        await stream(pilot, transcript, "a", "second paragraph\n\n")
        after = transcript.render_lines(crop)
        kept = [strip for strip in after if any(strip is other for other in before)]
        assert len(kept) >= 17


async def test_the_scroll_bar_is_where_the_view_is() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show([answer("a", "short")])
        await pilot.pause()
        assert "".join(line[-1] for line in painted(pilot.app)).isspace()
        # It appears only now, and has to be at the end at once.
        transcript.show(conversation(40))
        await pilot.pause()
        # Whole cells of the thumb are spaces of another colour; its ends are letters.
        bar = "".join(line[-1] for line in painted(pilot.app))
        assert bar[:20].isspace()
        assert not bar[20:].isspace()
        transcript.action_scroll_home()
        await pilot.pause()
        bar = "".join(line[-1] for line in painted(pilot.app))
        assert not bar[:3].isspace()
        assert bar[3:].isspace()
        assert transcript.vertical_scrollbar.window_virtual_size == transcript.virtual_size.height


async def test_the_scroll_bar_shrinks_while_an_answer_grows() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.begin_answer("a")
        sizes = []
        for _ in range(6):
            await stream(pilot, transcript, "a", "paragraph\n\n" * 12)
            bar = transcript.vertical_scrollbar
            sizes.append(bar.window_virtual_size)
            thumb = _thumb(bar.window_virtual_size, 24, bar.position)
            assert thumb == _thumb(transcript.virtual_size.height, 24, transcript.scroll_y)
        assert sizes == sorted(set(sizes))


@given(st.integers(1, 60), st.integers(1, 5_000), st.data())
def test_a_bar_that_looks_the_same_is_the_same(window: int, more: int, data: st.DataObject) -> None:
    lines = window + more
    one, other = data.draw(st.tuples(st.integers(0, more), st.integers(0, more)))
    if thumb_of(lines, window, one) == thumb_of(lines, window, other):
        assert _thumb(lines, window, one) == _thumb(lines, window, other)


def _thumb(lines: int, window: int, position: float) -> list[Segment]:
    """Return a scroll bar as Textual paints it."""
    segments = ScrollBarRender.render_bar(
        size=window, virtual_size=lines, window_size=window, position=position
    ).segments
    return [
        Segment(text, Style(color=style.color, bgcolor=style.bgcolor, reverse=style.reverse))
        for text, style, _ in segments
        if style is not None
    ]
