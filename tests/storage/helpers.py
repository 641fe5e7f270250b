"""Short ways to make the values the ledger takes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from providers.billing.ledger import (
    AttemptOutcome,
    AttemptResult,
    AttemptStart,
    Ledger,
    SpendLimit,
    Standing,
)
from providers.events import CandidateView, Completed, FinishKind, RouteChosen, StreamFinished
from providers.usage import Usage
from storage.ledger import SqliteLedger
from storage.rows import ExchangeIds

DAY = date(2026, 11, 22)


def daily_limit(dollars: str, provider: str | None = "openai", day: date = DAY) -> SpendLimit:
    return SpendLimit("daily limit", Decimal(dollars), day, provider)


async def standing(ledger: Ledger, provider: str = "openai", day: date = DAY) -> Standing:
    """Return what ``provider`` spent and reserved from ``day`` on."""
    [found] = await ledger.standing([daily_limit("0", provider, day)])
    return found


async def spent(ledger: Ledger, provider: str = "openai", day: date = DAY) -> Decimal:
    return (await standing(ledger, provider, day)).spent


def start(
    *,
    exchange_id: int | None = None,
    provider: str = "openai",
    model: str = "gpt",
    position: int = 1,
    predicted: str | None = "0.01",
    worst: str | None = "0.02",
    limit: str | None = None,
    limits: tuple[SpendLimit, ...] = (),
    hedge: bool = False,
    latency: float | None = None,
    day: date = DAY,
) -> AttemptStart:
    """``limit`` stands for a daily limit of the provider, ahead of ``limits``."""
    if limit is not None:
        limits = (daily_limit(limit, provider, day), *limits)
    return AttemptStart(
        exchange_id=exchange_id,
        position=position,
        provider=provider,
        model=model,
        predicted_cost=None if predicted is None else Decimal(predicted),
        worst_case=None if worst is None else Decimal(worst),
        day=day,
        limits=limits,
        hedge=hedge,
        predicted_latency=latency,
    )


def result(
    outcome: AttemptOutcome = AttemptOutcome.OK,
    *,
    cost: str | None = "0.01",
    usage: Usage | None = None,
    latency: float = 1.5,
    ttft: float | None = 0.25,
) -> AttemptResult:
    return AttemptResult(
        outcome=outcome,
        usage=usage or Usage(input_tokens=10, output_tokens=20, cached_tokens=4),
        response_model="gpt-2026",
        finish_reason="stop",
        cost=None if cost is None else Decimal(cost),
        latency=latency,
        time_to_first_token=ttft,
    )


def route(provider: str = "openai", model: str = "gpt") -> RouteChosen:
    chosen = CandidateView(provider, model, True, "cheapest", Decimal("0.01"), 1.5, 0.9)
    other = CandidateView("groq", "oss", False, "no key")
    return RouteChosen(provider, model, "cost", "cheapest of 2", (chosen, other))


def completed(
    text: str = "answer", *, cost: str | None = "0.01", attempt_id: int | None = None
) -> Completed:
    amount = None if cost is None else Decimal(cost)
    return Completed(
        provider="openai",
        model="gpt",
        text=text,
        reasoning="because",
        finish=StreamFinished(FinishKind.STOP, "stop", None),
        usage=Usage(10, 20),
        cost=amount,
        total_cost=amount,
        latency=1.5,
        time_to_first_token=0.25,
        position=1,
        attempt_id=attempt_id,
    )


async def answered(
    ledger: SqliteLedger,
    question: str,
    answer: str = "answer",
    *,
    conversation_id: int | None = None,
    edit_of: int | None = None,
) -> ExchangeIds:
    """Take one message all the way to its answer."""
    ids = await ledger.begin_exchange(conversation_id, question, "cost", edit_of=edit_of)
    await ledger.record_route(ids.exchange_id, route())
    attempt = await ledger.start_attempt(start(exchange_id=ids.exchange_id))
    await ledger.save_progress(ids.exchange_id, answer[:3])
    await ledger.finish_attempt(attempt, result())
    await ledger.complete_exchange(ids.exchange_id, completed(answer, attempt_id=attempt))
    return ids
