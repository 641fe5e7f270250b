"""Priors, places in the price list, and ratings."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.config import (
    AnthropicConfig,
    CustomConfig,
    GroqConfig,
    Kind,
    LocalConfig,
    OpenAIConfig,
)
from providers.learning.priors import prior_quality
from providers.learning.quality import PRIOR_RATINGS, QualityBook
from providers.learning.tiers import MOST, PriceTiers

HAIKU, SONNET, FABLE = "claude-haiku-4-5", "claude-sonnet-5-5", "claude-fable-5-2"
UNKNOWN = CustomConfig(name="mine", model="m", base_url="http://127.0.0.1:1/v1")


def test_a_vendors_dearer_model_is_expected_to_be_better() -> None:
    book = QualityBook()
    anthropic = AnthropicConfig()
    haiku, sonnet, fable = (book.quality(anthropic, m).value for m in (HAIKU, SONNET, FABLE))
    assert haiku < sonnet < fable
    assert all(abs(value - 0.90) <= MOST for value in (haiku, sonnet, fable))
    assert "a million output tokens" in book.quality(anthropic, HAIKU).words
    assert "genai-prices" in book.quality(anthropic, HAIKU).words


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        (Kind.OPENAI, "gpt-4"),  # dear, but of an earlier age
        (Kind.OPENAI, "text-embedding-3-large"),
        (Kind.GOOGLE, "claude-opus-5"),
        (Kind.GROQ, "whisper-large-v3"),
        (Kind.ANTHROPIC, "no-such-model"),
        (Kind.CUSTOM, "gpt-5"),
        (Kind.LOCAL, "smollm2-135m-instruct"),
    ],
)
def test_what_has_no_place_among_the_vendors_chat_models(kind: Kind, model: str) -> None:
    assert PriceTiers().tier(kind, model) is None


@pytest.mark.parametrize("config", [UNKNOWN, LocalConfig(), GroqConfig(model="brand-new")])
def test_an_unknown_model_keeps_its_providers_prior(
    config: CustomConfig | LocalConfig | GroqConfig,
) -> None:
    quality = QualityBook().quality(config)
    assert quality.value == quality.prior == prior_quality(config)
    assert quality.mean_rating is None


def test_the_persons_own_number_wins_for_its_model() -> None:
    config = replace(OpenAIConfig(), quality=0.33)
    book = QualityBook()
    assert book.quality(config).value == 0.33
    assert "set by you" in book.quality(config).words
    assert book.quality(config, "gpt-5-mini").value > 0.6


def test_three_thumbs_move_a_little_and_many_a_lot() -> None:
    book = QualityBook()
    for _ in range(3):
        book.rate("mine", "m", 1.0)
    few = book.quality(UNKNOWN)
    assert 0.55 < few.value < 0.61
    assert (few.prior, few.ratings, few.mean_rating) == (0.5, 3, 1.0)
    assert "3 ratings of yours, mean 1.00" in few.words
    book.warm_up("mine", "m", 97, 97.0)
    assert book.quality(UNKNOWN).value > 0.94
    assert book.quality(UNKNOWN, "other").ratings == 0, "each model has its own"


def test_a_rating_given_while_the_prior_is_looked_up_counts() -> None:
    class Interrupted(PriceTiers):
        def tier(self, kind: Kind, model: str) -> None:
            book.rate("mine", model, 1.0)

    book = QualityBook(Interrupted())
    assert book.quality(UNKNOWN).ratings == 1
    assert book.quality(UNKNOWN).ratings == 1


def test_a_rating_can_be_taken_back() -> None:
    book = QualityBook()
    book.rate("mine", "m", 0.0)
    book.warm_up("mine", "m", -1, -0.0)
    book.rate("mine", "m", 1.0)
    quality = book.quality(UNKNOWN)
    assert (quality.ratings, quality.mean_rating) == (1, 1.0)


@pytest.mark.parametrize(("count", "total"), [(1, 1.5), (1, -0.1), (2, 3.0), (0, 1.0), (-1, -1.0)])
def test_impossible_ratings_are_refused(count: int, total: float) -> None:
    with pytest.raises(ValueError, match="cannot add up"):
        QualityBook().warm_up("mine", "m", count, total)


@given(st.lists(st.floats(0, 1), max_size=50))
def test_the_value_lies_between_prior_and_mean(scores: list[float]) -> None:
    book = QualityBook()
    for score in scores:
        book.rate("mine", "m", score)
    quality = book.quality(UNKNOWN)
    bounds = [quality.prior, quality.prior if not scores else sum(scores) / len(scores)]
    assert min(bounds) - 1e-9 <= quality.value <= max(bounds) + 1e-9
    moved = abs(quality.value - quality.prior)
    assert moved <= len(scores) / (PRIOR_RATINGS + len(scores))


def test_the_price_list_is_loaded_only_when_it_is_needed() -> None:
    code = (
        "import sys; from providers.learning.quality import QualityBook;"
        "from providers.config import LocalConfig;"
        "QualityBook().quality(LocalConfig()); assert 'genai_prices' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
