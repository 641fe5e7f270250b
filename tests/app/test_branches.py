"""What can be done with a message: answer again, edit, continue, delete, rate, look into it."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from app.screens.ask_line import AskLineScreen
from app.screens.choose import ChooseScreen
from app.screens.exchange import ExchangeScreen
from app.screens.pick_provider import PickProviderScreen
from app.telex import TelexApp
from tests.app.house import House, ask, chat, ready, toasts, transcript_text, until
from tests.fakeserver import cut, ok


async def idle(pilot: Pilot[Any], app: TelexApp) -> None:
    """Wait until an answer has begun and ended."""
    await until(pilot, lambda: not chat(app).busy)


async def shows(pilot: Pilot[Any], app: TelexApp, text: str) -> None:
    await until(pilot, lambda: text in transcript_text(app))


def asked(house: House) -> list[list[str]]:
    """Return what was sent to groq, each time."""
    return [
        [message["content"] for message in request.body["messages"]]
        for request in house.server.groq.chats
    ]


async def test_an_answer_given_again_is_a_version_and_loses_nothing(house: House) -> None:
    house.server.groq.reply(ok("The first one."), ok("The second one."), ok("Later."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "Why?")
        await pilot.press("f7", "r")
        await shows(pilot, app, "The second one.")
        await idle(pilot, app)
        assert "The first one." not in transcript_text(app)
        assert "2/2" in transcript_text(app)
        assert transcript_text(app).count("Why?") == 1
        await pilot.press("f7", "left")
        await shows(pilot, app, "The first one.")
        assert "1/2" in transcript_text(app)
        await pilot.press("left")
        await until(pilot, lambda: "oldest" in toasts(app))
        await pilot.press("escape")
        await ask(pilot, app, "And then?")
    # What follows is said to the version in view.
    assert asked(house) == [["Why?"], ["Why?"], ["Why?", "The first one.", "And then?"]]
    again = house.app()
    async with again.run_test(size=(120, 40)) as pilot:
        await ready(pilot, again)
        await shows(pilot, again, "Later.")
        assert "The first one." in transcript_text(again), "the branch in view is kept"


async def test_another_model_can_be_named_to_answer_again(house: House) -> None:
    house.server.anthropic.reply(ok("From another one."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "Why?")
        await pilot.press("f7", "R")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, PickProviderScreen))
        options = app.screen.query_one(OptionList)
        place = next(
            index
            for index in range(options.option_count)
            if "anthropic" in str(options.get_option_at_index(index).prompt)
        )
        options.highlighted = place
        await pilot.press("enter")
        await shows(pilot, app, "From another one.")
        await idle(pilot, app)
        assert "named by you" in transcript_text(app)
        assert app.route.label == "cost", "only this answer was asked of somebody else"


async def test_another_strategy_can_answer_again(house: House) -> None:
    house.server.anthropic.reply(ok("The best there is."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "Why?")
        await pilot.press("f7", "R")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("b")
        await shows(pilot, app, "The best there is.")
        await idle(pilot, app)


async def test_a_question_is_edited_on_a_branch_and_the_draft_comes_back(house: House) -> None:
    house.server.groq.reply(ok("About cats."), ok("About dogs."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "Tell me of cats")
        screen.composer.set_text("a draft")
        await pilot.press("f7", "e")
        await until(pilot, lambda: screen.composer.text == "Tell me of cats")
        assert "editing" in str(screen.composer.border_title)
        await pilot.press("escape")
        assert screen.composer.text == "a draft", "going back brings back what was typed"
        await pilot.press("f7", "e")
        await until(pilot, lambda: screen.writing.editing is not None)
        screen.composer.set_text("Tell me of dogs")
        await pilot.press("enter")
        await shows(pilot, app, "About dogs.")
        await idle(pilot, app)
        assert screen.composer.text == "a draft"
        shown = transcript_text(app)
        assert "About cats." not in shown
        assert "2/2" in shown
        await pilot.press("f7", "k", "left")
        await shows(pilot, app, "About cats.")
    assert asked(house) == [["Tell me of cats"], ["Tell me of dogs"]]


async def test_a_cut_answer_says_so_and_is_continued_without_splicing(house: House) -> None:
    house.settings = house.with_settings(enable_fallback=False)
    house.server.groq.reply(cut("Once upon a time there was", after=3), ok("a circuit breaker."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "A story")
        assert "o continue" in transcript_text(app)
        await pilot.press("f7", "o")
        await shows(pilot, app, "a circuit breaker.")
        await idle(pilot, app)
        assert "Go on exactly where you stopped" in transcript_text(app)
        await pilot.press("f7", "k", "k", "k", "k", "o")
        await until(pilot, lambda: "Only the newest answer" in toasts(app))


async def test_deleting_is_undone_in_order(house: House) -> None:
    house.server.groq.reply(ok("One."), ok("Two."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "First?")
        await ask(pilot, app, "Second?")
        await pilot.press("f7", "d")
        await until(pilot, lambda: "Two." not in transcript_text(app))
        assert "Second?" in transcript_text(app)
        await pilot.press("f7", "k", "k", "d")
        await until(pilot, lambda: "First?" not in transcript_text(app))
        assert "3" in toasts(app) or "2 that follow" in toasts(app)
        await pilot.press("f7", "u")
        await shows(pilot, app, "Second?")
        assert "Two." not in transcript_text(app)
        await pilot.press("f7", "u")
        await shows(pilot, app, "Two.")
        await pilot.press("f7", "u")
        await until(pilot, lambda: "Nothing was deleted" in toasts(app))


async def test_a_rating_with_a_word_is_shown_and_kept(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "hi")
        await pilot.press("f7", "plus")
        await until(pilot, lambda: isinstance(app.screen, AskLineScreen))
        app.screen.query_one(Input).value = "clear [/] \x1b[31m"
        await pilot.press("enter")
        await shows(pilot, app, "▲ good: clear [/]")
        assert "\x1b" not in transcript_text(app)
        await pilot.press("f7", "minus")
        await until(pilot, lambda: isinstance(app.screen, AskLineScreen))
        assert "clear" in app.screen.query_one(Input).value
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is chat(app))
        await shows(pilot, app, "▲ good: clear")
    again = house.app()
    async with again.run_test(size=(120, 40)) as pilot:
        await ready(pilot, again)
        await shows(pilot, again, "▲ good: clear [/]")


async def test_the_route_is_explained_with_every_number_and_the_exchange_inspected(
    house: House,
) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "hi")
        await pilot.press("f7", "x")
        await until(pilot, lambda: isinstance(app.screen, ExchangeScreen))
        shown = str(app.screen.query_one("#exchange-text", Static).render())
        for name in ("groq", "google", "openai", "anthropic", "local"):
            assert name in shown
        assert shown.count("predicted") >= 5
        await pilot.press("i")
        shown = str(app.screen.query_one("#exchange-text", Static).render())
        assert "complete (stop)" in shown
        assert "Every call" in shown
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is chat(app))
        await pilot.press("k", "x")
        await until(pilot, lambda: "This is a question" in toasts(app))


async def test_the_menu_lists_what_fits_and_its_keys_work(house: House) -> None:
    house.server.groq.reply(ok("Look:\n\n```python\nprint('hi')\n```\n"))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "code, please")
        await pilot.press("f7", "enter")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        options = app.screen.query_one(OptionList)
        words = "\n".join(
            str(options.get_option_at_index(index).prompt) for index in range(options.option_count)
        )
        assert "copy the message" in words
        assert "code block" in words
        assert "version" not in words
        assert "cut off" not in words
        await pilot.press("c")
        await until(pilot, lambda: "Copied the message" in toasts(app))
        assert app.clipboard == "Look:\n\n```python\nprint('hi')\n```\n"
        await until(pilot, lambda: app.screen is chat(app))
        await pilot.press("1")
        await until(pilot, lambda: "Copied code block 1 of 1" in toasts(app))
        assert app.clipboard == "print('hi')"
        await pilot.press("2")
        await until(pilot, lambda: "there is no 2" in toasts(app))
        await pilot.press("C")
        await until(pilot, lambda: "2 messages" in toasts(app))
        assert app.clipboard.startswith("**You:**\n\ncode, please\n\n**Answer:**")
