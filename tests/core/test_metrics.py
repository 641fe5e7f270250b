"""Counts that only grow."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.learning.metrics import MOST_ACCOUNTS, MetricsBook, Totals
from providers.usage import Usage

USAGE = Usage(100, 20, cached_tokens=40, reasoning_tokens=5)


def test_nothing_yet() -> None:
    totals = MetricsBook().snapshot()
    assert totals == Totals()
    assert (totals.cost_per_request, totals.success_rate) == (None, None)
    assert totals.total_cost == 0
    assert (totals.task_completion, totals.cost_per_success) == (None, None)


def test_a_call_counts_for_its_model_its_provider_and_all() -> None:
    book = MetricsBook()
    book.finish("p", "a", ok=True, cost=Decimal("0.02"), usage=USAGE)
    book.finish("p", "b", ok=False, error_kind="timeout", cost=Decimal("0.01"), usage=USAGE)
    book.finish("q", "a", ok=False, cancelled=True, cost=Decimal("0.03"), usage=Usage(0, 0))
    assert book.snapshot("p", "a").requests == 1
    provider = book.snapshot("p")
    assert (provider.requests, provider.successes, provider.failures) == (2, 1, 1)
    assert provider.errors == {"timeout": 1}
    assert (provider.success_rate, provider.error_rate) == (0.5, 0.5)
    assert (provider.input_tokens, provider.output_tokens) == (200, 40)
    assert (provider.cached_tokens, provider.reasoning_tokens) == (80, 10)
    everything = book.snapshot()
    assert (everything.requests, everything.cancelled) == (3, 1)
    assert everything.total_cost == Decimal("0.06")
    assert everything.cost_per_request == Decimal("0.02")
    assert everything.cost_per_success == Decimal("0.06"), "what failed was paid for as well"
    assert everything.success_rate == 0.5, "a cancelled call is neither"


def test_unknown_costs_are_counted_and_not_taken_for_nothing() -> None:
    book = MetricsBook()
    book.finish("p", "m", ok=True, cost=None, usage=USAGE)
    alone = book.snapshot()
    assert (alone.total_cost, alone.cost_per_success, alone.unknown_costs) == (None, None, 1)
    book.finish("p", "m", ok=True, cost=Decimal("0.04"), usage=USAGE)
    both = book.snapshot()
    assert (both.total_cost, both.unknown_costs) == (Decimal("0.04"), 1)
    assert both.cost_per_request == both.cost_per_success == Decimal("0.04")


def test_free_is_known() -> None:
    book = MetricsBook()
    book.finish("local", "m", ok=True, cost=Decimal(0), usage=USAGE)
    assert book.snapshot("local").cost_per_request == 0


def test_hedges_are_told_apart() -> None:
    book = MetricsBook()
    book.finish("p", "m", ok=True, cost=Decimal(1), usage=USAGE)
    book.finish("p", "m", ok=False, cancelled=True, cost=Decimal(2), usage=USAGE, hedge=True)
    book.finish("p", "m", ok=False, cancelled=True, cost=None, usage=USAGE, hedge=True)
    totals = book.snapshot("p", "m")
    assert totals.hedges == 2
    assert totals.hedge_cost == 2
    assert totals.total_cost == 3


def test_task_completion_is_answers_kept() -> None:
    book = MetricsBook()
    for _ in range(3):
        book.keep("p", "m")
    book.regenerate("p", "m")
    assert book.snapshot("p").task_completion == 0.75
    assert book.snapshot("p").requests == 0


def test_a_snapshot_is_a_copy() -> None:
    book = MetricsBook()
    book.finish("p", "m", ok=False, error_kind="auth", cost=Decimal(0), usage=USAGE)
    book.snapshot().errors.clear()
    assert book.snapshot().errors == {"auth": 1}


def test_memory_is_bounded() -> None:
    book = MetricsBook()
    for index in range(MOST_ACCOUNTS + 100):
        book.finish(
            "p", f"m{index}", ok=False, error_kind=f"e{index}", cost=Decimal(1), usage=USAGE
        )
    assert book.snapshot("p").requests == MOST_ACCOUNTS + 100
    assert len(book.snapshot("p").errors) <= 51
    assert sum(book.snapshot("p").errors.values()) == MOST_ACCOUNTS + 100
    assert book.snapshot("p", "m0").requests == 1
    assert book.snapshot("p", f"m{MOST_ACCOUNTS + 50}").requests == 0


def test_a_model_needs_its_provider() -> None:
    with pytest.raises(ValueError, match="provider"):
        MetricsBook().snapshot(model="m")


def test_threads_lose_nothing() -> None:
    book = MetricsBook()

    def work() -> None:
        for _ in range(500):
            book.finish("p", "m", ok=True, cost=Decimal("0.001"), usage=USAGE)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert book.snapshot().total_cost == Decimal(4)


calls = st.tuples(
    st.sampled_from(["p", "q"]),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["ok", "failed", "cancelled"]),
    st.one_of(st.none(), st.decimals(0, 10, places=6)),
    st.booleans(),
)


@given(st.lists(calls, max_size=40))
def test_the_parts_add_up(
    made: list[tuple[str, str, str, Decimal | None, bool]],
) -> None:
    book = MetricsBook()
    for name, model, end, cost, hedge in made:
        book.finish(
            name,
            model,
            ok=end == "ok",
            cancelled=end == "cancelled",
            cost=cost,
            usage=USAGE,
            hedge=hedge,
        )
    everything = book.snapshot()
    parts = [book.snapshot(name, model) for name in "pq" for model in "ab"]
    assert everything.requests == len(made) == sum(part.requests for part in parts)
    assert everything.unknown_costs == sum(part.unknown_costs for part in parts)
    known = sum((part.total_cost or Decimal(0) for part in parts), Decimal(0))
    assert (everything.total_cost or 0) == known
    assert everything.hedge_cost == sum(part.hedge_cost for part in parts)
