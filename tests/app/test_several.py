"""Several conversations: answers go on out of sight, drafts and wishes stay where they belong."""

from __future__ import annotations

from decimal import Decimal

from app.screens.places import Places
from storage.reader import Reader
from tests.app.house import (
    House,
    ask,
    chat,
    command,
    ready,
    send,
    status_text,
    toasts,
    transcript_text,
    until,
)
from tests.fakeserver import ok
from widgets.conversation_line import ConversationLine

LONG = " ".join(f"word{number}" for number in range(60))


async def test_two_answers_stream_at_once_and_neither_is_lost(house: House) -> None:
    house.server.groq.reply(ok(f"FIRST {LONG} END1", delay=0.08), ok(f"SECOND {LONG} END2"))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await send(pilot, app, "one")
        await until(pilot, lambda: "FIRST" in transcript_text(app))
        await pilot.press("ctrl+n")
        await until(pilot, lambda: screen.conversation_id is None)
        assert "FIRST" not in transcript_text(app)
        assert not screen.busy
        assert "1 more answering" in status_text(app)
        await ask(pilot, app, "two")
        assert "END2" in transcript_text(app)
        assert len(screen.asking.answers.all()) == 1, "the first goes on"
        await screen.places.open(1)
        assert screen.busy
        assert "word1" in transcript_text(app)
        await until(pilot, lambda: not screen.busy)
        shown = transcript_text(app)
        assert "END1" in shown
        assert shown.count("FIRST") == 1
        assert "SECOND" not in shown
        assert "stop" not in shown
    reader = Reader(house.paths.database)
    contents = [reader.load_messages(number)[1].content for number in (1, 2)]
    reader.close()
    assert contents == [f"FIRST {LONG} END1", f"SECOND {LONG} END2"]


async def test_the_end_of_an_answer_out_of_sight_is_told(house: House) -> None:
    house.server.groq.reply(ok(LONG, delay=0.08))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await send(pilot, app, "one [/] more")
        await until(pilot, lambda: "word1" in transcript_text(app))
        await pilot.press("ctrl+n")
        await until(pilot, lambda: "answered: one [/] more" in toasts(app))
        assert not screen.asking.answers.all()
        assert "more answering" not in status_text(app)


async def test_esc_stops_only_what_is_in_view(house: House) -> None:
    house.server.groq.reply(ok(LONG, delay=0.05), ok(LONG, delay=0.05))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await send(pilot, app, "one")
        await until(pilot, lambda: "word1" in transcript_text(app))
        await pilot.press("ctrl+n")
        await send(pilot, app, "two")
        await until(pilot, lambda: "word1" in transcript_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: not screen.busy)
        assert "stopped" in transcript_text(app)
        assert [live.conversation_id for live in screen.asking.answers.all()] == [1]
        await screen.places.open(1)
        await pilot.press("escape")
        await until(pilot, lambda: not screen.asking.answers.all())


async def test_drafts_stay_with_their_conversation_over_restarts(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "one")
        screen.composer.set_text("draft of one")
        await pilot.press("ctrl+n")
        await until(pilot, lambda: screen.conversation_id is None)
        assert screen.composer.text == ""
        screen.composer.set_text("draft of none")
        await screen.places.open(1)
        assert screen.composer.text == "draft of one"
        await pilot.press("ctrl+n")
        await until(pilot, lambda: screen.conversation_id is None)
        assert screen.composer.text == "draft of none"
        await screen.places.open(1)
    again = house.app()
    async with again.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, again)
        assert screen.composer.text == "draft of one"


async def test_each_conversation_keeps_its_strategy_persona_and_budget(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "one")
        await pilot.press("f4")
        await until(pilot, lambda: screen.places.wishes.strategy == "quality")
        await command(pilot, app, "/persona teacher")
        await until(pilot, lambda: screen.places.wishes.persona == "teacher")
        await command(pilot, app, "/budget 0.50")
        await until(pilot, lambda: screen.places.wishes.budget == Decimal("0.50"))
        line = screen.query_one(ConversationLine)
        await until(pilot, lambda: "persona teacher" in line.render().plain)
        assert "of $0.50" in line.render().plain
        await ask(pilot, app, "explain")
        await pilot.press("ctrl+n")
        await until(pilot, lambda: screen.conversation_id is None)
        await pilot.press("f2")
        await until(pilot, lambda: app.route.label == "cost")
        await ask(pilot, app, "two")
        assert screen.places.wishes.persona is None
        await screen.places.open(1)
        assert app.route.label == "quality"
    again = house.app()
    async with again.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, again)
        assert again.route.label == "quality"
        wishes = screen.places.wishes
        assert (wishes.persona, wishes.budget) == ("teacher", Decimal("0.50"))
    system = house.server.anthropic.chats[0].body["system"]
    assert "teach" in str(system).lower()
    assert len(house.server.groq.chats) == 2


async def test_a_conversation_does_not_spend_more_than_its_budget(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "one")
        await command(pilot, app, "/budget 0.000001")
        await until(pilot, lambda: screen.places.wishes.budget is not None)
        await ask(pilot, app, "two")
        shown = transcript_text(app)
        assert "budget" in shown
    assert sum(len(endpoint.chats) for endpoint in (house.server.groq, house.server.google)) == 1


async def test_typing_goes_on_where_it_was_while_a_conversation_opens(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "one")
        places: Places = screen.places
        await places.open(1)
        await pilot.press(*"still here")
        assert screen.composer.text == "still here"
        assert chat(app).focused is screen.composer
