"""The provider panel: queues, limits, several models, and what background checks find."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal

import pytest

from app.budgets import Budget, read_budgets, tightest
from app.provider_views import provider_views
from providers.learning.health_watch import HealthWatch
from tests.app.house import House, ask, chat, ready, until
from tests.fakeserver import ok, status
from widgets.banner import Banner
from widgets.composer import Composer
from widgets.provider_panel import ProviderPanel
from widgets.provider_view import ProviderState


def panel_text(panel: ProviderPanel) -> str:
    return str(panel.children[0].render())


@pytest.mark.parametrize(
    ("name", "dollars", "used", "words"),
    [
        ("daily limit", "1", "0.629", "63 % of $1 today"),
        ("monthly limit", "20", "0.01", "<1 % of $20/month"),
        ("monthly budget", "20", "0", "0 % of $20/month"),
        ("daily limit", "0.50", "0.4999", "99 % of $0.50 today"),
        ("daily limit", "1", "1.5", "150 % of $1 today"),
        ("monthly limit", "0", "0", "$0/month"),
    ],
)
def test_a_limit_says_how_much_of_it_is_used(
    name: str, dollars: str, used: str, words: str
) -> None:
    assert Budget(name, "groq", Decimal(dollars), Decimal(used)).words == words


async def test_limits_queues_and_models_stand_in_the_panel(house: House) -> None:
    groq = replace(house.settings.providers["groq"], models=("a", "b"), max_concurrency=1)
    house.settings = replace(
        house.settings,
        providers={**house.settings.providers, "groq": groq},
        daily_cost_limits={"groq": Decimal("0.01")},
        monthly_cost_limits={"groq": Decimal(5), "google": Decimal(1)},
        monthly_budget=Decimal(20),
    )
    house.server.groq.reply(ok("word " * 500))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "hi")
        panel = screen.query_one(ProviderPanel)
        await until(pilot, lambda: "% of $0.01 today" in panel_text(panel))
        assert "0 % of $1/month" in panel_text(panel)
        assert panel_text(panel).count("groq") == 1
        runtime = await app.runtime()
        budgets = await read_budgets(runtime.factory.config, runtime.parts)
        assert [(b.name, b.provider) for b in budgets] == [
            ("monthly limit", "google"),
            ("daily limit", "groq"),
            ("monthly limit", "groq"),
            ("monthly budget", None),
        ]
        spent = tightest(budgets, "groq")
        assert spent is not None
        assert spent.name == "daily limit"
        assert spent.used > 0
        assert tightest(budgets, "openai") is None
        await runtime.parts.turnstile.enter("groq", patience=1)
        waiting = pilot.app.run_worker(runtime.parts.turnstile.enter("groq", patience=9))
        await until(pilot, lambda: "1 waiting" in panel_text(panel))
        runtime.parts.turnstile.leave("groq")
        await waiting.wait()
        [shown] = [v for v in provider_views(runtime.factory, (), now=0.0) if v.name == "groq"]
        assert shown.model.endswith(" +2")


async def test_a_provider_found_down_by_a_check_shows_so(house: House) -> None:
    house.server.google.listing = status(503, "Overloaded")
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        runtime = await app.runtime()
        await ask(pilot, app, "hi")
        await runtime.factory.ahealth_check()
        panel = screen.query_one(ProviderPanel)
        await until(pilot, lambda: "Overloaded" in panel_text(panel))
        views = {view.name: view for view in provider_views(runtime.factory, (), now=0.0)}
        assert views["google"].state in {ProviderState.COOLING, ProviderState.FAILING}
        assert views["openai"].state is ProviderState.READY, "a check found it there"


async def test_checks_run_in_the_background_and_end_with_the_app(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: list[str] = []

    async def run(watch: HealthWatch, **_: float) -> None:
        running.append("begun")
        try:
            await watch.sleep(3600)
        finally:
            running.append("ended")

    monkeypatch.setattr(HealthWatch, "run", run)
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await until(pilot, lambda: running == ["begun"])
        app.watch_health()
        await until(pilot, lambda: running == ["begun", "ended", "begun"])
        assert chat(app).opened
    assert running == ["begun", "ended", "begun", "ended"]


async def test_a_ledger_that_cannot_be_read_says_so_and_ends_nothing(house: House) -> None:
    house.settings = replace(house.settings, daily_cost_limits={"groq": Decimal(1)})
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        with closing(sqlite3.connect(house.paths.database)) as elsewhere:
            elsewhere.execute("DROP TABLE standings")
            elsewhere.execute("DROP TABLE attempts")
            elsewhere.commit()
        await screen.panels.refresh_spend()
        banner = screen.query_one(Banner)
        assert "no such table" in str(banner.content)
        banner.say("")
        await screen.outlook.refresh()
        assert "no such table" in str(banner.content)
        await pilot.press(*"still typing")
        assert screen.query_one(Composer).text == "still typing"
