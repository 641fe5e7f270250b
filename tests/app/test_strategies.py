"""Switching the strategy: a key each, a cycle, and what it would change."""

from __future__ import annotations

from textual.widgets import OptionList, Static

from app.routing import Route
from app.screens.pick_provider import PickProviderScreen
from app.screens.strategies import StrategiesScreen
from app.strategies import STRATEGY_KEYS, STRATEGY_WORDS
from providers.config import Strategy
from providers.rules import RoutingRule
from tests.app.house import House, ready, status_text, toasts, until
from widgets.strategy_strip import StrategyStrip


def test_every_strategy_has_a_key_of_its_own() -> None:
    assert set(STRATEGY_KEYS) == set(STRATEGY_WORDS) == set(Strategy)
    assert len(set(STRATEGY_KEYS.values())) == len(Strategy)


async def test_the_list_says_what_each_would_do_and_a_letter_takes_it(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        screen.composer.set_text("Compare a breaker with a bulkhead, step by step")
        await pilot.press("ctrl+l")
        await until(pilot, lambda: isinstance(app.screen, StrategiesScreen))
        options = app.screen.query_one(OptionList)
        rows = {option.id: str(option.prompt) for option in options.options}
        assert list(rows) == [strategy.value for strategy in STRATEGY_KEYS]
        assert "▸ c cost" in rows["cost"]
        assert "groq" in rows["cost"]
        assert "~$" in rows["cost"]
        assert "anthropic" in rows["quality"]
        assert "There are no rules yet" in rows["rules"]
        await pilot.press("down", "down")
        detail = str(app.screen.query_one("#strategies-detail", Static).render())
        assert "groq → anthropic" in detail
        await pilot.press("r")
        await until(pilot, lambda: "There are no rules yet" in toasts(app))
        assert isinstance(app.screen, StrategiesScreen)
        await pilot.press("q")
        await until(pilot, lambda: app.route.strategy is Strategy.QUALITY)
        assert "quality" in status_text(app)
        assert str(screen.composer.border_subtitle) == "quality"
        assert screen.composer.text.startswith("Compare"), "what is written stays"


async def test_manual_asks_whom_first(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await pilot.press("ctrl+l")
        await until(pilot, lambda: isinstance(app.screen, StrategiesScreen))
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, PickProviderScreen))
        assert app.route.strategy is Strategy.COST


async def test_the_strip_says_what_a_key_changed_and_goes_away(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        strip = screen.query_one(StrategyStrip)
        assert not strip.display
        screen.composer.set_text("Compare a breaker with a bulkhead")
        await pilot.press("f4")
        await until(pilot, lambda: "groq → anthropic" in strip.view.change)
        assert strip.display
        text = str(strip.render())
        assert "cost latency [quality] dynamic" in text
        assert "~$" in strip.view.change
        await pilot.press("ctrl+t")
        await until(pilot, lambda: strip.view.now == "dynamic")
        strip.hide()
        await pilot.pause()
        assert not strip.display
        await pilot.press("f4", "f4")
        await until(pilot, lambda: "the same: anthropic" in strip.view.change)


def test_the_cycle_leaves_out_what_has_no_purpose(house: House) -> None:
    route = Route(Strategy.COST)
    names = [each.value for each in route.cycle(house.settings)]
    assert names == ["cost", "latency", "quality", "dynamic", "balanced", "adaptive"]
    ruled = house.with_settings(rules=(RoutingRule(name="code", provider="groq", pattern="x"),))
    assert Strategy.RULES in Route(Strategy.COST, "groq").cycle(ruled)
    assert Strategy.MANUAL in Route(Strategy.COST, "groq").cycle(ruled)
    seen = []
    for _ in names:
        route = route.cycled(house.settings)
        seen.append(route.strategy.value)
    assert seen == [*names[1:], "cost"]
