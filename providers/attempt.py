"""One call to one provider: watched, billed and settled whatever way it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import aclosing
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from providers.config import ProviderConfig
from providers.errors import (
    AuthFailed,
    BadRequest,
    EmptyAnswer,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    Refused,
    TimedOut,
    Truncated,
    Unavailable,
)
from providers.estimate import estimate_text
from providers.events import (
    AttemptStarted,
    FinishKind,
    ProviderEvent,
    ReasoningDelta,
    StreamFinished,
    TextDelta,
    UsageReported,
)
from providers.health import Admission, Outcome
from providers.ledger import AttemptOutcome, AttemptResult, AttemptStart, SpendLimit
from providers.messages import ChatRequest
from providers.multi_config import AnswerFault
from providers.plan import Plan
from providers.router_parts import RouterParts
from providers.usage import Usage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from providers.base import Provider

_NEVER_BILLED = (AuthFailed, BadRequest, QuotaExhausted, RateLimited, Unavailable)
"""Turned away at the door: the providers bill nothing for these before the first token. After
a time-out or a broken stream the input may have been read, so it is counted, as an estimate."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be called, and on which terms.

    Args:
        provider: the adapter.
        config: its configuration, with the model of this call.
        request: what is asked; the plan's ceiling and the model are put in.
        plan: the tokens and dollars to reckon with.
        admission: the health monitor's, to be given back.
        position: counts from 1 within the exchange.
        limits: what the ledger holds the call against.
        hedge: it is a backup of a call under way.
        predicted_latency: seconds expected, None when nobody predicted.
        faults: what is wrong with a whole answer so that it counts as a failure.
    """

    provider: Provider
    config: ProviderConfig
    request: ChatRequest
    plan: Plan
    admission: Admission
    position: int
    limits: tuple[SpendLimit, ...] = ()
    hedge: bool = False
    predicted_latency: float | None = None
    faults: Collection[AnswerFault] = frozenset()

    @property
    def key(self) -> tuple[str, str]:
        """The candidate: provider and model."""
        return (self.config.name, self.config.model)


class Attempt:
    """Makes one call once and keeps what is known of it at any moment.

    Args:
        call: what to call.
        parts: the ledger to book in, and everything that learns from the outcome.
    """

    def __init__(self, call: Call, parts: RouterParts) -> None:
        self.call = call
        self.attempt_id: int | None = None
        self.finish: StreamFinished | None = None
        self.latency = 0.0
        self.time_to_first_token: float | None = None
        self.cost: Decimal | None = None
        self.usage = Usage(0, 0)
        self._parts = parts
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
        call, clock = self.call, self._parts.clock
        started = clock()
        try:
            self.attempt_id = await self._parts.ledger.start_attempt(self._start())
            started = clock()
            yield AttemptStarted(
                position=call.position,
                provider=call.config.name,
                model=call.config.model,
                predicted_cost=call.plan.predicted_cost,
                input_tokens=call.plan.input_tokens,
                attempt_id=self.attempt_id,
                hedge=call.hedge,
            )
            request = call.request.for_model(call.config.model, call.plan.max_tokens)
            stream = cast("AsyncGenerator[ProviderEvent]", call.provider.respond(request))
            try:
                async with aclosing(stream):
                    async for event in stream:
                        if self._observe(event, started):
                            yield event  # type: ignore[misc]  # all but StreamFinished
                self._judge()
            except ProviderError as error:
                self.latency = clock() - started
                error.partial_text = error.partial_text or self.text
                await self._settle(AttemptOutcome.FAILED, error)
                raise
            self.latency = clock() - started
            await self._settle(AttemptOutcome.OK, None)
        finally:
            # Reached unsettled when the person stopped it: what was generated is billed all
            # the same, and the probe's place must be free again.
            if not self._recorded:
                self._parts.monitor.release(call.admission)
                if self.attempt_id is not None:
                    self.latency = clock() - started
                    await self._settle(AttemptOutcome.CANCELLED, None)

    def _start(self) -> AttemptStart:
        call = self.call
        return AttemptStart(
            exchange_id=call.request.exchange_id,
            position=call.position,
            provider=call.config.name,
            model=call.config.model,
            predicted_cost=call.plan.predicted_cost,
            worst_case=call.plan.worst_case,
            day=self._parts.today(),
            limits=call.limits,
            hedge=call.hedge,
            predicted_latency=call.predicted_latency,
        )

    def _observe(self, event: ProviderEvent, started: float) -> bool:
        """Take note of ``event``; returns whether it is passed on."""
        match event:
            case TextDelta(text):
                self._text.append(text)
            case ReasoningDelta(text):
                self._reasoning.append(text)
            case UsageReported(usage):
                self._reported = usage
                return True
            case StreamFinished():
                self.finish = event
                self._reported = event.usage or self._reported
                return False
        # An answer that comes in one piece has no first token.
        if self.time_to_first_token is None and self.call.request.streamed:
            self.time_to_first_token = self._parts.clock() - started
        return True

    def _judge(self) -> None:
        """Raise when a stream that ended well holds no answer, as far as that counts here."""
        finish, faults = self.finish, self.call.faults
        assert finish is not None  # the adapter's guard raises StreamInterrupted otherwise
        name, model = self.call.key
        refused = finish.kind in {FinishKind.REFUSAL, FinishKind.CONTENT_FILTER}
        if refused and AnswerFault.REFUSED in faults:
            words = finish.refusal or f"declined to answer ({finish.raw_reason})"
            raise Refused(words, provider=name, model=model)
        if not refused and not self.text.strip() and AnswerFault.EMPTY in faults:
            ending = "reasoning only" if self.reasoning else "no text"
            words = f"the answer holds {ending} ({finish.raw_reason})"
            raise EmptyAnswer(words, provider=name, model=model)
        if finish.kind is FinishKind.LENGTH and AnswerFault.TRUNCATED in faults:
            words = f"the answer was cut off at the model's length limit ({finish.raw_reason})"
            raise Truncated(words, provider=name, model=model)

    async def _settle(self, outcome: AttemptOutcome, error: ProviderError | None) -> None:
        self.usage = self._final_usage(error)
        billed = self.usage.total_tokens > 0
        prices = self._parts.prices
        self.cost = prices.cost(self.call.config, self.usage) if billed else Decimal(0)
        self._recorded = True
        self._learn(outcome, error)
        if self.attempt_id is None:
            return
        finish = self.finish
        await self._parts.ledger.finish_attempt(
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
        if reported is not None and self.finish is not None:
            return reported
        said = estimate_text(self.text) + estimate_text(self.reasoning)
        if reported is not None:
            # Usage told in mid-stream counts the output so far at best.
            more = max(reported.output_tokens, said)
            unsure = self.call.request.streamed or more != reported.output_tokens
            return replace(reported, output_tokens=more, estimated=unsure)
        if said == 0 and _turned_away(error):
            return Usage(0, 0)
        if not self.call.request.streamed and self.finish is None:
            # Lost unread: it was probably written all the same.
            said = self.call.plan.output_tokens
        return Usage(self.call.plan.input_tokens, said, estimated=True)

    def _learn(self, outcome: AttemptOutcome, error: ProviderError | None) -> None:
        """Tell everybody who learns from calls how this one went."""
        parts, call, key = self._parts, self.call, self.call.key
        cancelled = outcome is AttemptOutcome.CANCELLED
        if not cancelled:
            told = Outcome(
                ok=error is None,
                latency=self.latency,
                time_to_first_token=self.time_to_first_token,
                error_kind=error.kind if error else None,
                output_tokens=self.usage.output_tokens,
            )
            parts.monitor.record(call.admission, told, error)
        parts.metrics.finish(
            *key,
            ok=outcome is AttemptOutcome.OK,
            cancelled=cancelled,
            error_kind=error.kind if error else None,
            cost=self.cost,
            usage=self.usage,
            hedge=call.hedge,
        )
        if self.finish is None or self.usage.estimated:
            return
        plan = call.plan
        parts.estimator.observe(
            key,
            raw_estimate=plan.size.tokens,
            input_tokens=self.usage.input_tokens,
            output_tokens=self.usage.output_tokens,
        )
        parts.cache.observe(
            key, prefix_tokens=plan.prefix_tokens, cached_tokens=self.usage.cached_tokens
        )
        parts.cache.sent(key, call.request)
        if self.cost is not None and plan.predicted_cost is not None:
            parts.cost_calibration.observe(
                key, predicted=float(plan.predicted_cost), actual=float(self.cost)
            )
        if error is None and call.predicted_latency is not None:
            parts.latency_calibration.observe(
                key, predicted=call.predicted_latency, actual=self.latency
            )


def _turned_away(error: ProviderError | None) -> bool:
    """Whether the provider never read the request, or read it for nothing."""
    if isinstance(error, TimedOut):
        return error.phase == "connect"
    return isinstance(error, _NEVER_BILLED)
