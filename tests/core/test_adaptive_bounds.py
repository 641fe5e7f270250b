"""What holds of ``adaptive`` whatever comes: order, share, budget, memory, threads, time."""

from __future__ import annotations

import threading
from decimal import Decimal
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.adaptive.book import MOST_ANSWERS, MOST_MODELS, AdaptiveBook, AnswerId
from providers.adaptive.evidence import Fate
from providers.adaptive.kind import Kind
from providers.adaptive.wishes import Adaptive
from providers.classify import Complexity, TaskKind
from providers.learning.outcomes import AnswerOutcome
from providers.routing.choice import Candidate
from tests.core.adaptive_book import (
    BEST,
    CHAT,
    CODE,
    KEPT,
    NEW,
    TODAY,
    Teller,
    candidate,
    ranked,
)


@pytest.fixture
def book() -> AdaptiveBook:
    return AdaptiveBook()


@pytest.fixture
def teller(book: AdaptiveBook) -> Teller:
    return Teller(book)


NAMES = ("a", "b", "c", "d")
FATES = st.builds(
    Fate,
    st.sampled_from(AnswerOutcome),
    st.none() | st.floats(0, 1),
    st.none() | st.floats(0, 1),
    st.booleans(),
)
KINDS = st.sampled_from([CODE, CHAT, Kind(TaskKind.CODE), Kind()])
TOLD = st.lists(st.tuples(st.integers(1, 12), st.sampled_from(NAMES), KINDS, FATES), max_size=30)
CANDIDATES = st.lists(
    st.builds(
        candidate,
        st.sampled_from(NAMES),
        st.none() | st.decimals(0, 1, places=4).map(str),
        st.floats(0, 60),
        st.floats(0, 1),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda each: each.provider,
)
WISHES = st.builds(
    Adaptive,
    explore_share=st.floats(0, 0.5),
    explore_budget=st.none() | st.decimals(0, 1, places=3),
    memory=st.floats(1, 500),
)


def taught(told: list[tuple[int, str, Kind, Fate]], memory: float = 300.0) -> AdaptiveBook:
    book = AdaptiveBook(memory)
    for number, name, kind, fate in told:
        # An answer's model and kind never change, only what became of it.
        of = NAMES[number % len(NAMES)]
        book.tell(AnswerId(number), (of, "m"), [CODE, CHAT][number % 2], fate)
        book.call_ended((name, "m"), ok=kind is not CODE)
    return book


@given(TOLD, CANDIDATES, WISHES, st.randoms())
@settings(max_examples=100, deadline=None)
def test_the_order_they_come_in_does_not_matter(
    told: list[tuple[int, str, Kind, Fate]],
    candidates: list[Candidate],
    wishes: Adaptive,
    random: object,
) -> None:
    book = taught(told, wishes.memory)
    book.restore([False] * 30, wishes)
    mixed = candidates[:]
    random.shuffle(mixed)  # type: ignore[attr-defined]  # a Random
    one, other = (ranked(book, each, wishes) for each in (candidates, mixed))
    assert (one.order, one.reason, one.policy) == (other.order, other.reason, other.policy)


@given(TOLD, CANDIDATES, WISHES)
@settings(max_examples=100, deadline=None)
def test_the_same_story_gives_the_same_beliefs(
    told: list[tuple[int, str, Kind, Fate]], candidates: list[Candidate], wishes: Adaptive
) -> None:
    one, other = taught(told, wishes.memory), taught(told, wishes.memory)
    assert ranked(one, candidates, wishes).order == ranked(other, candidates, wishes).order
    for name in NAMES:
        belief = one.belief((name, "m"), CODE, 0.5)
        assert belief == other.belief((name, "m"), CODE, 0.5)
        assert 0 <= belief.mean <= 1
        assert 0 <= belief.reliable <= 1
        assert belief.answers >= 0


@given(st.lists(CANDIDATES, min_size=1, max_size=60), WISHES, TOLD)
@settings(max_examples=60, deadline=None)
def test_share_and_budget_hold_whatever_comes(
    requests: list[list[Candidate]], wishes: Adaptive, told: list[tuple[int, str, Kind, Fate]]
) -> None:
    book = taught(told, wishes.memory)
    tried, extra = 0, Decimal(0)
    for number, candidates in enumerate(requests, 1):
        ranking = ranked(book, candidates, wishes)
        assert book.begin(ranking.policy, wishes, TODAY)
        best = max(candidate.utility for candidate in ranking.order)
        chosen = ranking.order[0]
        if chosen.utility < best:
            tried += 1
            able = [each for each in ranking.order if each.utility == best]
            if wishes.explore_budget is not None:
                assert chosen.predicted_cost is not None, "an unknown price was tried"
                most = max(each.predicted_cost or 0 for each in able)
                extra += max(Decimal(0), chosen.predicted_cost - most)
        assert tried <= wishes.explore_share * number + 1e-6
    assert tried <= book.allowance.tried
    if wishes.explore_budget is not None:
        assert extra <= book.allowance.spent <= wishes.explore_budget


# Bounds


def test_its_memory_is_bounded(book: AdaptiveBook) -> None:
    for number in range(MOST_ANSWERS + 50):
        book.tell(AnswerId(number), (f"p{number % (MOST_MODELS + 20)}", "m"), CODE, Fate(KEPT))
    assert book.fate_of(AnswerId(49)) is None
    assert book.fate_of(AnswerId(50)) is not None
    assert len(book._records) == MOST_MODELS
    assert len(book._told) == MOST_ANSWERS


def test_threads_lose_nothing(book: AdaptiveBook) -> None:
    wishes = Adaptive(explore_share=0.25, explore_budget=None)

    def work(base: int) -> None:
        for number in range(200):
            book.tell(AnswerId(base + number), ("best", "m"), CODE, Fate(KEPT))
            ranking = ranked(book, [BEST, NEW], wishes)
            while not book.begin(ranking.policy, wishes, TODAY):
                ranking = ranked(book, [BEST, NEW], wishes)

    threads = [threading.Thread(target=work, args=(1_000 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    allowance = book.allowance
    assert allowance.requests == 800
    assert allowance.tried <= 200
    assert "kept 800 of 800" in ranked(book, [BEST, NEW]).order[0].utility_words


def test_a_full_book_ranks_twenty_in_half_a_millisecond(book: AdaptiveBook, teller: Teller) -> None:
    twenty = [candidate(f"p{n}", str(0.001 * (n + 1))) for n in range(20)]
    for task in TaskKind:
        for complexity in Complexity:
            for each in twenty:
                teller.tell(each.provider, KEPT, 2, Kind(task, complexity))
    wishes, best = Adaptive(), 1.0
    for _ in range(100):
        started = perf_counter()
        ranked(book, twenty, wishes)
        best = min(best, perf_counter() - started)
    assert best < 0.0005
