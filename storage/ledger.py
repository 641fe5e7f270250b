"""The ledger's write side: exchanges, the money they cost, and how they were judged.

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
from providers.experiments.experiment import Arm, Experiment
from providers.messages import Attachment
from storage import attachments as attached
from storage import (
    attempts,
    conversations,
    exchanges,
    experiment_results,
    forget,
    outcomes,
    recovery,
    tree,
)
from storage.answer_cache import LedgerCache
from storage.clock import Clock, utc_now
from storage.errors import DatabaseError
from storage.holder import this_process
from storage.rows import ConversationWishes, ExchangeIds, ExchangeState, TitledBy
from storage.verdict_writes import VerdictWrites
from storage.writer import Writer

_FINAL = frozenset({ExchangeState.STOPPED, ExchangeState.INTERRUPTED, ExchangeState.FAILED})


class SqliteLedger(VerdictWrites):
    """Keeps every exchange in one SQLite file, which several telex processes may share.

    Opening it interrupts what processes that died left unfinished, and forgets what has been in
    the trash for longer than ``forget.TRASH_KEPT``. Opening blocks for some milliseconds: do it
    in a thread when a screen waits.

    Args:
        path: the database file, created when there is none; its folder must exist.
        clock: tells the current instant.

    Raises:
        DatabaseError: the file cannot be used; it is left as it is. Every method raises it when
            SQLite refuses.
    """

    def __init__(self, path: Path, *, clock: Clock = utc_now) -> None:
        self.path = path
        self._holder = this_process()
        super().__init__(Writer(path), clock)
        self.recovered: int = self._writer.submit(
            lambda db: recovery.recover(db, now=clock())
        ).result()
        """How many answers of dead processes were found and marked interrupted."""
        self.answers = LedgerCache(self._writer, clock)
        """Answers that may be given again."""
        self._writer.submit(lambda db: forget.empty_trash(db, now=clock())).result()

    def close(self) -> None:
        """Write what is queued and close the file. Blocks; safe to call twice."""
        self._writer.close()

    async def aclose(self) -> None:
        """Do the same without blocking the event loop."""
        await asyncio.to_thread(self.close)

    # Exchanges

    async def begin_exchange(
        self,
        conversation_id: int | None,
        text: str,
        strategy: str,
        *,
        parent_id: int | None = None,
        edit_of: int | None = None,
        attachments: Sequence[Attachment] = (),
        wishes: ConversationWishes | None = None,
    ) -> ExchangeIds:
        """Commit the person's message with a pending answer, before anything goes out.

        The path to the new answer is the conversation's current one from now on.

        Args:
            conversation_id: None starts a conversation, titled by the text's first line.
            text: kept exactly as it is.
            strategy: the routing strategy in force.
            parent_id: the message this one follows; None continues the current path.
            edit_of: the person's message this one replaces; it becomes its sibling and the old
                branch stays. Wins over ``parent_id``.
            attachments: kept with the message; those of the message it replaces are not.
            wishes: what a new conversation asks for; one that exists keeps its own.

        Raises:
            NotFound: the conversation or the message to follow is not there, or in the trash.
            ValueError: the budget of a new conversation is no amount of money, or below zero.
        """

        def write(db: Database) -> ExchangeIds:
            now = self._now()
            title = text if text.strip() or not attachments else attachments[0].name
            chat = conversation_id
            if chat is None:
                by = TitledBy.QUESTION
                chat = conversations.create(db, title=title, titled_by=by, wishes=wishes, now=now)
            tree.require_conversation(db, chat)
            parent = leaf = tree.leaf_of(db, chat)
            if leaf is None:
                conversations.title_if_untitled(db, chat, title=title)
            if edit_of is not None:
                _, parent = tree.require_message(db, edit_of, conversation_id=chat)
            elif parent_id is not None:
                tree.require_message(db, parent_id, conversation_id=chat)
                parent = parent_id
            question = exchanges.add_question(db, chat, text=text, parent_id=parent, now=now)
            attached.add(db, question, attachments)
            return exchanges.begin(
                db, chat, question, strategy=strategy, holder=self._holder, now=now
            )

        return await self._writer.run(write)

    async def begin_again(
        self, user_message_id: int, strategy: str, *, beside: bool = False
    ) -> ExchangeIds:
        """Commit another pending answer to a question that was asked before (regenerate).

        The path to the new answer is the conversation's current one from now on.

        Args:
            user_message_id: the question.
            strategy: the routing strategy in force.
            beside: it is asked for beside the one before, to compare them, and not in its place.

        Raises:
            NotFound: the question is not there, or in the trash.
        """

        def write(db: Database) -> ExchangeIds:
            chat, _ = tree.require_message(db, user_message_id)
            ids = exchanges.begin(
                db,
                chat,
                user_message_id,
                strategy=strategy,
                holder=self._holder,
                now=self._now(),
            )
            if beside:
                outcomes.mark_beside(db, ids.exchange_id)
            return ids

        return await self._writer.run(write)

    async def assign_arm(self, experiment: Experiment, conversation_id: int) -> Arm:
        """Return the arm of a conversation, which it keeps while the configuration has that arm."""
        return await self._writer.run(
            lambda db: experiment_results.assign(db, experiment, conversation_id, now=self._now())
        )

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
