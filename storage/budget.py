"""What one conversation may cost in all: checked like the other limits, in the same transaction."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlite_utils import Database

from providers.billing.ledger import AttemptStart, SpendLimit, Standing, check_limits
from providers.billing.money import format_exactly, from_nanos
from providers.errors import BudgetExceeded

_STANDING = """
    SELECT c.budget_nanos, coalesce(s.spent_nanos, 0), coalesce(s.reserved_nanos, 0)
    FROM exchanges e JOIN conversations c ON c.id = e.conversation_id
    LEFT JOIN conversation_standings s ON s.conversation_id = c.id
    WHERE e.id = ? AND c.budget_nanos IS NOT NULL
"""


def refusal(db: Database, attempt: AttemptStart) -> BudgetExceeded | None:
    """Return why the budget of an attempt's conversation does not allow it, None when it does.

    It is a ``BudgetHeld`` when only what calls under way have reserved is in the way. What a call
    of unknown price may do is up to ``check_limits``.
    """
    if attempt.exchange_id is None:
        return None
    row = db.execute(_STANDING, [attempt.exchange_id]).fetchone()
    if row is None:
        return None
    budget, spent, reserved = map(from_nanos, row)
    limit = SpendLimit("budget of this conversation", budget, attempt.day)
    try:
        check_limits(replace(attempt, limits=(limit,)), [Standing(spent, reserved)])
    except BudgetExceeded as refused:
        return type(refused)(
            _words(attempt, budget, spent, reserved),
            provider=attempt.provider,
            model=attempt.model,
        )
    return None


def _words(attempt: AttemptStart, budget: Decimal, spent: Decimal, reserved: Decimal) -> str:
    in_flight = f" and {format_exactly(reserved)} reserved for calls under way" if reserved else ""
    return (
        f"this conversation's budget of {format_exactly(budget)} does not allow this call:"
        f" {format_exactly(spent)} spent{in_flight},"
        f" this call may cost up to {format_exactly(attempt.worst_case)}"
    )
