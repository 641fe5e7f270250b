"""Every strategy by key, the reasons it gives, and naming a provider and model with its price."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from app.routing import Route
from app.screens.pick_provider import PickProviderScreen
from app.telex import TelexApp
from providers.classify import TaskKind
from providers.config import GroqConfig, Strategy
from providers.experiments.experiment import Arm, Experiment
from providers.rules import RoutingRule
from storage.settings import Settings
from storage.state_file import State
from tests.app.house import House, ask, chat, ready, status_text, transcript_text, until
from tests.fakeserver import FakeServer
from widgets.composer import Composer
from widgets.outlook_line import OutlookLine
from widgets.plain_list import PlainList

SMALL = "qwen/qwen3-32b"
CODE = RoutingRule(name="code", provider="groq", model=SMALL, task=TaskKind.CODE)


@pytest.fixture
def ruled(tmp_path: Path, server: FakeServer) -> House:
    """A house whose groq has two models, one of them for code."""
    house = House(tmp_path, server)
    groq = replace(house.settings.providers["groq"], models=(SMALL,))
    house.settings = replace(
        house.settings, providers={**house.settings.providers, "groq": groq}, rules=(CODE,)
    )
    return house


async def picker(pilot: Pilot[Any], app: TelexApp) -> PlainList:
    await pilot.press("f5")
    await until(pilot, lambda: isinstance(app.screen, PickProviderScreen))
    return app.screen.query_one(PlainList)


def rows(options: PlainList) -> list[str]:
    return [str(option.prompt) for option in options.options]


def test_the_cycle_leaves_out_what_makes_no_sense() -> None:
    def cycle(route: Route, settings: Settings) -> list[str]:
        seen = [route.strategy.value]
        while (route := route.cycled(settings)).strategy.value not in seen:
            seen.append(route.strategy.value)
        return seen

    basic = ["cost", "latency", "quality", "dynamic", "balanced", "adaptive"]
    plain = Settings()
    arms = (Arm(name="a", provider="groq"), Arm(name="b", provider="openai"))
    trying = Settings(experiment=Experiment(name="fast or good", arms=arms))
    ruled = Settings(rules=(RoutingRule(provider="groq", task=TaskKind.CODE),))
    assert cycle(Route(Strategy.COST), plain) == basic
    assert cycle(Route(Strategy.COST), ruled) == [*basic, "rules"]
    assert cycle(Route(Strategy.COST), trying) == [*basic, "experiment"]
    assert cycle(Route(Strategy.COST, "groq"), ruled) == [*basic, "rules", "manual"]


async def test_the_key_goes_through_all_strategies(ruled: House) -> None:
    app = ruled.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        for name in ("latency", "quality", "dynamic", "balanced", "adaptive", "rules", "cost"):
            await pilot.press("ctrl+t")
            assert status_text(app).startswith(f" {name} ")


async def test_dynamic_follows_what_is_being_written(ruled: House) -> None:
    app = ruled.app(state=State(strategy="dynamic"))
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await until(pilot, lambda: "groq" in status_text(app))
        screen.query_one(Composer).set_text("Explain the theorem")
        await until(pilot, lambda: "anthropic" in status_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: ruled.server.anthropic.chats and not screen.busy)
        shown = transcript_text(app)
        assert 'the question says "explain": best of 5: quality 0.' in shown
        await ask(pilot, app, "thanks")
        assert "the question is short and plain: cheapest of 5: $" in transcript_text(app)


async def test_a_rule_says_that_it_decided(ruled: House) -> None:
    app = ruled.app(state=State(strategy="rules"))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "Write a Python function that adds")
        assert ruled.server.groq.chats[0].model == SMALL
        shown = transcript_text(app)
        assert f"groq · {SMALL}" in shown
        assert "rule 'code'" in shown


async def test_rules_without_rules_are_not_remembered(house: House) -> None:
    app = house.app(state=State(strategy="rules"))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        assert status_text(app).startswith(" dynamic ")


async def test_the_picker_tells_what_each_would_cost_and_take(ruled: House) -> None:
    del ruled.environment["OPENAI_API_KEY"]  # type: ignore[attr-defined]  # a dict
    app = ruled.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        screen.query_one(Composer).set_text("word " * 2000)
        options = await picker(pilot, app)
        shown = rows(options)
        assert [row.split()[0] for row in shown] == [
            *("groq", "groq", "google", "anthropic", "local", "openai")
        ]
        assert {row.split()[1] for row in shown[:2]} == {GroqConfig().model, SMALL}
        assert "~$0." in shown[0]
        assert "–0." in shown[0], "the range"
        assert "0.5 s" in shown[0]
        assert "no key yet" in shown[-1]
        assert options.get_option_at_index(5).disabled
        heads = str(app.screen.query_one("#pick-heads", Static).render())
        assert heads.split() == ["provider", "model", "cost", "seconds", "quality"]
        assert len({len(row) for row in shown}) == 1, "columns"
        dearer = shown[2].split("~$")[1]
        assert float(dearer.split()[0]) > 0.0005, "it was asked about the text in the composer"
        await pilot.press("down")
        detail = str(app.screen.query_one("#pick-detail", Static).render())
        assert "expected, not measured yet. Quality: 0." in detail


async def test_naming_one_of_several_models_lasts(ruled: House) -> None:
    app = ruled.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        options = await picker(pilot, app)
        place = next(place for place, row in enumerate(rows(options)) if SMALL in row)
        options.highlighted = place
        await pilot.press("enter")
        await until(pilot, lambda: f"manual: groq   groq · {SMALL}" in status_text(app))
        await ask(pilot, app, "hi")
        assert "named by you" in transcript_text(app)
    again = ruled.app()
    async with again.run_test(size=(120, 40)) as pilot:
        await ready(pilot, again)
        await until(pilot, lambda: f"groq · {SMALL}" in status_text(again))
        await ask(pilot, again, "and again")
    assert [sent.model for sent in ruled.server.groq.chats] == [SMALL, SMALL]


async def test_the_picker_says_why_somebody_cannot_answer_and_fits_80_columns(
    house: House,
) -> None:
    house.settings = replace(house.settings, cost_limit_per_provider={"openai": Decimal(0)})
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        options = await picker(pilot, app)
        shown = rows(options)
        assert "limit $0 a request" in shown[-1]
        assert max(map(len, shown)) <= options.size.width
        assert all("quality" not in row for row in shown)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is chat(app))
        assert status_text(app).startswith(" cost ")


async def test_a_draft_that_nobody_can_answer_says_so_once(
    tmp_path: Path, server: FakeServer
) -> None:
    house = House(tmp_path, server, keys=False)
    app = house.app()
    async with app.run_test(size=(160, 40)) as pilot:
        screen = await ready(pilot, app)
        screen.composer.set_text("more than the built-in model can read. " * 800)
        line = screen.query_one(OutlookLine)
        await until(pilot, lambda: "nobody can answer" in line.render().plain)
        assert line.render().plain.count("nobody can answer") == 1
