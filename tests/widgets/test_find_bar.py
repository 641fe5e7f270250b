from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Input

from tests.widgets.hosts import HOSTILE, Sent, assert_inert, screen_text
from tests.widgets.messages import question
from widgets.find_bar import FindBar
from widgets.search import Found
from widgets.transcript import Transcript


class Finding(App[None]):
    """A transcript with a bar that searches it, wired as a screen would."""

    def compose(self) -> ComposeResult:
        yield Transcript()
        yield FindBar()

    def on_find_bar_changed(self, event: FindBar.Changed) -> None:
        self.query_one(FindBar).show(self.query_one(Transcript).find(event.needle))

    def on_find_bar_step(self, event: FindBar.Step) -> None:
        self.query_one(FindBar).show(self.query_one(Transcript).find_step(event.direction))

    def on_find_bar_closed(self) -> None:
        self.query_one(Transcript).end_find()
        self.query_one(Transcript).focus()


async def test_finding_by_keyboard_alone() -> None:
    app, sent = Finding(), Sent()
    async with app.run_test(size=(80, 24), message_hook=sent.hook) as pilot:
        app.query_one(Transcript).show([question(f"q{n}", f"number {n}") for n in range(50)])
        bar = app.query_one(FindBar)
        assert not bar.display
        bar.open()
        await pilot.press(*"number 4")
        await pilot.pause()
        assert "4/11" in screen_text(app)
        assert bar.needle == "number 4"
        # The end is in view, from 42 on: 4, 40 and 41 come before.
        await pilot.press("enter")
        await pilot.pause()
        assert "5/11" in screen_text(app)
        await pilot.press("down", "down", "up")
        await pilot.pause()
        assert "6/11" in screen_text(app)
        await pilot.press("x")
        await pilot.pause()
        assert "nothing found" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert not bar.display
        assert app.query_one(Transcript).has_focus
        assert [step.direction for step in sent.of(FindBar.Step)] == [1, 1, 1, -1]
        assert len(sent.of(FindBar.Closed)) == 1


async def test_opened_again_it_looks_for_the_same_or_for_what_is_given() -> None:
    app, sent = Finding(), Sent()
    async with app.run_test(size=(80, 24), message_hook=sent.hook) as pilot:
        app.query_one(Transcript).show([question("q", "one two two")])
        bar = app.query_one(FindBar)
        bar.open("one")
        await pilot.pause()
        assert "1/1" in screen_text(app)
        await pilot.press("escape")
        bar.open()
        await pilot.pause()
        assert "1/1" in screen_text(app)
        bar.open("two")
        await pilot.pause()
        assert "1/2" in screen_text(app)
        assert [changed.needle for changed in sent.of(FindBar.Changed)] == ["one", "one", "two"]
        bar.show(Found(1_234, 17))
        await pilot.pause()
        assert "17/1,234" in screen_text(app)


async def test_what_is_pasted_is_painted_inert() -> None:
    app = Finding()
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one(Transcript).show([question("q", "text")])
        app.query_one(FindBar).open()
        for text in (*HOSTILE, "x" * 1_000_000):
            app.query_one(Input).value = text
            await pilot.pause()
            assert_inert(app)
            assert len(app.query_one(FindBar).needle) <= 200
