"""Titles: the cheapest model makes them, the person's own stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.titles import LONGEST, clean_title
from storage.reader import Reader
from storage.rows import TitledBy
from tests.app.house import House, ask, command, ready, until
from tests.fakeserver import ok, status
from widgets.conversation_line import ConversationLine


def title_of(house: House) -> tuple[str, TitledBy]:
    reader = Reader(house.paths.database)
    row = reader.conversation(1)
    reader.close()
    assert row is not None
    return row.title, row.titled_by


async def test_the_cheapest_model_names_a_conversation_and_its_cost_is_booked(
    house: House,
) -> None:
    house.settings = house.with_settings(titles=True)
    house.server.anthropic.reply(ok("Molecules scatter blue light most."))
    house.server.groq.reply(ok('"Title: Colour of the sky."'))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await pilot.press("f4")
        await ask(pilot, app, "why is the sky blue and not, say, green?")
        line = screen.query_one(ConversationLine)
        await until(pilot, lambda: "Colour of the sky" in line.render().plain)
        runtime = await app.runtime()
        attempts = runtime.reader.provider_history("groq")
        assert len(attempts) == 1, "what the title cost is in the ledger"
        await ask(pilot, app, "and at dusk?")
    assert title_of(house) == ("Colour of the sky", TitledBy.MODEL)
    assert len(house.server.groq.chats) == 1, "one title a conversation"
    assert house.server.groq.chats[0].body["max_completion_tokens"] <= 200


async def test_a_title_of_the_persons_own_stays(house: House) -> None:
    house.settings = house.with_settings(titles=True)
    house.server.groq.reply(ok("Hello!"), ok("A title", first_delay=0.5))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "hi")
        await command(pilot, app, "/title Mine [/]")
        await until(pilot, lambda: len(house.server.groq.chats) == 2)
        await pilot.pause(0.7)
    assert title_of(house) == ("Mine [/]", TitledBy.PERSON)


@pytest.mark.parametrize("reply", [ok("Certainly! Here is a title for it:"), status(500, "no")])
async def test_without_a_usable_title_the_question_stays_the_title(
    house: House, reply: object
) -> None:
    house.settings = house.with_settings(titles=True, enable_fallback=False)
    house.server.groq.reply(ok("Hello!"), reply)  # type: ignore[arg-type]  # both are behaviours
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "hi there")
        await until(pilot, lambda: len(house.server.groq.chats) == 2)
    assert title_of(house) == ("hi there", TitledBy.QUESTION)


@pytest.mark.parametrize(
    ("reply", "title"),
    [
        ("Sky colour", "Sky colour"),
        ("**Title:** Sky colour", "Sky colour"),
        ("\n\n“Sky colour.”\nbecause it is", "Sky colour"),
        ("# Sky \x1b[31m[/]", "Sky ␛[31m[/]"),
        ("", None),
        ("Sure, here are some:", None),
        ("word " * 30, None),
    ],
)
def test_what_a_model_says_becomes_a_title_or_nothing(reply: str, title: str | None) -> None:
    assert clean_title(reply) == title


@given(st.text())
def test_a_title_is_one_short_harmless_line(reply: str) -> None:
    title = clean_title(reply)
    if title is not None:
        assert 0 < len(title) <= LONGEST
        assert title.isprintable() or not any(ord(character) < 32 for character in title)
        assert "\n" not in title
