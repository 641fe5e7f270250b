"""Every number of the stats is what the list behind it comes to, whatever is in the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.budgets import Budget
from app.exchange_lists import read_list, sum_words, tally
from app.periods import Grain
from app.runtime import Runtime, open_runtime
from app.stats_book import Behind, Page, each, money, percent
from app.stats_figures import Figures, read_figures
from app.stats_pages import errors_page, models_page, speed_page
from app.stats_spend import limit_filter, spend_columns, spend_page
from app.stats_worth import worth_page
from providers.billing.ledger import SpendLimit, Standing
from providers.learning.outcomes import AnswerOutcome
from storage.call_filter import CallState
from storage.keys import KeyStore
from storage.listed import Listed
from storage.rating_stats import GOOD
from storage.spending import percentile
from tests.app.house import House
from tests.app.random_ledgers import NOW, Call, fill, ledgers
from tests.fakeserver import FakeServer
from widgets.figure_list import Figure
from widgets.views import seconds_text

SPANS = st.sampled_from((7, 30, None))
UNHURRIED = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    with FakeServer() as server:
        house = House(tmp_path_factory.mktemp("traced"), server)
        keys = KeyStore(house.settings.providers.values(), house.environment, backend=house.keyring)
        opened = open_runtime(house.environment, settings=house.settings, keys=keys)
        yield opened
        asyncio.run(opened.aclose())


def pairs(page: Page) -> Iterator[tuple[Figure, Behind]]:
    """Yield what can be opened, with what is behind it."""
    for group in page.groups:
        for figure in group.figures:
            if figure.opens is not None:
                yield figure, page.behind[figure.opens]


def behind(runtime: Runtime, opened: Behind) -> Sequence[Listed]:
    return read_list(runtime.reader, opened.wanted, NOW)


def read(runtime: Runtime, made: Sequence[Call], days: int | None) -> Figures:
    fill(runtime.paths.database, made)
    return read_figures(runtime, NOW, days)


def times(listed: Sequence[Listed], percent_: int) -> str:
    found = [
        row.seconds for row in listed if row.outcome == CallState.OK and row.seconds is not None
    ]
    return seconds_text(percentile(found, percent_))


def firsts(listed: Sequence[Listed], percent_: int) -> str:
    ok = [row for row in listed if row.outcome == CallState.OK]
    return seconds_text(
        percentile([row.first_token for row in ok if row.first_token is not None], percent_)
    )


@UNHURRIED
@given(made=ledgers, days=SPANS, grain=st.sampled_from(Grain))
def test_spend(runtime: Runtime, made: list[Call], days: int | None, grain: Grain) -> None:
    figures = read(runtime, made, days)
    for figure, opened in pairs(spend_page(figures, (), days)):
        told = tally(behind(runtime, opened))
        provider = figure.label if figure.mark is not None else ""
        share = each(told.cost / told.count) if told.count and not told.unknown else "–"
        good = each(told.cost / told.successes) if told.successes and not told.unknown else "–"
        shown = money(told.cost, told.unknown, provider=provider)
        assert figure.facts == (shown, f"{told.count:,}", share, good)
    columns, columns_behind = spend_columns(figures, grain)
    assert len(columns) == len(columns_behind)
    for column, opened in zip(columns, columns_behind, strict=True):
        listed = behind(runtime, opened)
        told = tally(listed)
        assert column.text == (money(told.cost, told.unknown) if listed else "")
        for part in column.parts:
            own = tally([row for row in listed if row.provider == part.provider])
            assert part.text == money(own.cost, own.unknown, provider=part.provider)
    total = sum((tally(behind(runtime, one)).cost for one in columns_behind), Decimal(0))
    assert total == figures.total.cost, "every call is in one of the columns"


@UNHURRIED
@given(made=ledgers, days=SPANS)
def test_models_speed_and_errors(runtime: Runtime, made: list[Call], days: int | None) -> None:
    figures = read(runtime, made, days)
    for figure, opened in pairs(models_page(figures)):
        listed = behind(runtime, opened)
        told = tally(listed)
        assert figure.facts == (
            f"{told.count:,}",
            percent(told.success_rate),
            firsts(listed, 50),
            times(listed, 50),
            times(listed, 95),
            money(told.cost, told.unknown, provider=figure.label.split(" · ")[0]),
        )
    for figure, opened in pairs(speed_page(figures)):
        listed = behind(runtime, opened)
        expected: tuple[str, ...] = (f"{len(listed):,}",)
        if len(figure.facts) > 1:
            expected += (
                firsts(listed, 50),
                firsts(listed, 95),
                times(listed, 50),
                times(listed, 95),
            )
        assert figure.facts == expected
        assert all(row.outcome == CallState.OK for row in listed)
    errors = 0
    for figure, opened in pairs(errors_page(figures)):
        listed = behind(runtime, opened)
        told = tally(listed)
        if len(figure.facts) > 1:
            stopped = told.count - told.successes - told.failures
            counts = (f"{told.count:,}", percent(told.success_rate))
            assert figure.facts == (*counts, f"{told.failures:,}", f"{stopped:,}")
        else:
            assert figure.facts == (f"{told.count:,}",)
            errors += told.failures
    assert errors == sum(row.failures for row in figures.providers), "each is of one type"


@UNHURRIED
@given(made=ledgers, days=SPANS)
def test_what_answers_were_worth(runtime: Runtime, made: list[Call], days: int | None) -> None:
    figures = read(runtime, made, days)
    for figure, opened in pairs(worth_page(figures)):
        listed = behind(runtime, opened)
        words = sum_words(listed, opened.wanted)
        if figure.label == "cache":
            assert figure.note.replace(" given again,", " given again ·") == words
        elif figure.label == "backups":
            told = tally(listed)
            assert (told.count, told.cost) == (
                figures.account.hedges.calls,
                figures.account.hedges.cost,
            )
        elif opened.title.endswith("kept"):
            kept = sum(row.outcome is AnswerOutcome.KEPT for row in listed)
            assert figure.facts == (percent(kept / len(listed)), f"{kept:,}", f"{len(listed):,}")
        elif opened.title.endswith("ratings"):
            scores = [row.rating for row in listed if row.rating is not None]
            good = sum(score >= GOOD for score in scores)
            assert figure.facts == (
                f"{sum(scores) / len(scores):.2f}",
                f"{len(scores):,}",
                f"▲ {good:,}",
                f"▼ {len(scores) - good:,}",
            )
        else:
            assert figure.label in ("routing", "")
            answered = sum(row.outcome == CallState.OK for row in listed)
            assert answered == figures.account.savings.requests


@UNHURRIED
@given(made=ledgers)
def test_limits(runtime: Runtime, made: list[Call]) -> None:
    fill(runtime.paths.database, made)
    today = NOW.date()
    limits = (
        SpendLimit("daily limit", Decimal(1), today, "groq"),
        SpendLimit("monthly limit", Decimal(1), today.replace(day=1), "openai"),
        SpendLimit("daily budget", Decimal(1), today),
        SpendLimit("monthly budget", Decimal(1), today.replace(day=1)),
        SpendLimit("daily cap on hedging", Decimal(1), today, hedges_only=True),
    )
    standings = asyncio.run(_standings(runtime, limits))
    for limit, standing in zip(limits, standings, strict=True):
        budget = Budget(limit.name, limit.provider, limit.dollars, standing.spent)
        listed = read_list(runtime.reader, limit_filter(budget, today), NOW)
        assert tally(listed).cost == standing.spent, limit.name


async def _standings(runtime: Runtime, limits: Sequence[SpendLimit]) -> Sequence[Standing]:
    return await runtime.ledger.standing(limits)
