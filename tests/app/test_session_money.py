"""What a session has cost is what the ledger says, whoever was asked for what."""

from __future__ import annotations

from tests.app.house import House, ask, command, ready, send, transcript_text, until
from tests.fakeserver import ok
from widgets.cost_meter import CostMeter

LONG = " ".join(f"word{number}" for number in range(80))


async def test_a_stopped_answer_costs_in_the_session_what_it_costs_in_the_ledger(
    house: House,
) -> None:
    house.server.groq.reply(ok(LONG, delay=0.05))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await send(pilot, app, "A story")
        await until(pilot, lambda: "word5" in transcript_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: not screen.busy)
        await until(pilot, lambda: "today" in screen.query_one(CostMeter).render().plain)
        lines = screen.query_one(CostMeter).render().plain.splitlines()
        amounts = {line.split()[0]: line.split()[-1] for line in lines}
        assert amounts["session"] == amounts["today"]


async def test_the_title_of_a_question_to_a_named_provider_is_asked_of_nobody_else(
    house: House,
) -> None:
    house.settings = house.with_settings(titles=True)
    house.server.anthropic.reply(ok("An answer."), ok("A title"))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await command(pilot, app, "/provider anthropic")
        await until(pilot, lambda: app.route.label == "manual: anthropic")
        await ask(pilot, app, "my secret question")
        await until(pilot, lambda: len(house.server.anthropic.chats) == 2)
        await until(pilot, lambda: not screen.asking.answers.all())
        lines = screen.query_one(CostMeter).render().plain.splitlines
        amounts = {line.split()[0]: line.split()[-1] for line in lines()}

        def booked() -> bool:
            amounts.update({line.split()[0]: line.split()[-1] for line in lines()})
            return amounts["session"] == amounts["today"]

        await until(pilot, booked)
    for endpoint in (house.server.groq, house.server.google, house.server.openai):
        assert not endpoint.chats
