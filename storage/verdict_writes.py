"""The part of the ledger's write side that says how good answers were.

Every method is one transaction in the writer's thread and returns once it is committed.
"""

from __future__ import annotations

from collections.abc import Sequence

from providers.quality.assessment import Assessment
from storage import exchanges, preferences, ratings
from storage.alert_writes import AlertWrites


class VerdictWrites(AlertWrites):
    """What the person, or a judge, thinks of an answer."""

    async def assess_exchange(self, exchange_id: int, assessment: Assessment) -> None:
        """Keep how good an answer is thought to be; a deleted exchange takes none."""
        await self._writer.run(lambda db: exchanges.assess(db, exchange_id, assessment))

    async def rate_exchange(self, exchange_id: int, score: float, word: str = "") -> None:
        """Keep a rating of an exchange's answer and so of the model that gave it.

        Rating again replaces. The rating, without its word, outlives the conversation.

        Args:
            exchange_id: the exchange.
            score: from 0 (useless) to 1 (perfect).
            word: what the person says about it, in a line.

        Raises:
            NothingToRate: no model gave an answer there.
            ValueError: ``score`` is out of range.
        """
        await self._writer.run(
            lambda db: ratings.rate(db, exchange_id, score=score, word=word, now=self._now())
        )

    async def unrate_exchange(self, exchange_id: int) -> None:
        """Take a rating back; does nothing where there is none."""
        await self._writer.run(lambda db: ratings.unrate(db, exchange_id))

    async def prefer(self, better_exchange_id: int, worse_exchange_ids: Sequence[int]) -> None:
        """Keep which of several answers is the best, in place of an earlier choice among them.

        Those no model gave were no competition and are left out.

        Args:
            better_exchange_id: the exchange of the best answer.
            worse_exchange_ids: the exchanges it was compared with.

        Raises:
            NothingToRate: no model gave an answer, or none it could be compared with.
            ValueError: there is nothing to compare, or an exchange is compared with itself.
        """
        await self._writer.run(
            lambda db: preferences.prefer(
                db, better_exchange_id, worse_exchange_ids, now=self._now()
            )
        )
