"""The ledger as a cache of answers."""

from __future__ import annotations

from providers.answer_cache import CachedAnswer
from providers.caching import Caching
from storage import replays
from storage.clock import Clock
from storage.writer import Writer


class LedgerCache:
    """Finds answers in the ledger. An ``AnswerCache``.

    Args:
        writer: the ledger's thread.
        clock: tells the current instant.
    """

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def get(self, key: str, caching: Caching) -> CachedAnswer | None:
        """Return the answer kept under ``key``; see ``AnswerCache.get``."""
        now = self._clock()
        return await self._writer.run(lambda db: replays.find(db, key, caching, now=now))

    async def put(self, key: str, answer: CachedAnswer, caching: Caching) -> None:
        """Point to an exchange; see ``AnswerCache.put``. What belongs to none is not kept."""
        exchange = answer.exchange_id
        if exchange is not None:
            now = self._clock()
            await self._writer.run(lambda db: replays.keep(db, key, exchange, caching, now=now))
