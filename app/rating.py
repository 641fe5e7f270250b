"""What the person thinks of an answer: kept in the ledger, and learned from at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from providers.adaptive.book import AnswerId
from storage.errors import NothingToRate

if TYPE_CHECKING:
    from app.runtime import Runtime
    from storage.ratings import Rating


async def rate_exchange(runtime: Runtime, exchange_id: int, score: float, word: str) -> Rating:
    """Rate the answer of one exchange and return the rating. Rating again replaces.

    Args:
        runtime: ledger, and the qualities that learn.
        exchange_id: the exchange.
        score: 0 (bad) to 1 (good).
        word: what the person says about it.

    Raises:
        NothingToRate: no model gave an answer there.
        DatabaseError: the rating could not be kept.
    """
    before = await asyncio.to_thread(runtime.reader.rating_of, exchange_id)
    await runtime.ledger.rate_exchange(exchange_id, score, word)
    now = await asyncio.to_thread(runtime.reader.rating_of, exchange_id)
    if now is None:
        raise NothingToRate("the answer was deleted while it was rated")
    quality = runtime.parts.quality
    if before is not None:
        # Another telex may have given it since this one started: then nothing is known of it.
        with suppress(ValueError):
            quality.warm_up(before.provider, before.model, -1, -before.score)
    quality.rate(now.provider, now.model, score)
    answer, adaptive = AnswerId(exchange_id), runtime.parts.adaptive
    fate = adaptive.fate_of(answer)
    if fate is not None:
        adaptive.change(answer, replace(fate, rating=score))
    return now
