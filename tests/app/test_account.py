"""What routing was worth: savings, backups, predictions and limits, on the screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.account import read_account
from app.account_text import account_lines
from app.runtime import Runtime
from app.screens.stats import StatsScreen
from providers.billing.ledger import AttemptOutcome, AttemptResult, AttemptStart
from providers.billing.pricing import PriceBook
from providers.config import AnthropicConfig, GroqConfig, OpenAIConfig, ProviderConfig
from providers.usage import Usage
from tests.app.house import House, ready, until
from tests.widgets.hosts import screen_text

USAGE = Usage(1000, 500)
PRICES = PriceBook()


def price(config: ProviderConfig) -> Decimal:
    cost = PRICES.cost(config, USAGE)
    assert cost is not None
    return cost


async def call(
    runtime: Runtime, config: ProviderConfig, outcome: AttemptOutcome, *, hedge: bool = False
) -> None:
    ledger = runtime.ledger
    start = AttemptStart(
        None, 1, config.name, config.model, None, None, datetime.now(UTC).date(), hedge=hedge
    )
    attempt_id = await ledger.start_attempt(start)
    await ledger.finish_attempt(
        attempt_id, AttemptResult(outcome, usage=USAGE, cost=price(config), latency=1.0)
    )


async def test_the_account_holds_every_call_of_the_period(house: House) -> None:
    house.settings = replace(house.settings, primary_provider="openai")
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        runtime = await app.runtime()
        groq, openai, best = GroqConfig(), OpenAIConfig(), AnthropicConfig()
        for _ in range(3):
            await call(runtime, groq, AttemptOutcome.OK)
        await call(runtime, openai, AttemptOutcome.OK, hedge=True)
        await call(runtime, groq, AttemptOutcome.CANCELLED)
        day = datetime.now(UTC) - timedelta(days=1)
        account = read_account(runtime, day)
        saved = account.savings
        assert (saved.requests, saved.compared_best, saved.compared_primary) == (4, 4, 4)
        spent = 4 * price(groq) + price(openai)
        assert saved.actual_best == saved.actual_primary == spent
        assert saved.saved_best == 4 * price(best) - spent
        assert saved.saved_primary == 4 * price(openai) - spent
        assert (account.hedges.calls, account.hedges.cost) == (1, price(openai))
        assert account.best is not None
        assert account.best.name == "anthropic"
        lines = dict(account_lines(account, ()))
        assert lines["routing"].startswith("saved $0.0")
        assert lines["routing"].endswith("against always anthropic/claude-sonnet-5-5")
        assert lines[""].endswith("against always openai")
        assert lines["backups"].startswith("1 of slow calls, $0.0")
        assert "predictions" not in lines, "nothing was predicted"
        assert read_account(runtime, datetime.now(UTC)).savings.requests == 0


async def test_the_screen_tells_it_at_80_columns(house: House) -> None:
    house.settings = replace(
        house.settings,
        daily_cost_limits={"groq": Decimal(1)},
        monthly_budget=Decimal(20),
    )
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        runtime = await app.runtime()
        await call(runtime, GroqConfig(), AttemptOutcome.OK)
        for _ in range(20):
            runtime.parts.cost_calibration.observe("k", predicted=1.0, actual=1.1)
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, StatsScreen))
        await pilot.press("5")
        await until(pilot, lambda: "saved" in screen_text(app))
        shown = " ".join(screen_text(app).split())
        assert "routing saved $0.0" in shown
        assert "predictions cost 100 % in range (80 % promised, 20 calls)" in shown
        await pilot.press("1", "end")
        await until(pilot, lambda: "all providers" in screen_text(app))
        shown = " ".join(screen_text(app).split())
        assert "groq <1 % of $1 today" in shown
        assert "all providers <1 % of $20/month" in shown


async def test_without_any_call_there_is_nothing_to_tell(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        account = read_account(await app.runtime(), datetime.now(UTC) - timedelta(days=30))
        assert account_lines(account, ()) == []
