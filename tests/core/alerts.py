"""Short ways to make calls and to watch them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from providers.alerts.calls import CallOutcome, CallRecord
from providers.alerts.events import AlertEvent, AlertFired

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC).timestamp()
DAY = date(2026, 11, 22)


def call(
    after: float = 0.0,
    *,
    ok: bool = True,
    provider: str = "openai",
    latency: float = 1.0,
    first_token: float | None = 0.5,
    cost: str | None = "0.01",
    tokens: int = 100,
    unjudged: bool = False,
    day: date | None = None,
) -> CallRecord:
    """Return a call that ended ``after`` seconds after noon."""
    judged = CallOutcome.ANSWERED if ok else CallOutcome.FAILED
    ended = NOON + after
    return CallRecord(
        ended=ended,
        provider=provider,
        outcome=CallOutcome.UNJUDGED if unjudged else judged,
        day=day or datetime.fromtimestamp(ended, UTC).date(),
        latency=latency,
        time_to_first_token=first_token,
        cost=None if cost is None else Decimal(cost),
        tokens=tokens,
    )


def told(events: list[AlertEvent]) -> list[tuple[str, str, str | None, float]]:
    """Return what happened, to which rule, of whom, and how long after noon."""
    return [
        (
            "fired" if isinstance(event, AlertFired) else "cleared",
            event.rule.name,
            event.provider,
            event.at - NOON,
        )
        for event in events
    ]
