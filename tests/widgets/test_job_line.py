"""The line for long work: what it says, what it leaves out, when it is not there."""

from __future__ import annotations

from textual.app import App, ComposeResult

from widgets.job_line import JobLine, JobView, progress_bar

VIEW = JobView("Qwen2.5 0.5B", 0.43, ("43 %", "20 s left", "12 MB/s"))


class LineApp(App[None]):
    def compose(self) -> ComposeResult:
        yield JobLine()

    @property
    def line(self) -> JobLine:
        return self.query_one(JobLine)


async def test_it_says_how_far_and_how_to_cancel() -> None:
    app = LineApp()
    async with app.run_test(size=(100, 4)) as pilot:
        assert not app.line.display
        app.line.show(VIEW)
        await pilot.pause()
        assert app.line.display
        assert str(app.line.content) == (
            "↓ Qwen2.5 0.5B  ━━━━━╌╌╌╌╌╌╌  43 % · 20 s left · 12 MB/s · ctrl+p Work under way"
        )
        app.line.show(None)
        await pilot.pause()
        assert not app.line.display


async def test_what_does_not_fit_goes_and_the_way_out_stays() -> None:
    app = LineApp()
    async with app.run_test(size=(62, 4)) as pilot:
        app.line.show(VIEW)
        await pilot.pause()
        assert str(app.line.content).endswith("  43 % · ctrl+p Work under way")
        await pilot.resize_terminal(100, 4)
        await pilot.pause()
        assert "12 MB/s" in str(app.line.content)


async def test_others_and_hostile_titles() -> None:
    app = LineApp()
    async with app.run_test(size=(100, 4)) as pilot:
        app.line.show(JobView("[/]\x1b]0;x\x07", None, ("checking",), others=2))
        await pilot.pause()
        line = str(app.line.content)
        assert "\x1b" not in line
        assert "[/]" in line
        assert "checking · +2 more" in line


def test_a_bar_is_told_apart_without_colours() -> None:
    bars = [str(progress_bar(share, 4)) for share in (-1, 0, 0.5, 0.99, 1, 2)]
    assert bars == ["╌╌╌╌", "╌╌╌╌", "━━╌╌", "━━━╌", "━━━━", "━━━━"]
