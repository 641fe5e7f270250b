"""The chat screen: from the key press to the ledger and back onto the screen."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from app.screens.pick_provider import PickProviderScreen
from providers.config import LocalConfig
from storage.reader import Reader
from storage.rows import ExchangeState
from tests.app.house import House, ask, chat, ready, send, status_text, transcript_text, until
from tests.fakeserver import FakeServer, cut, ok, status
from widgets.banner import Banner
from widgets.composer import Composer
from widgets.cost_meter import CostMeter
from widgets.provider_panel import ProviderPanel


def exchanges(house: House, conversation_id: int = 1) -> list[tuple[ExchangeState, str]]:
    reader = Reader(house.paths.database)
    rows = reader.load_messages(conversation_id)
    reader.close()
    return [(row.exchange.state, row.content) for row in rows if row.exchange is not None]


async def test_an_answer_is_painted_labelled_saved_and_metered(house: House) -> None:
    house.server.groq.reply(ok("Scattering makes it **blue**."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "Why is the sky blue?")
        shown = transcript_text(app)
        assert "Why is the sky blue?" in shown
        assert "Scattering makes it blue." in shown
        assert "groq · openai/gpt-oss-120b" in shown
        assert "cheapest of 4: $" in shown
        assert screen.query_one(Composer).text == ""
        meter = screen.query_one(CostMeter).render().plain
        # This answer, the session, the day, the month; what else stands there is expected.
        amounts = [row.split()[-1] for row in meter.splitlines()[:4]]
        assert all(amount.startswith("$0.0000") for amount in amounts), meter
        assert "groq" in status_text(app)
    assert exchanges(house) == [(ExchangeState.COMPLETE, "Scattering makes it **blue**.")]


async def test_the_conversation_so_far_is_sent_along(house: House) -> None:
    app = house.app()
    async with app.run_test() as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "My name is Ada.")
        await ask(pilot, app, "What is my name?")
    body = house.server.groq.chats[1].body
    assert [message["content"] for message in body["messages"]] == [
        "My name is Ada.",
        "Hello!",
        "What is my name?",
    ]


async def test_a_fallback_shows_as_it_happens(house: House) -> None:
    house.server.groq.reply(status(429, "Slow down", headers={"retry-after": "38"}))
    house.server.google.reply(cut("half of an answer is here", after=3))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "hi")
        shown = transcript_text(app)
        assert "groq 429: Slow down, cooling 38 s → google" in shown
        assert "half of" in shown
        assert "interrupted: google broke off" in shown
        assert "Hello!" in shown
        assert "after groq failed" in shown
        panel = str(screen.query_one(ProviderPanel).children[0].render())
        assert "cooling 3" in panel
        assert "groq" not in status_text(app), "the next question goes elsewhere"
    [(state, text)] = exchanges(house)
    assert (state, text) == (ExchangeState.COMPLETE, "Hello!")


async def test_a_restart_shows_the_same_conversation(house: House) -> None:
    house.server.groq.reply(status(500))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "hi")
        before = transcript_text(app)
    again = house.app()
    async with again.run_test(size=(120, 40)) as pilot:
        await ready(pilot, again)
        assert transcript_text(again) == before


async def test_esc_stops_and_keeps_the_partial(house: House) -> None:
    house.server.groq.reply(ok("word " * 500, delay=0.02))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await send(pilot, app, "go on and on")
        await until(pilot, lambda: "word word" in transcript_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: not chat(app).busy)
        assert "stopped" in transcript_text(app)
        assert "stopped" in status_text(app)
    [(state, text)] = exchanges(house)
    assert state is ExchangeState.STOPPED
    assert text.startswith("word word")
    assert house.server.groq.chats[0].wait_disconnected(2.0)


async def test_leaving_in_the_middle_of_an_answer_settles_it(house: House) -> None:
    house.server.groq.reply(ok("word " * 500, delay=0.02))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await send(pilot, app, "go on and on")
        await until(pilot, lambda: "word word" in transcript_text(app))
        await pilot.press("ctrl+q")
    [(state, text)] = exchanges(house)
    assert state is ExchangeState.STOPPED
    assert text.startswith("word word")


async def test_a_question_during_an_answer_stays_in_the_composer(house: House) -> None:
    house.server.groq.reply(ok("word " * 500, delay=0.02))
    app = house.app()
    async with app.run_test() as pilot:
        screen = await ready(pilot, app)
        await send(pilot, app, "first")
        await until(pilot, lambda: house.server.groq.chats)
        await send(pilot, app, "second")
        assert screen.query_one(Composer).text == "second"
        assert len(house.server.groq.chats) == 1
        await pilot.press("escape")
        await until(pilot, lambda: not screen.busy)


async def test_when_nobody_answers_the_screen_says_what_to_do(house: House) -> None:
    for name in ("openai", "anthropic", "google", "groq"):
        house.server.endpoint(name).default(status(401, "bad key"))
    house.settings = house._settings({"disabled": frozenset({"local"})})
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "anybody there?")
        shown = transcript_text(app)
        assert shown.count("401: bad key") == 4
        assert "Set the key of groq anew: f9" in shown
    assert [state for state, _ in exchanges(house)] == [ExchangeState.FAILED]


async def test_a_missing_model_file_says_how_to_fetch_it(
    tmp_path: Path, server: FakeServer
) -> None:
    house = House(tmp_path, server, keys=False)
    missing = replace(LocalConfig(), model_path=str(tmp_path / "nowhere.gguf"))
    house.settings = replace(
        house.settings, providers={**house.settings.providers, "local": missing}
    )
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "hi")
        assert "there is no model file at" in transcript_text(app)
        assert "check model_path" in transcript_text(app)
    assert [state for state, _ in exchanges(house)] == [ExchangeState.FAILED]


async def test_a_question_typed_before_the_ledger_is_open_waits(house: House) -> None:
    gate = threading.Event()
    app = house.app(opening=gate.wait)
    async with app.run_test() as pilot:
        await pilot.pause()
        await send(pilot, app, "early bird")
        assert chat(app).query_one(Composer).text == "early bird", "not lost while it waits"
        gate.set()
        await until(pilot, lambda: house.server.groq.chats and not chat(app).busy)
        assert "early bird" in transcript_text(app)
    assert exchanges(house) == [(ExchangeState.COMPLETE, "Hello!")]


async def test_drafts_outlive_a_restart(house: House) -> None:
    app = house.app()
    async with app.run_test() as pilot:
        screen = await ready(pilot, app)
        screen.query_one(Composer).set_text("not finished yet")
        await until(pilot, lambda: app.state.draft == "not finished yet")
    again = house.app()
    async with again.run_test() as pilot:
        screen = await ready(pilot, again)
        assert screen.query_one(Composer).text == "not finished yet"
        await pilot.press("enter")
        await until(pilot, lambda: house.server.groq.chats and not screen.busy)
        assert again.state.draft is None
        screen.query_one(Composer).set_text("a draft in a conversation")
        reader = (await again.runtime()).reader
        await until(
            pilot, lambda: reader.list_conversations()[0].draft == "a draft in a conversation"
        )


async def test_no_key_says_who_answers_and_how_to_add_one(
    tmp_path: Path, server: FakeServer
) -> None:
    app = House(tmp_path, server, keys=False).app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        banner = screen.query_one(Banner)
        assert banner.display
        words = str(banner.render())
        assert "the built-in model answers, free" in words
        assert "f9 adds a key" in words
        assert "local" in status_text(app)


async def test_strategies_by_key_and_after_a_restart(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        assert status_text(app).startswith(" cost ")
        for key, strategy, provider in (
            ("f4", "quality", "anthropic"),
            ("f3", "latency", "groq"),
            ("f2", "cost", "groq"),
            ("ctrl+t", "latency", "groq"),
            ("ctrl+t", "quality", "anthropic"),
        ):
            await pilot.press(key)
            await until(pilot, lambda name=provider: name in status_text(app))  # type: ignore[misc]
            assert status_text(app).startswith(f" {strategy} ")
        await ask(pilot, app, "the best one, please")
        assert len(house.server.anthropic.chats) == 1
    again = house.app()
    async with again.run_test(size=(120, 40)) as pilot:
        await ready(pilot, again)
        assert status_text(again).startswith(" quality ")


async def test_naming_a_provider(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, PickProviderScreen))
        # The order is that of the strategy in force: cheapest first.
        await pilot.press("down", "down", "down", "enter")
        await until(pilot, lambda: "manual: anthropic" in status_text(app))
        await ask(pilot, app, "hi")
        assert len(house.server.anthropic.chats) == 1
        assert "named by you" in transcript_text(app)


async def test_panels_fold_on_a_narrow_screen_and_by_key(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(200, 60)) as pilot:
        screen = await ready(pilot, app)
        panels = screen.query_one("#panels")
        assert panels.display
        await pilot.press("f6")
        assert not panels.display
        assert app.state.folded_panels == ("panels",)
        await pilot.press("f6")
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert not panels.display
        assert "cost" in status_text(app)
        await pilot.press("f6")
        assert panels.display, "still there when asked for"


async def test_reasoning_is_folded_and_unfolds(house: House) -> None:
    house.server.groq.reply(ok("42", reasoning="six times seven is forty-two"))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "6*7?")
        assert "six times seven" not in transcript_text(app)
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert "six times seven" in transcript_text(app)


async def test_nothing_hostile_reaches_the_terminal(house: House) -> None:
    evil = "\x1b]0;owned\x07 [/] [red]x[/] \x9b31m \u202e \x1b[2J"
    house.server.groq.reply(status(500, evil), ok(evil), ok(evil, reasoning=evil))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        for _ in range(3):
            await ask(pilot, app, f"echo {evil}")
        shown = transcript_text(app)
        assert not [c for c in shown if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160)]
        assert "\u202e" not in shown
        assert "[/] [red]x[/]" in shown
    assert all("\x1b" not in text for _, text in exchanges(house))
