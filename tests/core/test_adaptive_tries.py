"""Whom ``adaptive`` tries, and within which bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from providers.adaptive.book import AdaptiveBook
from providers.adaptive.trials import Trial
from providers.adaptive.wishes import Adaptive
from providers.config import Strategy
from providers.routing.choice import Favourite, Policy
from providers.routing.ranking import rank
from tests.core.adaptive_book import (
    BEST,
    NEW,
    REGENERATED,
    TODAY,
    Teller,
    candidate,
    policy,
    ranked,
)


@pytest.fixture
def book() -> AdaptiveBook:
    return AdaptiveBook()


@pytest.fixture
def teller(book: AdaptiveBook) -> Teller:
    return Teller(book)


def test_a_try_is_said_and_does_not_change_while_nothing_happens(book: AdaptiveBook) -> None:
    wishes = Adaptive(explore_share=0.25)
    seen = []
    for _ in range(8):
        ranking = ranked(book, [BEST, NEW], wishes)
        assert ranking.reason == ranked(book, [NEW, BEST], wishes).reason
        assert book.begin(ranking.policy, wishes, TODAY)
        seen.append(ranking)
    order = [ranking.order[0].provider for ranking in seen]
    assert order == ["best", "best", "best", "new"] * 2
    assert seen[-1].reason == "trying new for code: no answers so far; 1 of 7 requests was a try"
    [_, after] = seen[-1].order
    assert after.provider == "best", "who is believed best comes next"
    words = "0.66 for code (no answers yet, $0.002, 2.0 s); 2 of 8 requests were tries"
    assert ranked(book, [BEST, NEW], wishes).reason == f"most useful to you of 2: {words}"


def test_whoever_cannot_be_better_is_not_tried(book: AdaptiveBook, teller: Teller) -> None:
    wishes = Adaptive(explore_share=0.5)
    assert ranked(book, [BEST, NEW], wishes).order[0].provider == "best"
    book.begin(policy(), wishes, TODAY)
    for hopeless in (
        replace(NEW, blocked="cooling down"),
        replace(NEW, last_resort=True),
        replace(NEW, strained=True),
        replace(NEW, predicted_cost=Decimal("0.30")),
    ):
        assert ranked(book, [BEST, hopeless], wishes).order[0].provider == "best"
    assert ranked(book, [BEST, NEW], wishes).order[0].provider == "new"
    teller.tell("new", REGENERATED, 12)
    assert ranked(book, [BEST, NEW], wishes).order[0].provider == "best", "known well enough"


def test_nobody_is_tried_where_something_else_decides(book: AdaptiveBook) -> None:
    wishes = Adaptive(explore_share=0.5)
    for _ in range(4):
        book.begin(policy(), wishes, TODAY)
    listed = replace(policy(), then=(Favourite("best", None, "listed for code"),))
    assert rank(*book.judge([BEST, NEW], listed, wishes, TODAY)).order[0].provider == "best"
    before = book.allowance
    assert book.begin(listed, wishes, TODAY)
    assert book.begin(Policy(Strategy.COST), wishes, TODAY)
    assert book.allowance == before


def test_the_budget_is_of_the_day_and_an_unknown_price_is_never_tried(book: AdaptiveBook) -> None:
    wishes = Adaptive(explore_share=0.5, explore_budget=Decimal("0.0015"))
    tried = []
    for day in (TODAY, TODAY, TODAY, TODAY, TODAY, TODAY, date(2026, 3, 2), date(2026, 3, 2)):
        ranking = ranked(book, [BEST, NEW], wishes, today=day)
        assert book.begin(ranking.policy, wishes, day)
        tried.append(ranking.order[0].provider == "new")
    assert tried == [False, True, False, False, False, False, True, False]
    assert book.allowance.spent_on(date(2026, 3, 2)) == Decimal("0.001")
    unknown = candidate("unknown", None, quality=0.65)
    for _ in range(3):
        book.begin(policy(), wishes, TODAY)
    assert ranked(book, [BEST, unknown], wishes).order[0].provider == "best"
    free = replace(wishes, explore_budget=None)
    assert ranked(book, [BEST, unknown], free).order[0].provider == "unknown"
    book.note_spent(Decimal("0.0014"), TODAY)
    assert ranked(book, [BEST, NEW], wishes).order[0].provider == "best"


def test_requests_at_once_cannot_share_one_try() -> None:
    book, wishes = AdaptiveBook(), Adaptive(explore_share=0.1)
    book.restore([False] * 9, wishes)
    ranking = ranked(book, [BEST, NEW], wishes)
    assert isinstance(ranking.policy.favourite, Trial)
    assert [book.begin(ranking.policy, wishes, TODAY) for _ in range(3)] == [True, False, False]
    assert (book.allowance.requests, book.allowance.tried) == (10, 1)


def test_what_was_saved_up_is_not_tried_all_at_once() -> None:
    book, wishes = AdaptiveBook(), Adaptive(explore_share=0.1)
    book.restore([False] * 500, wishes)
    tried = 0
    for _ in range(10):
        ranking = ranked(book, [BEST, NEW], wishes)
        book.begin(ranking.policy, wishes, TODAY)
        tried += isinstance(ranking.policy.favourite, Trial)
    assert 1 <= tried <= 4
