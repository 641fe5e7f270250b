"""Usage call by call, for what-if questions: tiered prices do not add up over sums of tokens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlite_utils import Database

from providers.billing.money import from_nanos
from storage.spending import period


class BilledUsage(NamedTuple):
    """What one finished call used.

    Args:
        model: the one that was asked for.
        input_tokens: all of them, cached ones included.
        cost: US dollars, None when unknown.
        outcome: ok, failed, cancelled, or abandoned (its process died).
        hedge: whether it was a backup of another call.
    """

    provider: str
    model: str
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cache_write_tokens: int
    reasoning_tokens: int
    cost: Decimal | None
    outcome: str
    hedge: bool


def billed_usage(db: Database, since: datetime, until: datetime | None) -> Iterator[BilledUsage]:
    """Yield finished attempts whose tokens are known, oldest first, one at a time."""
    rows = db.execute(
        "SELECT provider, request_model, input_tokens, output_tokens, cached_tokens,"
        " cache_write_tokens, reasoning_tokens, cost_nanos, outcome, hedge FROM attempts"
        " WHERE outcome != 'started' AND input_tokens IS NOT NULL"
        " AND started_at >= :since AND started_at < :until ORDER BY started_at",
        period(since, until),
    )
    for *known, nanos, outcome, hedge in rows:
        cost = None if nanos is None else from_nanos(nanos)
        yield BilledUsage._make((*known, cost, outcome, bool(hedge)))
