from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from providers.billing.ledger import AttemptOutcome, AttemptResult
from providers.errors import RateLimited
from providers.usage import Usage
from storage import export
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import ExchangeState
from storage.spending import AttemptSample, GroupBy, Spend, percentile
from tests.storage.conftest import FakeClock
from tests.storage.helpers import DAY, answered, result, start


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([], 50, None), ([3.0], 95, 3.0), ([4, 1, 3, 2], 50, 2), (list(range(1, 101)), 95, 95)],
)
def test_percentiles_are_values_that_occurred(
    values: list[float], percent: float, expected: float | None
) -> None:
    assert percentile(values, percent) == expected


async def test_spend_of_a_period(ledger: SqliteLedger, reader: Reader, clock: FakeClock) -> None:
    began = clock()
    for cost in ("0.01", "0.000000001", None):
        attempt = await ledger.start_attempt(start())
        await ledger.finish_attempt(attempt, result(cost=cost))
        clock.advance(hours=1)
    await ledger.start_attempt(start())
    assert reader.spend(began) == Spend(Decimal("0.010000001"), 1, 4)
    assert reader.spend(began, began + timedelta(hours=1)) == Spend(Decimal("0.01"), 0, 1)
    assert reader.spend(clock() + timedelta(seconds=1)) == Spend(Decimal(0), 0, 0)


async def test_numbers_per_provider_model_and_day(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    began = clock()
    for latency in (1.0, 2.0, 9.0):
        attempt = await ledger.start_attempt(start())
        await ledger.finish_attempt(attempt, result(latency=latency, ttft=latency / 10))
    attempt = await ledger.start_attempt(start(model="mini"))
    await ledger.finish_attempt(attempt, result(AttemptOutcome.FAILED, cost=None, latency=30))
    attempt = await ledger.start_attempt(start(provider="groq", day=DAY + timedelta(days=1)))
    await ledger.finish_attempt(attempt, result(AttemptOutcome.CANCELLED, cost="0"))
    groq, openai = reader.stats(GroupBy.PROVIDER, began)
    assert (openai.key, openai.requests, openai.successes, openai.failures) == ("openai", 4, 3, 1)
    assert (openai.latency_p50, openai.latency_p95, openai.ttft_p50) == (2.0, 9.0, 0.2)
    assert (openai.input_tokens, openai.output_tokens, openai.cached_tokens) == (40, 80, 16)
    assert (openai.cost, openai.unknown_costs, openai.success_rate) == (Decimal("0.03"), 1, 0.75)
    assert (groq.cancelled, groq.success_rate, groq.latency_p50) == (1, None, None)
    models = [stats.key for stats in reader.stats(GroupBy.MODEL, began)]
    assert models == ["groq/gpt", "openai/gpt", "openai/mini"]
    days = [stats.key for stats in reader.stats(GroupBy.DAY, began)]
    assert days == ["2026-11-22", "2026-11-23"]


async def test_history_to_warm_a_health_monitor(ledger: SqliteLedger, reader: Reader) -> None:
    outcomes = (AttemptOutcome.OK, AttemptOutcome.CANCELLED, AttemptOutcome.FAILED)
    for number, outcome in enumerate(outcomes, start=1):
        attempt = await ledger.start_attempt(start())
        await ledger.finish_attempt(attempt, result(outcome, latency=number, ttft=None))
    await ledger.start_attempt(start())
    samples = reader.provider_history("openai", "gpt")
    assert [(sample.ok, sample.latency) for sample in samples] == [(True, 1.0), (False, 3.0)]
    assert [sample.ok for sample in reader.provider_history("openai", limit=1)] == [False]
    assert reader.provider_history("openai", "other") == ()


async def test_history_says_what_was_predicted_and_what_came_of_it(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    attempt = await ledger.start_attempt(start(model="mini", predicted="0.02", latency=2.5))
    await ledger.finish_attempt(attempt, result(cost="0.03"))
    attempt = await ledger.start_attempt(start(predicted=None))
    failed = AttemptResult(AttemptOutcome.FAILED, error=RateLimited("slow down"), latency=0.5)
    await ledger.finish_attempt(attempt, failed)
    known, unknown = reader.provider_history("openai")
    assert known == AttemptSample(
        ok=True,
        error_type=None,
        latency=1.5,
        time_to_first_token=0.25,
        output_tokens=20,
        started_at=clock(),
        model="mini",
        input_tokens=10,
        cost=Decimal("0.03"),
        predicted_cost=Decimal("0.02"),
        predicted_latency=2.5,
    )
    assert unknown == AttemptSample(
        ok=False,
        error_type="rate_limit",
        latency=0.5,
        time_to_first_token=None,
        output_tokens=None,
        started_at=clock(),
        model="gpt",
        input_tokens=None,
        cost=None,
        predicted_cost=None,
        predicted_latency=None,
    )


async def test_billed_usage_comes_call_by_call(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    began = clock()
    attempt = await ledger.start_attempt(start())
    await ledger.finish_attempt(attempt, result(usage=Usage(10, 20, 4, 3, 2)))
    clock.advance(hours=1)
    hedge = await ledger.start_attempt(start(provider="groq", hedge=True))
    await ledger.finish_attempt(hedge, result(AttemptOutcome.CANCELLED, cost=None))
    attempt = await ledger.start_attempt(start())
    await ledger.finish_attempt(attempt, AttemptResult(AttemptOutcome.FAILED))
    await ledger.start_attempt(start())
    assert list(reader.billed_usage(began)) == [
        ("openai", "gpt", 10, 20, 4, 3, 2, Decimal("0.01"), "ok", False),
        ("groq", "gpt", 10, 20, 4, 0, 0, None, "cancelled", True),
    ]
    [first] = reader.billed_usage(began, clock())
    assert (first.provider, first.input_tokens, first.hedge) == ("openai", 10, False)
    assert list(reader.billed_usage(clock() + timedelta(seconds=1))) == []


async def test_export(ledger: SqliteLedger, reader: Reader) -> None:
    ids = await answered(ledger, "Why \ud800 \x1b[31mred?", "Because **blue**.")
    stopped = await ledger.begin_exchange(ids.conversation_id, "And?", "cost")
    await ledger.interrupt_exchange(stopped.exchange_id, ExchangeState.STOPPED, "")
    conversation = reader.conversation(ids.conversation_id)
    assert conversation is not None
    messages = reader.load_messages(ids.conversation_id)
    markdown = export.to_markdown(conversation, messages)
    assert "## You\n\nWhy \ufffd \u241b[31mred?\n\n## openai (gpt)\n\nBecause **blue**." in markdown
    assert "*10 in, 20 out · 1.5 s · $0.01*" in markdown
    assert "*stopped · $0*" in markdown
    markdown.encode()
    values = json.loads(json.dumps(export.to_json(conversation, messages)))
    assert [message["role"] for message in values["messages"]] == ["user", "assistant"] * 2
    assert values["cost_usd"] == "0.01"
    exchange = values["messages"][1]["exchange"]
    assert (exchange["cost_usd"], exchange["latency_ms"]) == ("0.01", 1500)
    assert exchange["attempts"][0]["request_model"] == "gpt"
