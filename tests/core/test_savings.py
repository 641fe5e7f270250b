"""What routing saved, and what it did not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.learning.savings import Savings, SavingsMeter

BEST = "anthropic/claude-sonnet-5-5"


def report(*requests: tuple[str | None, str | None, str | None]) -> Savings:
    meter = SavingsMeter()
    for request in requests:
        meter.add(*(None if amount is None else Decimal(amount) for amount in request))
    return meter.report()


def test_it_says_what_was_saved() -> None:
    savings = report(("0.10", "0.25", "0.20"), ("0.14", "0.40", "0.24"))
    assert savings.saved_best == Decimal("0.41")
    assert savings.saved_primary == Decimal("0.20")
    assert savings.share_best == pytest.approx(0.41 / 0.65)
    assert savings.words(best=BEST) == f"saved $0.41 (63 %) against always {BEST}"
    assert savings.words(best=BEST, primary="groq").endswith(
        "; saved $0.20 (45 %) against always groq"
    )


def test_routing_may_cost_more_and_says_so() -> None:
    savings = report(("0.30", "0.20", None))
    assert savings.saved_best == Decimal("-0.10")
    assert savings.words() == "paid $0.10 (50 %) more than always the best"


def test_only_what_is_known_on_both_sides_is_compared() -> None:
    savings = report(("0.10", "0.20", None), (None, "5", "5"), ("7", None, "8"))
    assert (savings.requests, savings.compared_best, savings.compared_primary) == (3, 1, 1)
    assert (savings.unknown_best, savings.unknown_primary) == (2, 2)
    assert savings.actual_best == Decimal("0.10")
    assert savings.saved_primary == Decimal(1)
    assert "2 requests not compared" in savings.words()


def test_nothing_to_compare_is_not_nothing_saved() -> None:
    savings = report((None, None, None))
    assert (savings.saved_best, savings.share_best) == (None, None)
    assert savings.words() == "nothing to compare with always the best"
    assert Savings().saved_primary is None


def test_free_against_free() -> None:
    savings = report(("0", "0", "0"))
    assert savings.saved_best == 0
    assert savings.share_best is None
    assert savings.words() == "as dear as always the best"


def test_dearer_than_free_has_no_share() -> None:
    assert report(("0.10", "0", None)).words() == "paid $0.10 more than always the best"


amounts = st.one_of(st.none(), st.decimals(0, 100, places=6))


@given(st.lists(st.tuples(amounts, amounts, amounts), max_size=30))
def test_sums_are_exact_and_every_request_is_somewhere(
    requests: list[tuple[Decimal | None, Decimal | None, Decimal | None]],
) -> None:
    meter = SavingsMeter()
    for actual, best, primary in requests:
        meter.add(actual, best, primary)
    savings = meter.report()
    pairs = [(a, b) for a, b, _ in requests if a is not None and b is not None]
    assert savings.compared_best + savings.unknown_best == len(requests)
    assert (savings.saved_best or 0) == sum((b - a for a, b in pairs), Decimal(0))
    assert savings.words(primary="p")
