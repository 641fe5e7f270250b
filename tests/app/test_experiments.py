"""Experiments in the chat: personas of arms, arms that stay, results on the screens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.widgets import Static

from app.screens.compare import CompareScreen
from providers.config import Strategy
from providers.experiments.experiment import Arm, Experiment
from providers.learning.outcomes import AnswerOutcome
from tests.app.house import (
    House,
    ask,
    chat,
    command,
    ready,
    send,
    status_text,
    toasts,
    until,
)
from tests.fakeserver import FakeServer
from widgets.composer import Composer
from widgets.outlook_line import OutlookLine

TONE = Experiment(
    name="tone",
    arms=(
        Arm(name="short", provider="groq", persona="poet"),
        Arm(name="plain", provider="groq"),
    ),
)
POEM = "Answer in verse."


@pytest.fixture
def house(tmp_path: Path, server: FakeServer) -> House:
    house = House(tmp_path, server)
    house.settings = replace(
        house.settings,
        experiment=TONE,
        routing_strategy=Strategy.EXPERIMENT,
        system_prompt="Be kind.",
    )
    return house


def _write_persona(house: House) -> None:
    folder = house.paths.config_file.parent / "personas"
    folder.mkdir()
    (folder / "poet.md").write_text(POEM, encoding="utf-8")


def _systems(house: House) -> list[str]:
    """Return what went before each conversation."""
    return [asked.body["messages"][0]["content"] for asked in house.server.groq.chats]


def _arm(conversation_id: int) -> str:
    return TONE.draw(str(conversation_id)).name


async def test_a_conversation_plays_the_persona_of_its_arm_to_its_end(house: House) -> None:
    _write_persona(house)
    app = house.app()
    wanted, told = {"short": POEM, "plain": "Be kind."}, list[int]()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        while len({_arm(place) for place in told}) < 2:
            await command(pilot, app, "/new")
            await ask(pilot, app, f"Question {len(told)}?")
            assert screen.conversation_id is not None
            told.append(screen.conversation_id)
        await ask(pilot, app, "And then?")
    assert _systems(house) == [wanted[_arm(place)] for place in [*told, told[-1]]]
    # With other weights, another start of telex keeps who has begun where it is.
    other = "plain" if _arm(told[-1]) == "short" else "short"
    heavy = tuple(replace(arm, weight=1e9 if arm.name == other else 1e-9) for arm in TONE.arms)
    house.settings = replace(house.settings, experiment=replace(TONE, arms=heavy))
    again = house.app()
    async with again.run_test(size=(120, 40)) as pilot:
        await ready(pilot, again)
        await until(pilot, lambda: "experiment" in status_text(again))
        await ask(pilot, again, "And now?")
        await command(pilot, again, "/new")
        await ask(pilot, again, "Somebody else?")
        runtime = await again.runtime()
        answers = runtime.reader.experiment_answers("tone", datetime.now(UTC))
    assert [answer.arm for answer in answers][-3:] == [_arm(told[-1])] * 2 + [other]
    assert _systems(house)[-2:] == [wanted[_arm(told[-1])], wanted[other]]


async def test_the_conversations_own_persona_wins(house: House) -> None:
    _write_persona(house)
    playing = Arm(name="also short", provider="groq", persona="poet")
    arms = (TONE.arms[0], playing)
    house.settings = replace(house.settings, experiment=replace(TONE, arms=arms))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await command(pilot, app, "/persona teacher")
        await until(pilot, lambda: screen.places.wishes.persona == "teacher")
        await ask(pilot, app, "Why?")
    [system] = _systems(house)
    assert "teach" in system.lower()


@pytest.mark.parametrize("differing", [True, False])
async def test_an_answer_under_a_persona_of_its_own_says_nothing_of_arms_that_differ_in_it(
    house: House, differing: bool
) -> None:
    _write_persona(house)
    if not differing:
        arms = (TONE.arms[0], replace(TONE.arms[1], persona="poet"))
        house.settings = replace(house.settings, experiment=replace(TONE, arms=arms))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "Why?")
        await command(pilot, app, "/persona teacher")
        await until(pilot, lambda: screen.places.wishes.persona == "teacher")
        await ask(pilot, app, "And why?")
        runtime = await app.runtime()
        rows = runtime.reader.outcomes(None, datetime.now(UTC))
    assert screen.conversation_id is not None
    arm = _arm(screen.conversation_id)
    assert [row.arm for row in rows] == [arm, None if differing else arm]
    assert [row.experiment for row in rows] == ["tone", None if differing else "tone"]
    assert {row.provider for row in rows} == {"groq"}, "who answers is still drawn"


async def test_a_persona_that_is_not_there_stops_the_question_before_it_is_sent(
    house: House,
) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await send(pilot, app, "Why?")
        await until(pilot, lambda: "cannot answer" in toasts(app))
        assert "The arm 'short' of the experiment 'tone'" in toasts(app)
        assert "poet.md" in toasts(app)
        assert str(house.paths.config_file) in toasts(app)
        assert chat(app).query_one(Composer).text == "Why?"
        runtime = await app.runtime()
        assert runtime.reader.list_conversations() == ()
        # Made, it plays.
        _write_persona(house)
        await pilot.press("enter")
        await until(pilot, lambda: house.server.groq.chats)
        await until(pilot, lambda: not chat(app).busy)


async def test_the_outlook_names_nobody_before_the_arm_is_drawn(
    tmp_path: Path, server: FakeServer
) -> None:
    arms = (Arm(name="a", provider="groq"), Arm(name="b", provider="anthropic"))
    house = House(tmp_path, server)
    house.settings = replace(
        house.settings,
        experiment=Experiment(name="who", arms=arms),
        routing_strategy=Strategy.EXPERIMENT,
    )
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        chat(app).query_one(Composer).set_text("Why?")
        line = screen.query_one(OutlookLine)
        await until(pilot, lambda: "an arm of the experiment" in str(line.render()))
        await ask(pilot, app, "Why?")
        runtime = await app.runtime()
        assert screen.conversation_id is not None
        [_, answer] = runtime.reader.load_messages(screen.conversation_id)
        assert answer.exchange is not None
        provider = answer.exchange.provider
        assert provider in {"groq", "anthropic"}
        chat(app).query_one(Composer).set_text("And then?")
        await until(pilot, lambda: f" · {provider}" in str(line.render()))


@pytest.mark.parametrize("judged", [True, False])
async def test_answers_to_be_compared_do_not_replace_each_other(
    tmp_path: Path, server: FakeServer, judged: bool
) -> None:
    house = House(tmp_path, server)
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await command(pilot, app, "/compare groq, anthropic")
        await until(pilot, lambda: bool(screen.comparing.sides))
        await send(pilot, app, "Say something")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await until(pilot, lambda: not screen.asking.answers.all())
        if judged:
            hint = app.screen.query_one("#compare-hint", Static)
            await until(pilot, lambda: "picks the better" in str(hint.render()))
        await pilot.press("1" if judged else "escape")
        await until(pilot, lambda: app.screen is screen)
        runtime = await app.runtime()
        if judged:
            await until(pilot, runtime.reader.preferences)
        later = datetime.now(UTC) + timedelta(days=1)
        found = {row.provider: row.outcome for row in runtime.reader.outcomes(None, later)}
    kept, other = AnswerOutcome.KEPT, AnswerOutcome.REGENERATED
    wanted = (kept, other) if judged else (AnswerOutcome.OPEN, AnswerOutcome.OPEN)
    assert (found["groq"], found["anthropic"]) == wanted
