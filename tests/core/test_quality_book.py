"""What is believed of a model's answers: ratings, verdicts, and what the signals saw."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.classify import TaskKind
from providers.config import CustomConfig
from providers.learning.quality import QualityBook

MINE = CustomConfig(name="mine", model="m", base_url="http://127.0.0.1:1/v1", quality=0.8)


def test_flawless_answers_confirm_and_do_not_flatter() -> None:
    book = QualityBook()
    for _ in range(500):
        book.observe("mine", "m", 1.0, task=TaskKind.CODE)
    quality = book.quality(MINE)
    assert quality.value == quality.prior == 0.8
    assert "1.00 from 500 answers" in quality.words
    assert not book.knows_tasks


def test_one_bad_answer_turns_no_order_around_and_many_do() -> None:
    book = QualityBook()
    book.observe("mine", "m", 0.0)
    assert 0.76 < book.quality(MINE).value < 0.8
    for _ in range(50):
        book.observe("mine", "m", 0.0)
    assert book.quality(MINE).value < 0.4


def test_a_kind_of_task_has_a_mean_of_its_own() -> None:
    book = QualityBook()
    book.observe("mine", "m", 8.2, task=TaskKind.CODE, count=41)
    book.observe("mine", "m", 40.0, task=TaskKind.CHAT, count=40)
    code, chat = (book.quality(MINE, task=task) for task in (TaskKind.CODE, TaskKind.CHAT))
    unseen, whole = book.quality(MINE, task=TaskKind.SUMMARY), book.quality(MINE)
    assert code.value < whole.value == unseen.value < chat.value < 0.8
    assert "0.20 from 41 answers about code" in code.words
    assert (code.answers, whole.answers) == (41, 81)
    assert "from 81 answers" in whole.words
    assert book.knows_tasks


def test_a_rating_weighs_more_than_a_verdict_and_both_go_both_ways() -> None:
    rated, judged = QualityBook(), QualityBook()
    for _ in range(12):
        rated.rate("mine", "m", 0.0)
        judged.judge("mine", "m", 0.0)
    assert rated.quality(MINE).value < judged.quality(MINE).value < 0.8
    better = QualityBook()
    better.judge("mine", "m", 12.0, count=12)
    assert better.quality(MINE).value > 0.8
    assert "a judge said 1.00 of 12 answers" in better.quality(MINE).words


def test_sums_that_cannot_be_are_refused() -> None:
    book = QualityBook()
    for add in (book.observe, book.judge):
        with pytest.raises(ValueError, match="cannot add up"):
            add("mine", "m", 1.5)
    assert book.mean_score() is None


def test_the_mean_score_is_of_one_provider_or_of_all() -> None:
    book = QualityBook()
    book.observe("mine", "m", 0.5)
    book.observe("mine", "other", 1.0)
    book.observe("groq", "x", 0.0)
    assert (book.mean_score("mine"), book.mean_score()) == (0.75, 0.5)
    assert book.mean_score("openai") is None


@given(st.lists(st.tuples(st.integers(0, 2), st.floats(0, 1)), max_size=30))
def test_quality_stays_within_bounds(seen: list[tuple[int, float]]) -> None:
    book = QualityBook()
    for way, score in seen:
        (book.rate, book.observe, book.judge)[way]("mine", "m", score)
    assert 0 <= book.quality(MINE).value <= 1 + 1e-9
