"""Poor answers on the screen: who is asked in place, and what is wrong with the ones that stay."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Static

from app.screens.exchange import ExchangeScreen
from providers.multi_config import AnswerFault
from providers.quality.judging import Judging
from storage.reader import Reader
from storage.rows import ExchangeRow
from tests.app.house import House, ask, ready, transcript_text, until
from tests.fakeserver import ok

LOOP = "The sea is blue. " + "The waves roll on and on. " * 20
REFUSAL = "I'm sorry, but I can't help with that."
QUESTION = "Why is the sea blue?"


async def test_the_next_one_answers_and_the_poor_answer_stays_to_read(house: House) -> None:
    faults = house.settings.fallback_on | {AnswerFault.POOR}
    house.settings = replace(house.settings, quality_threshold=0.5, fallback_on=faults)
    house.server.groq.reply(ok(LOOP))
    house.server.google.reply(ok("Water absorbs red light."))
    app = house.app()
    async with app.run_test(size=(120, 50)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, QUESTION)
        shown = transcript_text(app)
        assert "groq gave a poor answer" in shown
        assert "→ google" in shown
        assert "Water absorbs red light." in shown
        assert "quality 0" not in shown.split("Water absorbs")[-1]
    again = house.app()
    async with again.run_test(size=(120, 50)) as pilot:
        await ready(pilot, again)
        assert transcript_text(again) == shown


async def test_what_is_wrong_stands_below_the_answer_and_in_full_where_one_looks(
    house: House,
) -> None:
    house.server.groq.reply(ok("Water absorbs red light."), ok(REFUSAL))
    app = house.app()
    async with app.run_test(size=(120, 50)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, QUESTION)
        assert "quality 0" not in transcript_text(app)
        await ask(pilot, app, "And why is it green?")
        assert transcript_text(app).count("quality 0.2: declines to answer") == 1
        await pilot.press("f7", "i")
        await until(pilot, lambda: isinstance(app.screen, ExchangeScreen))
        text = app.screen.query_one("#exchange-text", Static).render()
        assert "0.20: declines to answer (takes 80%)" in str(text)
    reader = Reader(house.paths.database)
    exchanges = [message.exchange for message in reader.load_messages(1)]
    reader.close()
    scores = [exchange.quality for exchange in exchanges if exchange is not None]
    assert scores == [1.0, pytest.approx(0.2)]


async def test_a_judge_joins_what_is_kept_of_the_answer(house: House) -> None:
    judge = Judging("openai", share=1.0)
    house.settings = replace(house.settings, judge=judge)
    house.server.groq.reply(ok("Water absorbs red light."))
    house.server.openai.default(ok("GRADE 5: says too little \x1b[31m"))
    reader = Reader(house.paths.database)
    app = house.app()
    async with app.run_test(size=(120, 50)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, QUESTION)

        def exchange() -> ExchangeRow | None:
            return reader.load_messages(1)[-1].exchange

        await until(pilot, lambda: (found := exchange()) is not None and found.quality == 0.5)
        found = exchange()
    assert found is not None
    assert found.assessment is not None
    assert found.assessment.words.startswith("judged 5 of 10: says too little")
    assert "\x1b" not in found.assessment.words
    assert [attempt.provider for attempt in found.attempts] == ["groq"], "it is no part of the bill"
    again = house.app()
    async with again.run_test(size=(120, 50)) as pilot:
        await ready(pilot, again)
        assert "quality 0.5: judged 5 of 10: says too little" in transcript_text(again)
    reader.close()
