"""Where the router asks for permission to spend and reports what was spent.

The core only knows the ``Ledger`` protocol. ``providers.billing.memory_ledger`` serves users of the
library; the application brings one backed by SQLite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from providers.billing.money import format_exactly
from providers.errors import BudgetExceeded, BudgetHeld, ProviderError
from providers.usage import Usage


class AttemptOutcome(StrEnum):
    """How one call to one provider ended."""

    OK = "ok"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class SpendLimit:
    """US dollars that may be spent from a day on.

    Args:
        name: how messages call it, such as ``daily limit``.
        dollars: the limit.
        since: the first local calendar day that counts: today, or the first of the month.
        provider: whose calls count; None counts those of all.
        hedges_only: count only calls made as a backup of another (see ``AttemptStart.hedge``).
    """

    name: str
    dollars: Decimal
    since: date
    provider: str | None = None
    hedges_only: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of a limit is used, in US dollars.

    Args:
        spent: by calls that ended, as far as their prices are known.
        reserved: what calls under way may still cost.
    """

    spent: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class AttemptStart:
    """One call that is about to be made.

    Args:
        exchange_id: the exchange it belongs to, or None when nobody keeps one.
        position: counts from 1 within the exchange.
        provider: the configured name.
        model: the model that is asked.
        predicted_cost: US dollars expected, None when the price is unknown.
        worst_case: US dollars at most, None when the price is unknown.
        day: the person's local calendar day.
        limits: what this call must fit into, all of them.
        hedge: it is a backup, started while another call is under way.
        predicted_latency: seconds expected until the answer is whole, None when unknown.
    """

    exchange_id: int | None
    position: int
    provider: str
    model: str
    predicted_cost: Decimal | None
    worst_case: Decimal | None
    day: date
    limits: tuple[SpendLimit, ...] = ()
    hedge: bool = False
    predicted_latency: float | None = None


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """What became of a call.

    Args:
        outcome: how it ended.
        error: why it failed, None otherwise.
        usage: tokens billed, None when neither reported nor estimated.
        response_model: the model that says it answered.
        finish_reason: why generation ended, None when it did not get that far.
        cost: US dollars, None when unknown. Pass 0 when surely nothing was billed.
        cost_estimated: True when ``cost`` does not rest on usage the provider reported.
        latency: seconds from the start of the call to its end.
        time_to_first_token: seconds from the start to the first delta, None without one.
        partial_text: what was shown of an answer that was not completed.
        partial_reasoning: the same for reasoning.
    """

    outcome: AttemptOutcome
    error: ProviderError | None = None
    usage: Usage | None = None
    response_model: str | None = None
    finish_reason: str | None = None
    cost: Decimal | None = None
    cost_estimated: bool = False
    latency: float = 0.0
    time_to_first_token: float | None = None
    partial_text: str = ""
    partial_reasoning: str = ""


class Ledger(Protocol):
    """Reserves money before a call and settles it afterwards."""

    async def start_attempt(self, start: AttemptStart) -> int:
        """Reserve the worst case of a call and return the id to settle it with.

        Checking the limits and reserving is one step: whoever else reserves at the same time,
        in this process or another, comes before it or after it.

        Raises:
            BudgetExceeded: what was spent and this call's worst case exceed one of its limits.
                Nothing is recorded then.
            BudgetHeld: they would fit, were it not for what calls under way have reserved.
        """

    async def finish_attempt(self, attempt_id: int, result: AttemptResult) -> None:
        """Record how the call ended and release its reservation. Settling twice changes nothing."""

    async def standing(self, limits: Sequence[SpendLimit]) -> Sequence[Standing]:
        """Return how much of each of ``limits`` is used now, in their order."""


def check_limits(start: AttemptStart, standings: Sequence[Standing]) -> None:
    """Refuse a call that could exceed one of its limits.

    A call of unknown price cannot be held against what is left: it holds nothing, and passes
    while its limits are not used up. A call that is surely free passes even where a limit was
    lowered below what is spent already, since it makes nothing worse.

    Args:
        start: the call.
        standings: how much of each of ``start.limits`` is used, in their order.

    Raises:
        BudgetExceeded: a limit has no room for the call, whatever becomes of the calls under way.
        BudgetHeld: there would be room but for what calls under way have reserved.
    """
    held: BudgetHeld | None = None
    for limit, standing in zip(start.limits, standings, strict=True):
        if _fits(start.worst_case, standing.spent + standing.reserved, limit.dollars):
            continue
        if not _fits(start.worst_case, standing.spent, limit.dollars):
            raise BudgetExceeded(
                _refusal(start, limit, standing), provider=start.provider, model=start.model
            )
        held = held or BudgetHeld(
            _refusal(start, limit, standing), provider=start.provider, model=start.model
        )
    if held is not None:
        raise held


def _fits(worst_case: Decimal | None, used: Decimal, dollars: Decimal) -> bool:
    if worst_case is None:
        return used < dollars
    return not worst_case or used + worst_case <= dollars


def _refusal(start: AttemptStart, limit: SpendLimit, standing: Standing) -> str:
    whose = "" if limit.provider is not None else " for all providers"
    reserved = standing.reserved
    in_flight = f" and {format_exactly(reserved)} reserved for calls under way" if reserved else ""
    return (
        f"the {limit.name} of {format_exactly(limit.dollars)}{whose} does not allow this call:"
        f" {format_exactly(standing.spent)} spent since {limit.since.isoformat()}{in_flight},"
        f" this call may cost up to {format_exactly(start.worst_case)}"
    )
