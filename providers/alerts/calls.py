"""One finished call, as far as alerts look at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from providers.billing.ledger import AttemptOutcome
from providers.errors import NOT_THE_PROVIDERS


class CallOutcome(StrEnum):
    """What a call says about its provider."""

    ANSWERED = "answered"
    FAILED = "failed"
    UNJUDGED = "unjudged"
    """Stopped by the person, or refused for what was asked: it cost, and says nothing more."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One finished call. Durations in seconds, None where there was none.

    Args:
        ended: seconds since the epoch.
        provider: who was called.
        outcome: what the call says about the provider.
        day: the calendar day its cost is counted on, the local one on which it began.
        latency: from the start of the call to its end.
        time_to_first_token: from the start to the first delta.
        cost: US dollars, None when unknown.
        tokens: input and output together.
    """

    ended: float
    provider: str
    outcome: CallOutcome
    day: date
    latency: float = 0.0
    time_to_first_token: float | None = None
    cost: Decimal | None = None
    tokens: int = 0


def outcome_of(outcome: AttemptOutcome, error_kind: str | None) -> CallOutcome:
    """Return what a call that ended so says about its provider.

    Args:
        outcome: how it ended.
        error_kind: the ``kind`` of the error it failed with.
    """
    if outcome is AttemptOutcome.OK:
        return CallOutcome.ANSWERED
    if outcome is AttemptOutcome.CANCELLED or error_kind in NOT_THE_PROVIDERS:
        return CallOutcome.UNJUDGED
    return CallOutcome.FAILED
