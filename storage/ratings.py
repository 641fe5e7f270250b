"""What the person thinks of answers, and what that says about the models that gave them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from providers.sanitise import sanitise_line
from storage.clock import from_text
from storage.errors import NothingToRate
from storage.rows import Rating

__all__ = [
    "ModelRatings",
    "Rating",
    "answered_by",
    "rate",
    "rating_of",
    "ratings_by_model",
    "unrate",
]

# The exchange knows whose answer it shows, should two calls have brought one. The model is the one
# that was asked for: a provider's own name for it changes with every version.
_ANSWERED_BY = """
    SELECT a.provider, a.request_model FROM attempts a JOIN exchanges e ON e.id = a.exchange_id
    WHERE e.id = ? AND a.outcome = 'ok'
    ORDER BY a.provider IS e.provider AND a.request_model IS e.model DESC, a.id DESC LIMIT 1
"""
# A cached answer took no call, but a model has given it all the same.
_REPLAYED = "SELECT provider, model FROM exchanges WHERE id = ? AND cached AND state = 'complete'"


@dataclass(frozen=True, slots=True)
class ModelRatings:
    """All ratings of one model: how many, and the sum of their scores."""

    provider: str
    model: str
    count: int
    total: float


def rate(db: Database, exchange_id: int, *, score: float, word: str, now: str) -> None:
    """Keep a rating in place of an earlier one.

    Raises:
        NothingToRate: no model gave an answer there.
        ValueError: ``score`` is not from 0 to 1.
    """
    if not 0 <= score <= 1:
        raise ValueError(f"a rating goes from 0 to 1, not {score}")
    provider, model = answered_by(db, exchange_id)
    db.execute(
        "INSERT INTO ratings (exchange_id, provider, model, score, word, created_at)"
        " VALUES (:exchange_id, :provider, :model, :score, :word, :now)"
        " ON CONFLICT (exchange_id) DO UPDATE SET provider = excluded.provider,"
        " model = excluded.model, score = excluded.score, word = excluded.word,"
        " created_at = excluded.created_at",
        {
            "exchange_id": exchange_id,
            "provider": provider,
            "model": model,
            "score": score,
            "word": sanitise_line(word),
            "now": now,
        },
    )


def answered_by(db: Database, exchange_id: int) -> tuple[str, str]:
    """Return the provider and the model whose answer an exchange shows.

    Raises:
        NothingToRate: no model gave an answer there.
    """
    row: tuple[str, str] | None = db.execute(_ANSWERED_BY, [exchange_id]).fetchone()
    row = row or db.execute(_REPLAYED, [exchange_id]).fetchone()
    if row is None:
        raise NothingToRate(f"exchange {exchange_id} has no answer of a model to rate")
    return row


def unrate(db: Database, exchange_id: int) -> None:
    """Take a rating back."""
    db.execute("DELETE FROM ratings WHERE exchange_id = ?", [exchange_id])


def rating_of(db: Database, exchange_id: int) -> Rating | None:
    """Return an exchange's current rating, None without one."""
    row = db.execute(
        "SELECT provider, model, score, word, created_at FROM ratings WHERE exchange_id = ?",
        [exchange_id],
    ).fetchone()
    if row is None:
        return None
    provider, model, score, word, created_at = row
    return Rating(provider, model, score, word, from_text(created_at))


def ratings_by_model(db: Database) -> Sequence[ModelRatings]:
    """Return every model that was ever rated, ordered by name."""
    rows = db.execute(
        "SELECT provider, model, count(*), sum(score) FROM ratings"
        " GROUP BY provider, model ORDER BY provider, model"
    )
    return tuple(ModelRatings(*row) for row in rows)
