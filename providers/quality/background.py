"""Judging behind the answers: nobody waits for it, and its failures are nobody's."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from typing import Any, Protocol, runtime_checkable

from providers.base import Provider
from providers.errors import TelexError
from providers.events import Completed
from providers.messages import ChatRequest
from providers.multi_config import MultiLLMConfig
from providers.quality.assessment import Assessment, SignalKind
from providers.quality.judge import Judge
from providers.routing.router_parts import RouterParts

_MOST = 4
"""Verdicts under way at a time; an answer that would be one more goes unjudged."""
Start = Callable[[Coroutine[Any, Any, None]], Future[None]]
"""Runs work in another thread's event loop."""


@runtime_checkable
class KeepsVerdicts(Protocol):
    """A ledger that keeps what is thought of an answer."""

    async def assess_exchange(self, exchange_id: int, assessment: Assessment) -> None:
        """Keep it, in place of what was thought before."""


class Bench:
    """Has answers judged, a few at a time.

    Args:
        judge: who is asked.
        start: where.
        parts: the ledger that keeps verdicts, if it can, and what learns from them.
    """

    def __init__(self, judge: Judge, start: Start, parts: RouterParts) -> None:
        self._judge = judge
        self._start = start
        self._parts = parts
        self._under_way: set[Future[None]] = set()

    def __call__(self, request: ChatRequest, done: Completed) -> None:
        """Have an answer judged, if it is one of the sample.

        Where exchanges are kept, what belongs to none (a title for a conversation) is no answer.
        """
        kept = request.exchange_id is not None or not isinstance(self._parts.ledger, KeepsVerdicts)
        if not kept or len(self._under_way) >= _MOST or not self._judge.wants(done):
            return
        future = self._start(self._work(request, done))
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)

    def stop(self) -> None:
        """Give up what is under way."""
        for future in tuple(self._under_way):
            future.cancel()

    async def _work(self, request: ChatRequest, done: Completed) -> None:
        try:
            assessment = await self._judge.judge(request, done)
            grade = next(s for s in assessment.signals if s.kind is SignalKind.JUDGED)
            self._parts.quality.judge(done.provider, done.model, 1.0 - grade.severity)
            ledger = self._parts.ledger
            if request.exchange_id is not None and isinstance(ledger, KeepsVerdicts):
                await ledger.assess_exchange(request.exchange_id, assessment)
        except TelexError:
            return  # no verdict, no budget, no ledger any more: the answer stands as it is


def open_bench(
    config: MultiLLMConfig, providers: Mapping[str, Provider], start: Start, parts: RouterParts
) -> Bench | None:
    """Return who judges answers under ``config``; None without a judge, or without its key.

    Args:
        config: the person's wishes.
        providers: the adapters, by name.
        start: runs work in another thread's event loop.
        parts: what the router works with.
    """
    wishes = config.judge
    adapter = providers.get(wishes.provider) if wishes is not None else None
    if wishes is None or adapter is None:
        return None
    variants = next(each.variants() for each in config if each.name == wishes.provider)
    variant = next(each for each in variants if wishes.model in (None, each.model))
    return Bench(Judge(wishes, variant, adapter, config, parts), start, parts)
