"""Side-by-side comparisons: which answer the person preferred to which."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage.clock import from_text
from storage.conversations import inserted
from storage.errors import NothingToRate
from storage.ratings import answered_by


@dataclass(frozen=True, slots=True)
class Preference:
    """One answer was preferred to another. Exchange ids are None when those were deleted."""

    better_provider: str
    better_model: str
    worse_provider: str
    worse_model: str
    created_at: datetime
    better_exchange_id: int | None
    worse_exchange_id: int | None


def prefer(db: Database, better: int, worse: Sequence[int], *, now: str) -> None:
    """Keep which exchange's answer is better than the others', in place of an earlier choice.

    Exchanges in ``worse`` that no model answered were no competition and are left out.

    Raises:
        NothingToRate: no model answered ``better``, or none of ``worse``.
        ValueError: ``worse`` is empty, or holds ``better``.
    """
    others = list(dict.fromkeys(worse))
    if not others or better in others:
        raise ValueError(f"exchange {better} needs others to be preferred to, not {others}")
    winner = answered_by(db, better)
    losers: dict[int, tuple[str, str]] = {}
    for exchange_id in others:
        with suppress(NothingToRate):
            losers[exchange_id] = answered_by(db, exchange_id)
    if not losers:
        raise NothingToRate(f"no model answered what exchange {better} was compared with")
    db.execute(
        "DELETE FROM preferences"
        " WHERE better_exchange_id IN (SELECT value FROM json_each(:compared))"
        " AND worse_exchange_id IN (SELECT value FROM json_each(:compared))",
        {"compared": json.dumps([better, *others])},
    )
    for exchange_id, loser in losers.items():
        inserted(
            db,
            "INSERT INTO preferences (better_exchange_id, worse_exchange_id, better_provider,"
            " better_model, worse_provider, worse_model, created_at) VALUES (:better, :worse,"
            " :better_provider, :better_model, :worse_provider, :worse_model, :now)",
            {
                "better": better,
                "worse": exchange_id,
                "better_provider": winner[0],
                "better_model": winner[1],
                "worse_provider": loser[0],
                "worse_model": loser[1],
                "now": now,
            },
        )


def preferences(db: Database) -> Sequence[Preference]:
    """Return every comparison, oldest first, those of deleted conversations included."""
    rows = db.execute(
        "SELECT better_provider, better_model, worse_provider, worse_model, created_at,"
        " better_exchange_id, worse_exchange_id FROM preferences ORDER BY id"
    )
    return tuple(_preference(row) for row in rows)


def _preference(row: tuple[str, str, str, str, str, int | None, int | None]) -> Preference:
    better_provider, better_model, worse_provider, worse_model, created_at, better, worse = row
    return Preference(
        better_provider=better_provider,
        better_model=better_model,
        worse_provider=worse_provider,
        worse_model=worse_model,
        created_at=from_text(created_at),
        better_exchange_id=better,
        worse_exchange_id=worse,
    )
