"""One call to one provider: watched, billed and settled whatever way it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from providers.candidates import Plan
from providers.config import ProviderConfig
from providers.errors import (
    AuthFailed,
    BadRequest,
    EmptyAnswer,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    Refused,
    Unavailable,
)
from providers.estimate import TokenEstimator, estimate_text
from providers.events import (
    AttemptStarted,
    FinishKind,
    ProviderEvent,
    ReasoningDelta,
    StreamFinished,
    TextDelta,
    UsageReported,
)
from providers.health import HealthMonitor, Outcome
from providers.ledger import AttemptOutcome, AttemptResult, AttemptStart, Ledger
from providers.messages import ChatRequest
from providers.pricing import PriceBook
from providers.usage import Usage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from providers.base import Provider

_NEVER_BILLED = (AuthFailed, BadRequest, QuotaExhausted, RateLimited, Unavailable)
"""Turned away at the door: the providers bill nothing for these before the first token. After
a time-out or a broken stream the input may have been read, so it is counted, as an estimate."""


class Attempt:
    """Runs one provider once and keeps what is known of it at any moment.

    Args:
        position: counts from 1 within the exchange.
        provider: the adapter to call, already admitted by the health monitor.
        plan: the ceiling to send and the dollars to reserve.
        daily_limit: US dollars a day for this provider, None without.
        day: the person's calendar day.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        *,
        position: int,
        provider: Provider,
        config: ProviderConfig,
        request: ChatRequest,
        plan: Plan,
        daily_limit: Decimal | None,
        day: date,
        ledger: Ledger,
        monitor: HealthMonitor,
        prices: PriceBook,
        estimator: TokenEstimator,
        clock: Callable[[], float],
    ) -> None:
        self.position = position
        self.config = config
        self.attempt_id: int | None = None
        self.finish: StreamFinished | None = None
        self.latency = 0.0
        self.time_to_first_token: float | None = None
        self.cost: Decimal | None = None
        self.usage = Usage(0, 0)
        self._provider = provider
        self._request = replace(request, max_tokens=plan.max_tokens)
        self._plan = plan
        self._daily_limit = daily_limit
        self._day = day
        self._ledger = ledger
        self._monitor = monitor
        self._prices = prices
        self._estimator = estimator
        self._clock = clock
        self._reported: Usage | None = None
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._recorded = False

    @property
    def text(self) -> str:
        """The answer so far."""
        return "".join(self._text)

    @property
    def reasoning(self) -> str:
        """The reasoning so far."""
        return "".join(self._reasoning)

    async def run(
        self,
    ) -> AsyncIterator[AttemptStarted | TextDelta | ReasoningDelta | UsageReported]:
        """Reserve, call, pass the deltas on, and settle.

        Raises:
            BudgetExceeded: the ledger refused the reservation; nothing was sent.
            ProviderError: the call failed, or its answer is none.
        """
        started = self._clock()
        try:
            self.attempt_id = await self._ledger.start_attempt(self._start())
            started = self._clock()
            yield AttemptStarted(
                position=self.position,
                provider=self.config.name,
                model=self.config.model,
                predicted_cost=self._plan.predicted_cost,
                input_tokens=self._plan.input_tokens,
                attempt_id=self.attempt_id,
            )
            stream = cast("AsyncGenerator[ProviderEvent]", self._provider.respond(self._request))
            try:
                async with aclosing(stream):
                    async for event in stream:
                        self._observe(event, started)
                        if not isinstance(event, StreamFinished):
                            yield event
                self._judge()
            except ProviderError as error:
                self.latency = self._clock() - started
                error.partial_text = error.partial_text or self.text
                await self._settle(AttemptOutcome.FAILED, error)
                raise
            self.latency = self._clock() - started
            await self._settle(AttemptOutcome.OK, None)
        finally:
            # Reached unsettled when the person stopped it: what was generated is billed all
            # the same, and the probe's place must be free again.
            if not self._recorded:
                self._monitor.release(self.config.name)
                if self.attempt_id is not None:
                    self.latency = self._clock() - started
                    await self._settle(AttemptOutcome.CANCELLED, None)

    def _start(self) -> AttemptStart:
        return AttemptStart(
            exchange_id=self._request.exchange_id,
            position=self.position,
            provider=self.config.name,
            model=self.config.model,
            predicted_cost=self._plan.predicted_cost,
            worst_case=self._plan.worst_case,
            daily_limit=self._daily_limit,
            day=self._day,
        )

    def _observe(self, event: ProviderEvent, started: float) -> None:
        match event:
            case TextDelta(text):
                self._text.append(text)
            case ReasoningDelta(text):
                self._reasoning.append(text)
            case UsageReported(usage):
                self._reported = usage
                return
            case StreamFinished():
                self.finish = event
                self._reported = event.usage or self._reported
                return
        if self.time_to_first_token is None:
            self.time_to_first_token = self._clock() - started

    def _judge(self) -> None:
        """Raise when a stream that ended well holds no answer."""
        finish = self.finish
        assert finish is not None  # the adapter's guard raises StreamInterrupted otherwise
        name, model = self.config.name, self.config.model
        if finish.kind in {FinishKind.REFUSAL, FinishKind.CONTENT_FILTER}:
            words = finish.refusal or f"declined to answer ({finish.raw_reason})"
            raise Refused(words, provider=name, model=model)
        if not self.text.strip():
            ending = "reasoning only" if self.reasoning else "no text"
            words = f"the answer holds {ending} ({finish.raw_reason})"
            raise EmptyAnswer(words, provider=name, model=model)

    async def _settle(self, outcome: AttemptOutcome, error: ProviderError | None) -> None:
        self.usage = self._final_usage(error)
        billed = self.usage.total_tokens > 0
        self.cost = self._prices.cost(self.config, self.usage) if billed else Decimal(0)
        if outcome is not AttemptOutcome.CANCELLED:
            self._tell_monitor(error)
        self._recorded = True
        if self.attempt_id is None:
            return
        finish = self.finish
        await self._ledger.finish_attempt(
            self.attempt_id,
            AttemptResult(
                outcome=outcome,
                error=error,
                usage=self.usage,
                response_model=finish.response_model if finish else None,
                finish_reason=finish.raw_reason if finish else None,
                cost=self.cost,
                cost_estimated=self.usage.estimated,
                latency=self.latency,
                time_to_first_token=self.time_to_first_token,
                partial_text="" if outcome is AttemptOutcome.OK else self.text,
                partial_reasoning="" if outcome is AttemptOutcome.OK else self.reasoning,
            ),
        )

    def _final_usage(self, error: ProviderError | None) -> Usage:
        reported = (error.usage if error else None) or self._reported
        whole = self.finish is not None
        if reported is not None and whole:
            self._estimator.observe(
                (self.config.name, self.config.model),
                raw_estimate=self._plan.raw_input_estimate,
                input_tokens=reported.input_tokens,
                output_tokens=reported.output_tokens,
            )
            return reported
        said = estimate_text(self.text) + estimate_text(self.reasoning)
        if reported is not None:
            # Usage told in mid-stream counts the output so far at best.
            more = max(reported.output_tokens, said)
            return replace(reported, output_tokens=more, estimated=more != reported.output_tokens)
        if said == 0 and isinstance(error, _NEVER_BILLED):
            return Usage(0, 0)
        return Usage(self._plan.input_tokens, said, estimated=True)

    def _tell_monitor(self, error: ProviderError | None) -> None:
        name = self.config.name
        if error is not None and not error.counts_against_health:
            self._monitor.release(name)
            return
        outcome = Outcome(
            ok=error is None,
            latency=self.latency,
            time_to_first_token=self.time_to_first_token,
            error_kind=error.kind if error else None,
        )
        self._monitor.record(name, outcome, error)
