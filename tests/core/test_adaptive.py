"""What ``adaptive`` believes, and whom it prefers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from providers.adaptive.book import AdaptiveBook, AnswerId
from providers.adaptive.evidence import Evidence, Fate
from providers.adaptive.kind import Kind
from providers.adaptive.wishes import Adaptive
from providers.classify import Complexity, TaskKind
from providers.errors import ConfigError
from providers.learning.outcomes import AnswerOutcome
from tests.core.adaptive_book import (
    CHAT,
    CODE,
    KEPT,
    REGENERATED,
    Teller,
    candidate,
    first,
    ranked,
)


@pytest.fixture
def book() -> AdaptiveBook:
    return AdaptiveBook()


@pytest.fixture
def teller(book: AdaptiveBook) -> Teller:
    return Teller(book)


def test_it_starts_from_the_priors_less_money_and_waiting(book: AdaptiveBook) -> None:
    good, cheap = candidate("good", "0.002", 2.0, 0.9), candidate("cheap", "0.0001", 1.0, 0.5)
    assert first(book, [cheap, good]) == "good"
    # Two cents are a tenth of a faultless answer; a minute is five sixths of one.
    assert first(book, [cheap, replace(good, predicted_cost=Decimal("0.10"))]) == "cheap"
    assert first(book, [cheap, replace(good, predicted_latency=60.0)]) == "cheap"
    [one] = ranked(book, [candidate("one", "0.02", 36.0, 0.9)]).order
    assert one.utility == pytest.approx(0.9 - 0.02 / 0.20 - 36 / 3600 * 10 / 0.20)


def test_an_unknown_price_is_taken_for_the_highest(book: AdaptiveBook) -> None:
    unknown, dear = candidate("unknown", None, quality=0.7), candidate("dear", "0.04", quality=0.6)
    cheap = candidate("cheap", "0.001", quality=0.6)
    order = [each.provider for each in ranked(book, [unknown, dear, cheap]).order]
    assert order == ["cheap", "unknown", "dear"]
    alone = ranked(book, [unknown]).order[0]
    assert alone.utility_words.startswith("0.67 for code (no answers yet, no price is known, ")


def test_what_is_kept_beats_what_is_asked_again(book: AdaptiveBook, teller: Teller) -> None:
    both = [candidate("known", quality=0.9), candidate("other", quality=0.5)]
    assert first(book, both) == "known"
    teller.tell("known", REGENERATED, 6)
    teller.tell("other", KEPT, 6)
    assert first(book, both) == "other"


def test_kinds_are_learned_apart_and_lean_on_each_other(book: AdaptiveBook, teller: Teller) -> None:
    key = ("one", "m")
    teller.tell("one", KEPT, 20, CODE)
    teller.tell("one", REGENERATED, 20, CHAT)
    code, chat, other = (
        book.belief(key, kind, 0.5).mean
        for kind in (CODE, CHAT, Kind(TaskKind.SUMMARY, Complexity.MEDIUM))
    )
    assert chat < 0.3 < other < 0.7 < code
    narrow = book.belief(key, Kind(TaskKind.CODE, Complexity.SIMPLE), 0.5).mean
    assert other < narrow <= code, "simple code leans on complex code"
    teller.tell("two", KEPT, 20, CODE)
    assert book.belief(("two", "m"), CHAT, 0.3).mean > 0.7, "believed good until shown otherwise"


def test_what_a_kind_is_nobody_knows_teaches_what_is_known(
    book: AdaptiveBook, teller: Teller
) -> None:
    teller.tell("one", KEPT, 9, Kind(TaskKind.CODE))
    teller.tell("two", KEPT, 9, Kind())
    coded, anything = (book.belief((name, "m"), CODE, 0.2) for name in ("one", "two"))
    assert coded.mean > anything.mean > 0.5


def test_a_later_outcome_replaces_the_earlier(book: AdaptiveBook) -> None:
    other = AdaptiveBook()
    book.tell(AnswerId(1), ("one", "m"), CODE, Fate(KEPT))
    book.tell(AnswerId(2), ("one", "m"), CODE, Fate(KEPT))
    book.tell(AnswerId(1), ("one", "m"), CODE, Fate(REGENERATED))
    other.tell(AnswerId(1), ("one", "m"), CODE, Fate(REGENERATED))
    other.tell(AnswerId(2), ("one", "m"), CODE, Fate(KEPT))
    told, wanted = (each.belief(("one", "m"), CODE, 0.5) for each in (book, other))
    assert told.mean == pytest.approx(wanted.mean)
    assert told.deviation == pytest.approx(wanted.deviation)
    words = ranked(book, [candidate("one"), candidate("two")]).order[1].utility_words
    assert "(kept 1 of 2, $0.001, 2.0 s)" in words
    assert book.change(AnswerId(1), Fate(KEPT, rating=0.0))
    assert not book.change(AnswerId(9), Fate(KEPT))
    assert book.fate_of(AnswerId(1)) == Fate(KEPT, rating=0.0)


def test_it_forgets_slowly(book: AdaptiveBook, teller: Teller) -> None:
    teller.tell("one", KEPT, 50)
    sure = book.belief(("one", "m"), CODE, 0.2)
    teller.tell("two", KEPT, 900)
    later = book.belief(("one", "m"), CODE, 0.2)
    assert later.answers == pytest.approx(sure.answers / 8)
    assert 0.2 < later.mean < sure.mean
    assert later.deviation > sure.deviation


def test_failures_count_and_are_forgotten_sooner(book: AdaptiveBook, teller: Teller) -> None:
    both = [candidate("one", quality=0.65), candidate("two", quality=0.6)]
    for _ in range(3):
        book.call_ended(("one", "m"), ok=False)
    assert first(book, both) == "two"
    assert book.belief(("one", "m"), CODE, 0.6).mean == 0.6, "of its answers nothing is known"
    teller.tell("third", KEPT, 120)
    assert first(book, both) == "one"


@pytest.mark.parametrize(
    ("fate", "value", "weight"),
    [
        (Fate(KEPT), 1.0, 1.0),
        (Fate(KEPT, quality=0.5), 0.5, 1.0),
        (Fate(KEPT, rating=0.0, quality=1.0), 0.0, 2.0),
        (Fate(AnswerOutcome.OPEN, quality=1.0), 1.0, 0.0),
        (Fate(AnswerOutcome.OPEN, quality=0.0), 0.0, 0.5),
        (Fate(AnswerOutcome.OPEN, rating=1.0), 1.0, 2.0),
        (Fate(AnswerOutcome.FAILED), 1.0, 0.0),
        (Fate(AnswerOutcome.STOPPED, quickly=True), 0.3, 0.05),
        (Fate(AnswerOutcome.STOPPED), 0.3, 0.5),
    ],
)
def test_what_an_answer_says(fate: Fate, value: float, weight: float) -> None:
    told = fate.evidence
    assert (told.value, told.weight) == (value, weight)


def test_the_more_the_person_did_the_more_it_says() -> None:
    order = [KEPT, AnswerOutcome.EDITED, AnswerOutcome.STOPPED, REGENERATED]
    values = [Fate(outcome).evidence.value for outcome in order]
    assert values == sorted(values, reverse=True)
    assert [Fate(each).evidence.kept for each in AnswerOutcome if each.kept is None] == [None]
    assert isinstance(Fate(KEPT).evidence, Evidence)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"explore_share": 0.6}, "explore_share must be from 0 to 0.5, not 0.6"),
        ({"explore_budget": -1}, "explore_budget must be 0 or more dollars, not -1"),
        ({"answer_value": 0}, "answer_value must be more than 0 dollars, not 0"),
        ({"hour_value": -1}, "hour_value must be 0 or more dollars, not -1"),
        ({"memory": 0.5}, "memory must be 1 answer or more, not 0.5"),
    ],
)
def test_wishes_that_make_no_sense_are_refused(wrong: dict[str, float], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Adaptive(**wrong)  # type: ignore[arg-type]  # on purpose
    assert str(caught.value) == f"adaptive.{words}"
    assert caught.value.key == f"adaptive.{next(iter(wrong))}"
