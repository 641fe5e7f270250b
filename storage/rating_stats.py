"""How the answers of a period were rated, model by model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from storage.clock import to_text

if TYPE_CHECKING:
    from sqlite_utils import Database

GOOD = 0.5
"""The least score that counts as good."""


@dataclass(frozen=True, slots=True)
class RatingStats:
    """The ratings of one model.

    Args:
        mean: 0 (bad) to 1 (good).
    """

    provider: str
    model: str
    count: int
    good: int
    mean: float

    @property
    def bad(self) -> int:
        """How many were not good."""
        return self.count - self.good


def rating_stats(db: Database, since: datetime) -> Sequence[RatingStats]:
    """Return every model that was rated since an instant, ordered by name."""
    rows = db.execute(
        "SELECT provider, model, count(*), sum(score >= :good), avg(score) FROM ratings"
        " WHERE created_at >= :since GROUP BY provider, model ORDER BY provider, model",
        {"since": to_text(since), "good": GOOD},
    )
    return tuple(RatingStats(*row) for row in rows)
