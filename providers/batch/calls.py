"""Batches, as the factory offers them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from providers.batch.batch import Batch, BatchTerms
from providers.batch.journal import Journal
from providers.batch.lines import BatchLine, BatchResult, BatchStopped
from providers.config import Strategy
from providers.llm import LLM
from providers.reply import Prompt
from providers.routing.options import RouteOptions

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from providers.routing.router import Router
    from providers.sync import LoopThread


class BatchCalls:
    """What a factory can do with many prompts at once."""

    router: Router
    _loop: LoopThread

    def batch(self, prompts: Iterable[Prompt | BatchLine], **terms: Any) -> list[BatchResult]:
        """Answer many prompts, in their order; see ``abatch``.

        All are looked at before the first is asked. Where it stops before the end, the error's
        ``results`` hold what was answered.
        """
        results: list[BatchResult] = []

        async def ask_all(lines: Sequence[Prompt | BatchLine]) -> None:
            async for result in self.abatch(lines, **terms):
                results.append(result)  # noqa: PERF401  # what comes before an error counts

        try:
            self._loop.run(ask_all(_checked(prompts)))
        except BatchStopped as error:
            raise BatchStopped(str(error), _in_order(results)) from error
        return _in_order(results)

    async def abatch(
        self,
        prompts: Iterable[Prompt | BatchLine],
        *,
        concurrency: int = 8,
        strategy: Strategy | str = Strategy.BALANCED,
        provider: str | None = None,
        model: str | None = None,
        budget: Decimal | None = None,
        journal: Path | None = None,
        enough: asyncio.Event | None = None,
        **settings: Any,
    ) -> AsyncIterator[BatchResult]:
        """Yield the answers to many prompts as they come; ``number`` says which is which.

        A line that nobody answers has its ``error`` set, and the others go on.

        Args:
            prompts: as for ``LLM.invoke``, or ``BatchLine`` for settings of their own.
            concurrency: how many are under way at most.
            strategy: who answers; ``balanced`` spreads them over all providers.
            provider: ask this one first, whatever the strategy.
            model: which of its models.
            budget: US dollars the batch may cost, beside the configured limits. A line of unknown
                price counts for nothing.
            journal: a file that keeps the answers. Run again with it, what was answered is not
                asked again, also after ``kill -9``.
            enough: once set, no more lines begin; those under way are still answered.
            settings: ``system``, ``temperature`` and ``max_tokens`` for all lines.

        Raises:
            BatchStopped: the rest cannot be asked; what was answered was yielded.
            JournalError: the journal cannot be used; what it holds stays.
            ValueError: a line is no prompt, or a term is out of range.
        """
        options = RouteOptions(strategy=Strategy(strategy), provider=provider, model=model)
        terms = BatchTerms(
            options=options, settings=settings, concurrency=concurrency, budget=budget
        )
        lines = (each if isinstance(each, BatchLine) else BatchLine(each) for each in prompts)
        kept = Journal(journal) if journal is not None else None
        try:
            llm = LLM(self.router, self._loop, options)
            batch = Batch(llm, self.router, terms, kept, enough)
            results = cast("AsyncGenerator[BatchResult]", batch.run(lines))
            async with aclosing(results):
                async for result in results:
                    yield result
        finally:
            if kept is not None:
                kept.close()


def _checked(prompts: Iterable[Prompt | BatchLine]) -> Sequence[BatchLine]:
    lines = [each if isinstance(each, BatchLine) else BatchLine(each) for each in prompts]
    for number, line in enumerate(lines, start=1):
        try:
            line.request({})
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error
    return lines


def _in_order(results: Iterable[BatchResult]) -> list[BatchResult]:
    return sorted(results, key=lambda result: result.number)
