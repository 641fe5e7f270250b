"""One prompt to several models, side by side."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot
from textual.widgets import Static

from app.screens.compare import CompareScreen
from app.screens.pick_several import PickSeveralScreen
from app.telex import TelexApp
from storage.reader import Reader
from tests.app.house import House, chat, command, ready, send, toasts, transcript_text, until
from tests.fakeserver import ok, status
from widgets.plain_list import PlainList
from widgets.transcript import Transcript


def side(app: TelexApp, number: int) -> str:
    """Return what is painted in one column."""
    transcript = app.screen.query_one(f"#side-{number}", Transcript)
    return "\n".join(transcript.render_line(y).text for y in range(transcript.size.height))


async def both(pilot: Pilot[Any], app: TelexApp, house: House) -> None:
    house.server.groq.reply(ok("Cheap words."))
    house.server.anthropic.reply(ok("Dear words."))
    await command(pilot, app, "/compare groq, anthropic")
    await until(pilot, lambda: bool(chat(app).comparing.sides))
    await send(pilot, app, "Say something")
    await until(pilot, lambda: isinstance(app.screen, CompareScreen))
    await until(pilot, lambda: not chat(app).asking.answers.all())
    await until(pilot, lambda: "Cheap words." in side(app, 1) and "Dear words." in side(app, 2))


async def pickable(pilot: Pilot[Any], app: TelexApp) -> None:
    """Wait until keys that were typed ahead are over."""
    hint = app.screen.query_one("#compare-hint", Static)
    await until(pilot, lambda: "picks the better" in str(hint.render()))


async def test_both_stream_and_the_better_goes_on_and_is_rated(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await both(pilot, app, house)
        await pickable(pilot, app)
        await pilot.press("2")
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: "Dear words." in transcript_text(app))
        assert "Cheap words." not in transcript_text(app)
        assert "2/2" in transcript_text(app)
        assert "comparing" in str(screen.composer.border_title)
        await pilot.press("escape")
        assert not screen.comparing.sides
    reader = Reader(house.paths.database)
    [preference] = reader.preferences()
    ratings = {each.provider: each.total for each in reader.ratings_by_model()}
    path = [row.content for row in reader.load_messages(1)]
    reader.close()
    assert (preference.better_provider, preference.worse_provider) == ("anthropic", "groq")
    assert ratings == {"anthropic": 1.0, "groq": 0.0}
    assert path == ["Say something", "Dear words."]
    assert len(house.server.groq.chats) == len(house.server.anthropic.chats) == 1


async def test_without_a_verdict_nothing_is_rated_and_both_are_kept(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await ready(pilot, app)
        await both(pilot, app, house)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: "2/2" in transcript_text(app))
    reader = Reader(house.paths.database)
    assert not reader.preferences()
    assert not reader.ratings_by_model()
    reader.close()


async def test_a_side_that_fails_asks_nobody_else_and_cannot_be_picked(house: House) -> None:
    house.server.groq.default(status(500, "broken [/]"))
    house.server.anthropic.reply(ok("Dear words."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        screen.comparing.begin(
            [("groq", "openai/gpt-oss-120b"), ("anthropic", "claude-sonnet-5-5")]
        )
        await send(pilot, app, "Say something")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await until(pilot, lambda: not screen.asking.answers.all())
        await until(pilot, lambda: "broken [/]" in side(app, 1))
        await pilot.press("1")
        await until(pilot, lambda: "is not whole" in toasts(app))
        await pickable(pilot, app)
        await pilot.press("2")
        await until(pilot, lambda: "Dear words." in transcript_text(app))
    assert not house.server.google.chats
    assert len(house.server.anthropic.chats) == 1
    reader = Reader(house.paths.database)
    assert not reader.preferences(), "a side that failed was no rival"
    reader.close()


async def test_leaving_while_they_stream_loses_nothing(house: House) -> None:
    words = " ".join(f"word{number}" for number in range(40))
    house.server.groq.reply(ok(words, delay=0.03))
    house.server.anthropic.reply(ok(words, delay=0.03))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        screen.comparing.begin(
            [("groq", "openai/gpt-oss-120b"), ("anthropic", "claude-sonnet-5-5")]
        )
        await send(pilot, app, "Say something")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await until(pilot, lambda: "word3" in side(app, 1) and "word3" in side(app, 2))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: not screen.asking.answers.all())
        assert "word39" in transcript_text(app)
        await pilot.press("f7", "left")
        await until(pilot, lambda: "1/2" in transcript_text(app))
        assert "word39" in transcript_text(app)


async def test_sides_are_chosen_from_a_list(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await command(pilot, app, "/compare")
        await until(pilot, lambda: isinstance(app.screen, PickSeveralScreen))
        options = app.screen.query_one(PlainList)
        await until(pilot, lambda: options.option_count == 5)
        await pilot.press("enter")
        await until(pilot, lambda: "Mark two to 4" in toasts(app))
        await pilot.press("space", "down", "space", "enter")
        await until(pilot, lambda: app.screen is screen)
        assert [provider for provider, _ in screen.comparing.sides] == ["groq", "google"]
        await command(pilot, app, "/compare groq")
        await until(pilot, lambda: "Name two to 4" in toasts(app))
        await command(pilot, app, "/compare groq, nobody")
        await until(pilot, lambda: "no provider 'nobody'" in toasts(app))
        assert screen.composer.text == "/compare groq, nobody", "nothing typed is lost"
