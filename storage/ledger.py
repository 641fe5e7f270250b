"""The ledger's write side: conversations, exchanges and the money they cost.

Every method is one transaction in the writer's thread and returns once it is committed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from concurrent.futures import Future
from decimal import Decimal
from pathlib import Path

from sqlite_utils import Database

from providers.billing.ledger import (
    AttemptOutcome,
    AttemptResult,
    AttemptStart,
    SpendLimit,
    Standing,
)
from providers.errors import BudgetExceeded, TelexError
from providers.events import Completed, RouteChosen
from storage import attempts, conversations, exchanges, ratings, recovery
from storage.clock import Clock, to_text, utc_now
from storage.errors import DatabaseError
from storage.holder import this_process
from storage.rows import ExchangeIds, ExchangeState
from storage.writer import Writer

_FINAL = frozenset({ExchangeState.STOPPED, ExchangeState.INTERRUPTED, ExchangeState.FAILED})


class SqliteLedger:
    """Keeps every exchange in one SQLite file, which several telex processes may share.

    Opening it interrupts what processes that died left unfinished. Opening blocks for some
    milliseconds: do it in a thread when a screen waits.

    Args:
        path: the database file, created when there is none; its folder must exist.
        clock: tells the current instant.

    Raises:
        DatabaseError: the file cannot be used; it is left as it is. Every method raises it when
            SQLite refuses.
    """

    def __init__(self, path: Path, *, clock: Clock = utc_now) -> None:
        self.path = path
        self._clock = clock
        self._holder = this_process()
        self._writer = Writer(path)
        self.recovered: int = self._writer.submit(
            lambda db: recovery.recover(db, now=clock())
        ).result()
        """How many answers of dead processes were found and marked interrupted."""

    def close(self) -> None:
        """Write what is queued and close the file. Blocks; safe to call twice."""
        self._writer.close()

    async def aclose(self) -> None:
        """Do the same without blocking the event loop."""
        await asyncio.to_thread(self.close)

    # Conversations

    async def create_conversation(self, title: str = "") -> int:
        """Add an empty conversation and return its id."""
        return await self._writer.run(
            lambda db: conversations.create(db, title=title, now=self._now())
        )

    async def rename_conversation(self, conversation_id: int, title: str) -> None:
        """Give a conversation another title; only its first line counts."""
        await self._writer.run(
            lambda db: conversations.rename(db, conversation_id, title=title, now=self._now())
        )

    async def save_draft(self, conversation_id: int, text: str) -> None:
        """Keep what is typed but not sent."""
        await self._writer.run(lambda db: conversations.save_draft(db, conversation_id, text=text))

    async def delete_conversation(self, conversation_id: int) -> None:
        """Forget every word of a conversation. What it cost, and how it was rated, is kept."""
        await self._writer.run(lambda db: conversations.delete(db, conversation_id))

    # Exchanges

    async def begin_exchange(
        self,
        conversation_id: int | None,
        text: str,
        strategy: str,
        *,
        parent_id: int | None = None,
        edit_of: int | None = None,
    ) -> ExchangeIds:
        """Commit the person's message with a pending answer, before anything goes out.

        Args:
            conversation_id: None starts a conversation, titled by the text's first line.
            text: kept exactly as it is.
            strategy: the routing strategy in force.
            parent_id: the message this one follows; None continues the current path.
            edit_of: the person's message this one replaces; it becomes its sibling and the old
                branch stays. Wins over ``parent_id``.
        """

        def write(db: Database) -> ExchangeIds:
            now = self._now()
            chat = conversation_id
            if chat is None:
                chat = conversations.create(db, title=text, now=now)
            elif not exchanges.leaf_of(db, chat):
                conversations.title_if_untitled(db, chat, title=text)
            if edit_of is not None:
                parent = exchanges.parent_of(db, edit_of)
            else:
                parent = exchanges.leaf_of(db, chat) if parent_id is None else parent_id
            question = exchanges.add_question(db, chat, text=text, parent_id=parent, now=now)
            return exchanges.begin(
                db, chat, question, strategy=strategy, holder=self._holder, now=now
            )

        return await self._writer.run(write)

    async def begin_again(self, user_message_id: int, strategy: str) -> ExchangeIds:
        """Commit another pending answer to a question that was asked before (regenerate)."""

        def write(db: Database) -> ExchangeIds:
            chat = exchanges.conversation_of(db, user_message_id)
            return exchanges.begin(
                db,
                chat,
                user_message_id,
                strategy=strategy,
                holder=self._holder,
                now=self._now(),
            )

        return await self._writer.run(write)

    async def record_route(self, exchange_id: int, route: RouteChosen) -> None:
        """Keep who was chosen, why, and who else was considered."""
        await self._writer.run(lambda db: exchanges.record_route(db, exchange_id, route))

    async def save_progress(self, exchange_id: int, text: str, reasoning: str = "") -> None:
        """Keep the answer so far: all of it, not what is new. The caller throttles.

        Does nothing once the exchange is finished.
        """
        await self._writer.run(
            lambda db: exchanges.save_progress(db, exchange_id, text=text, reasoning=reasoning)
        )

    async def complete_exchange(self, exchange_id: int, done: Completed) -> None:
        """Keep the whole answer and its numbers; ``done.total_cost`` is the exchange's cost."""
        await self._writer.run(
            lambda db: exchanges.complete(db, exchange_id, done, now=self._now())
        )

    async def interrupt_exchange(
        self,
        exchange_id: int,
        state: ExchangeState,
        text: str,
        reasoning: str = "",
        error: TelexError | None = None,
    ) -> None:
        """Keep what there is of an answer that will not be completed.

        Args:
            exchange_id: the exchange.
            state: STOPPED by the person, INTERRUPTED by the program, or FAILED everywhere.
            text: the answer so far.
            reasoning: the reasoning so far.
            error: why, where there is an error.

        Raises:
            ValueError: ``state`` is none of the three.
        """
        if state not in _FINAL:
            raise ValueError(f"an exchange cannot be interrupted as {state}")
        await self._writer.run(
            lambda db: exchanges.interrupt(
                db,
                exchange_id,
                state=state,
                text=text,
                reasoning=reasoning,
                error=error,
                now=self._now(),
            )
        )

    # Money: the router's protocol, see providers.billing.ledger.Ledger

    async def start_attempt(self, start: AttemptStart) -> int:
        """Reserve the worst case of a call and return the id to settle it with.

        When the caller is cancelled meanwhile nobody knows the id, so the attempt is settled as
        cancelled at no cost: the call was never made.

        Raises:
            BudgetExceeded: a limit does not allow the call; nothing is recorded.
            BudgetHeld: what calls under way have reserved is in its way, in any telex process.
        """
        future = self._writer.submit(
            lambda db: attempts.start(db, start, holder=self._holder, now=self._clock())
        )
        try:
            started = await asyncio.shield(asyncio.wrap_future(future))
        except asyncio.CancelledError:
            future.add_done_callback(self._forget_attempt)
            raise
        if isinstance(started, BudgetExceeded):
            raise started
        return started

    def _forget_attempt(self, future: Future[int | BudgetExceeded]) -> None:
        if future.cancelled() or future.exception() is not None:
            return
        attempt_id = future.result()
        if isinstance(attempt_id, BudgetExceeded):
            return
        result = AttemptResult(outcome=AttemptOutcome.CANCELLED, cost=Decimal(0))
        # Closed meanwhile: the reservation is released as that of a dead process.
        with contextlib.suppress(DatabaseError):
            self._writer.submit(lambda db: attempts.finish(db, attempt_id, result))

    async def finish_attempt(self, attempt_id: int, result: AttemptResult) -> None:
        """Record how a call ended and release its reservation. The first result counts."""
        await self._writer.run(lambda db: attempts.finish(db, attempt_id, result))

    async def standing(self, limits: Sequence[SpendLimit]) -> Sequence[Standing]:
        """Return how much of each of ``limits`` is used, by all telex processes together."""
        return await self._writer.read(lambda db: attempts.standing(db, limits, now=self._clock()))

    # What the person thinks of an answer

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

    def _now(self) -> str:
        return to_text(self._clock())
