"""Asking many questions, a bounded number at a time, each one once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from providers.batch.budget import BatchBudget
from providers.batch.journal import Journal
from providers.batch.lines import BatchLine, BatchResult, BatchStopped, key_of
from providers.errors import AllProvidersFailed, BudgetHeld, Busy, FailedAttempt
from providers.llm import LLM
from providers.messages import ChatRequest, Message, Role
from providers.reply import Reply
from providers.routing.options import RouteOptions
from providers.routing.router import Router

LONGEST_WAIT = 60.0
"""Seconds waited at a time for a provider that is cooling down."""
MOST_ROUNDS = 5
"""How often a line is taken through all providers when what failed may work a little later."""
_SMALL = ChatRequest((Message(Role.USER, "hi"),))


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchTerms:
    """How a batch is run.

    Args:
        options: strategy or provider; ``balanced`` spreads the lines over all providers.
        settings: what goes with every line, such as ``system``.
        concurrency: how many lines are under way at most.
        budget: US dollars the batch may cost, beside the configured limits; None leaves it to
            those (see ``BatchBudget``).

    Raises:
        ValueError: fewer than one line at a time, or a budget below 0.
    """

    options: RouteOptions
    settings: Mapping[str, Any]
    concurrency: int = 8
    budget: Decimal | None = None

    def __post_init__(self) -> None:
        if self.concurrency < 1:
            raise ValueError(f"concurrency must be at least 1, not {self.concurrency}")
        if self.budget is not None and self.budget < 0:
            raise ValueError(f"a budget is $0 or more, not {self.budget}")


class Batch:
    """Runs lines through the router.

    Args:
        llm: answers a line.
        router: the same router, to look ahead.
        terms: how it is run.
        journal: keeps the answers for a later run; None keeps nothing.
        enough: once set, no more lines begin; those under way are still answered.
    """

    def __init__(
        self,
        llm: LLM,
        router: Router,
        terms: BatchTerms,
        journal: Journal | None = None,
        enough: asyncio.Event | None = None,
    ) -> None:
        self._llm = llm
        self._router = router
        self._terms = terms
        self._journal = journal
        self._enough = enough or asyncio.Event()
        before = self._spent()
        self._budget = BatchBudget(terms.budget, lambda: self._spent() - before)

    async def run(self, lines: Iterable[BatchLine]) -> AsyncIterator[BatchResult]:
        """Yield each line's result as it comes, those of an earlier run first in their turn.

        Closing the iterator stops the lines that are under way.

        Raises:
            BatchStopped: the rest cannot be asked; what came before was yielded.
            JournalError: an answer could not be kept.
            ValueError: a line is no prompt; the text says which.
        """
        left = iter(enumerate(lines))
        results: asyncio.Queue[BatchResult | None] = asyncio.Queue()
        workers = [
            asyncio.create_task(self._work(left, results)) for _ in range(self._terms.concurrency)
        ]
        everything = asyncio.gather(*workers, return_exceptions=True)
        everything.add_done_callback(lambda _: results.put_nowait(None))
        try:
            while (result := await results.get()) is not None:
                yield result
            for outcome in everything.result():
                if isinstance(outcome, BaseException):
                    raise outcome
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _work(
        self, left: Iterable[tuple[int, BatchLine]], results: asyncio.Queue[BatchResult | None]
    ) -> None:
        for number, line in left:
            if self._enough.is_set():
                return
            try:
                results.put_nowait(await self._result(number, line))
            except BaseException:
                # What stops one line would stop the others too, or was a wish to end.
                self._enough.set()
                raise
            await asyncio.sleep(0)  # lines of an earlier run take no time: let the reader read

    async def _result(self, number: int, line: BatchLine) -> BatchResult:
        try:
            request = line.request(self._terms.settings)
        except ValueError as error:
            raise ValueError(f"line {number + 1}: {error}") from error
        key = key_of(request, self._terms.options)
        if self._journal is not None and (kept := self._journal.find(number, key)) is not None:
            return BatchResult(number, kept, resumed=True)
        try:
            async with self._budget.room(await self._expected(request)):
                reply = await self._answered(line, request)
                await self._keep(number, key, reply)
        except AllProvidersFailed as error:
            return BatchResult(number, error=error)
        return BatchResult(number, reply)

    async def _keep(self, number: int, key: str, reply: Reply) -> None:
        """Write an answer that was paid, also when everything is stopped in this moment."""
        if self._journal is None:
            return
        writing = asyncio.ensure_future(asyncio.to_thread(self._journal.add, number, key, reply))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.wait({writing})
            raise

    async def _answered(self, line: BatchLine, request: ChatRequest) -> Reply:
        settings = {**self._terms.settings, **line.settings}
        for rounds in range(1, MOST_ROUNDS + 1):
            try:
                return await self._llm.ainvoke(line.prompt, **settings)
            except AllProvidersFailed as error:
                wait = await self._wait(request, error.attempts)
                if wait is None or rounds == MOST_ROUNDS:
                    raise
            await self._router.parts.sleep(wait)
        raise AssertionError("unreachable")

    async def _wait(
        self, request: ChatRequest, attempts: tuple[FailedAttempt, ...]
    ) -> float | None:
        """Return the seconds after which a line may be answered, None when waiting is no use.

        Raises:
            BatchStopped: nobody answers anything any more.
        """
        ranking = await self._router.rank(request, self._terms.options)
        if ranking.free_in is not None and not ranking.order:
            return min(max(ranking.free_in, 0.1), LONGEST_WAIT)
        if ranking.order:
            passing = any(_may_pass(attempt) for attempt in attempts) or not attempts
            return 1.0 if passing else None
        small = await self._router.rank(_SMALL, self._terms.options)
        if not small.order and small.free_in is None:
            raise BatchStopped(small.reason)
        return None

    async def _expected(self, request: ChatRequest) -> Decimal:
        if self._terms.budget is None:
            return Decimal(0)
        predictions = await self._router.predict(request, self._terms.options)
        first = next((each for each in predictions if each.usable and each.cost), None)
        # A line of unknown price cannot be reckoned with; its provider's own limits still hold.
        return Decimal(str(first.cost.high)) if first and first.cost else Decimal(0)

    def _spent(self) -> Decimal:
        return self._router.parts.metrics.snapshot().total_cost or Decimal(0)


def _may_pass(attempt: FailedAttempt) -> bool:
    return attempt.error.may_retry or isinstance(attempt.error, Busy | BudgetHeld)
