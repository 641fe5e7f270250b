"""How much of each limit is used: one query for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlite_utils import Database

from providers.billing.ledger import SpendLimit, Standing
from providers.billing.money import from_nanos


def standing(db: Database, limits: Sequence[SpendLimit]) -> Sequence[Standing]:
    """Return the standing of each limit, in order, all as of the same instant.

    Reservations of processes that died count until ``recovery.settle_abandoned`` has met them.
    """
    if not limits:
        return ()
    parameters: list[object] = []
    for limit in limits:
        parameters += [limit.since.isoformat(), limit.hedges_only]
        if limit.provider is not None:
            parameters.append(limit.provider)
    shape = tuple(limit.provider is not None for limit in limits)
    rows = sorted(db.execute(_query(shape), parameters).fetchall())
    return tuple(
        Standing(spent=from_nanos(spent), reserved=from_nanos(reserved))
        for _, spent, reserved in rows
    )


@lru_cache(maxsize=64)
def _query(of_one_provider: tuple[bool, ...]) -> str:
    """Return SQL for a numbered row per limit, with what is spent and what is reserved."""
    return " UNION ALL ".join(
        f"SELECT {number}, coalesce(sum(spent_nanos), 0), coalesce(sum(reserved_nanos), 0)"  # noqa: S608
        f" FROM standings WHERE day >= ? AND hedge >= ?{' AND provider = ?' if one else ''}"
        for number, one in enumerate(of_one_provider)
    )
