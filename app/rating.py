"""What the person thinks of an answer: kept in the ledger, and learned from at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from storage.errors import NothingToRate

if TYPE_CHECKING:
    from app.runtime import Runtime
    from storage.ratings import Rating


async def rate_last(
    runtime: Runtime, conversation_id: int | None, score: float, word: str
) -> Rating:
    """Rate the last answer of a conversation and return the rating.

    Args:
        runtime: ledger, and the qualities that learn.
        conversation_id: None is a conversation that has not begun.
        score: 0 (bad) to 1 (good).
        word: how the person calls that.

    Raises:
        NothingToRate: no model has answered there.
        DatabaseError: the rating could not be kept.
    """
    exchange_id = await asyncio.to_thread(_last_exchange, runtime, conversation_id)
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
    return now


def _last_exchange(runtime: Runtime, conversation_id: int | None) -> int:
    rows = [] if conversation_id is None else runtime.reader.load_messages(conversation_id)
    exchanges = [row.exchange for row in rows if row.exchange is not None]
    if not exchanges:
        raise NothingToRate("there is no answer yet to rate")
    if all(attempt.outcome != "ok" for attempt in exchanges[-1].attempts):
        raise NothingToRate("the last question has no whole answer to rate")
    return exchanges[-1].id
