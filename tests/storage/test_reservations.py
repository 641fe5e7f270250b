"""Random histories of reserving and settling: both ledgers against a model too simple to err."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from providers.billing.ledger import (
    AttemptOutcome,
    AttemptResult,
    AttemptStart,
    Ledger,
    SpendLimit,
    Standing,
)
from providers.billing.memory_ledger import InMemoryLedger
from providers.billing.money import from_nanos
from providers.errors import BudgetExceeded, BudgetHeld
from storage.ledger import SqliteLedger

T = TypeVar("T")

TODAY = date(2026, 11, 22)
MONTH = TODAY.replace(day=1)
NANOS: Mapping[SpendLimit, int] = {
    SpendLimit(name, from_nanos(nanos), since, provider, hedges): nanos
    for name, nanos, since, provider, hedges in (
        ("openai today", 60, TODAY, "openai", False),
        ("groq this month", 90, MONTH, "groq", False),
        ("everybody this month", 130, MONTH, None, False),
        ("hedges today", 40, TODAY, None, True),
    )
}
LIMITS = tuple(NANOS)


@dataclass
class Call:
    """What the model knows of a call; ``cost`` is None while it is under way."""

    provider: str
    day: date
    hedge: bool
    worst: int
    cost: int | None = None
    ids: list[int] = field(default_factory=list)


def _counts(limit: SpendLimit, provider: str, day: date, hedge: bool) -> bool:
    whose = limit.provider in (None, provider)
    return whose and day >= limit.since and (hedge or not limit.hedges_only)


class Books(RuleBasedStateMachine):
    """Every ledger is told the same and must say the same as the model."""

    calls = Bundle("calls")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.sqlite = SqliteLedger(Path(self.folder.name) / "telex.db")
        self.ledgers: Sequence[Ledger] = (self.sqlite, InMemoryLedger())
        self.known: list[Call] = []

    def teardown(self) -> None:
        self.sqlite.close()
        self.loop.close()
        self.folder.cleanup()

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(call)

    def standing(self, limit: SpendLimit) -> tuple[int, int]:
        mine = [c for c in self.known if _counts(limit, c.provider, c.day, c.hedge)]
        spent = sum(c.cost for c in mine if c.cost is not None)
        return spent, sum(c.worst for c in mine if c.cost is None)

    def refusal(self, limits: Sequence[SpendLimit], worst: int | None) -> type[Exception] | None:
        held = False
        for limit in limits:
            spent, reserved = self.standing(limit)
            # An unknown price needs any room at all, and a nano-dollar is the smallest.
            needs = 1 if worst is None else worst
            if needs and spent + needs > NANOS[limit]:
                return BudgetExceeded
            held = held or bool(needs and spent + reserved + needs > NANOS[limit])
        return BudgetHeld if held else None

    @rule(
        target=calls,
        provider=st.sampled_from(["openai", "groq", "local"]),
        ago=st.sampled_from([0, 0, 0, 1, 30]),
        hedge=st.booleans(),
        worst=st.none() | st.integers(0, 50),
    )
    def start(self, provider: str, ago: int, hedge: bool, worst: int | None) -> Any:
        day = TODAY - timedelta(days=ago)
        limits = tuple(limit for limit in LIMITS if _counts(limit, provider, TODAY, hedge))
        amount = None if worst is None else from_nanos(worst)
        attempt = AttemptStart(None, 1, provider, "m", amount, amount, day, limits, hedge)
        refusal = self.refusal(limits, worst)
        call = Call(provider, day, hedge, worst or 0)
        for ledger in self.ledgers:
            if refusal is None:
                call.ids.append(self.run(ledger.start_attempt(attempt)))
                continue
            with pytest.raises(BudgetExceeded) as caught:
                self.run(ledger.start_attempt(attempt))
            assert type(caught.value) is refusal
        if refusal is not None:
            return multiple()
        self.known.append(call)
        return call

    @rule(
        call=calls,
        outcome=st.sampled_from(AttemptOutcome),
        share=st.none() | st.floats(0, 1),
    )
    def finish(self, call: Call, outcome: AttemptOutcome, share: float | None) -> None:
        """Settle a call, maybe again, at no more than its worst case or at an unknown cost."""
        cost = None if share is None else int(share * call.worst)
        amount = None if cost is None else from_nanos(cost)
        for ledger, attempt in zip(self.ledgers, call.ids, strict=True):
            self.run(ledger.finish_attempt(attempt, AttemptResult(outcome, cost=amount)))
        if call.cost is None:
            call.cost = cost or 0

    @invariant()
    def all_agree(self) -> None:
        expected = []
        for limit in LIMITS:
            spent, reserved = self.standing(limit)
            assert spent + reserved <= NANOS[limit]
            expected.append(Standing(from_nanos(spent), from_nanos(reserved)))
        for ledger in self.ledgers:
            assert list(self.run(ledger.standing(LIMITS))) == expected


Books.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestBooks = Books.TestCase
