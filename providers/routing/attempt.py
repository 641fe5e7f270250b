"""One call to one provider: watched, billed and settled whatever way it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from providers.billing.ledger import AttemptOutcome, AttemptResult, AttemptStart
from providers.classify import TaskKind, classify
from providers.errors import (
    AuthFailed,
    BadRequest,
    EmptyAnswer,
    PoorAnswer,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    Refused,
    TimedOut,
    Truncated,
    Unavailable,
)
from providers.events import (
    AttemptStarted,
    FinishKind,
    ProviderEvent,
    QuotaReported,
    ReasoningDelta,
    StreamFinished,
    TextDelta,
    ToolCallMade,
    UsageReported,
)
from providers.learning.allowance import Pending
from providers.learning.estimate import estimate_text
from providers.messages import ToolCall
from providers.multi_config import AnswerFault
from providers.quality.assessment import FLAWLESS, Assessment, SignalKind
from providers.routing.call import Call
from providers.routing.lessons import Seen, learn
from providers.routing.router_parts import RouterParts
from providers.usage import Usage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


NEVER_BILLED = (AuthFailed, BadRequest, QuotaExhausted, RateLimited, Unavailable)
"""Turned away at the door: the providers bill nothing for these before the first token. After
a time-out or a broken stream the input may have been read, so it is counted, as an estimate."""


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
        self.task: TaskKind | None = None
        self.assessment: Assessment | None = None
        self._parts = parts
        self._reported: Usage | None = None
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._calls: list[ToolCall] = []
        self._recorded = False
        self._pending: Pending | None = None

    @property
    def text(self) -> str:
        """The answer so far."""
        return "".join(self._text)

    @property
    def reasoning(self) -> str:
        """The reasoning so far."""
        return "".join(self._reasoning)

    @property
    def score(self) -> float:
        """How good the answer seems, 0 to 1; 0 while nobody has looked."""
        return self.assessment.score if self.assessment is not None else 0.0

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The tool calls so far."""
        return tuple(self._calls)

    async def run(
        self,
    ) -> AsyncIterator[AttemptStarted | TextDelta | ReasoningDelta | ToolCallMade | UsageReported]:
        """Reserve, call, pass the deltas on, and settle.

        Raises:
            BudgetExceeded: the ledger refused the reservation; nothing was sent.
            ProviderError: the call failed, or its answer is none.
        """
        call, clock = self.call, self._parts.clock
        started = clock()
        try:
            self.attempt_id = await self._parts.ledger.start_attempt(self._start())
            self._pending = self._parts.allowances.began(call.key, call.plan.input_tokens)
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
                            yield event  # type: ignore[misc]  # neither StreamFinished nor QuotaReported
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
            case ToolCallMade(call):
                self._calls.append(call)
            case UsageReported(usage):
                self._reported = usage
                return True
            case QuotaReported(quota):
                if self._pending is not None:
                    self._parts.allowances.read(self._pending, quota)
                return False
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
        assessment = self._assess(finish)
        refused = finish.kind in {FinishKind.REFUSAL, FinishKind.CONTENT_FILTER}
        if refused and AnswerFault.REFUSED in faults:
            words = finish.refusal or f"declined to answer ({finish.raw_reason})"
            raise Refused(words, provider=name, model=model)
        nothing = not self.text.strip() and not self._calls
        if not refused and nothing and AnswerFault.EMPTY in faults:
            ending = "reasoning only" if self.reasoning else "no text"
            words = f"the answer holds {ending} ({finish.raw_reason})"
            raise EmptyAnswer(words, provider=name, model=model)
        if finish.kind is FinishKind.LENGTH and AnswerFault.TRUNCATED in faults:
            words = f"the answer was cut off at the model's length limit ({finish.raw_reason})"
            raise Truncated(words, provider=name, model=model)
        if self.call.plan.asked_ceiling:
            # The next one would be cut at the same length.
            assessment = assessment.without(SignalKind.TRUNCATED)
        least = self.call.poor_below
        if least is not None and AnswerFault.POOR in faults and assessment.score < least:
            words = f"{assessment.words} (quality {assessment.score:.1f}, below {least:g})"
            raise PoorAnswer(words, provider=name, model=model)

    def _assess(self, finish: StreamFinished) -> Assessment:
        """Look at the answer, and let those who learn from it know."""
        from providers.quality.assess import assess  # needed by nobody before the first answer

        request, quality = self.call.request, self._parts.quality
        if self._calls:
            self.assessment = FLAWLESS  # whoever runs the tools can tell what they are worth
        else:
            self.assessment = assess(request, self.text, finish)
        score = self.assessment.score
        self.task = classify(request, self.call.plan.size.tokens).task
        quality.observe(*self.call.key, score, task=self.task)
        return self.assessment

    async def _settle(self, outcome: AttemptOutcome, error: ProviderError | None) -> None:
        self.usage = self._final_usage(error)
        billed = self.usage.total_tokens > 0
        prices = self._parts.prices
        self.cost = prices.cost(self.call.config, self.usage) if billed else Decimal(0)
        self._recorded = True
        if self._pending is not None:
            self._parts.allowances.ended(self._pending)
        seen = Seen(
            outcome,
            error,
            self.usage,
            self.cost,
            self.latency,
            self.time_to_first_token,
            whole=self.finish is not None,
        )
        learn(self.call, seen, self._parts)
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
        said = estimate_text(self.text) + estimate_text(self.reasoning)
        said += sum(estimate_text(call.name + call.arguments) for call in self._calls)
        if reported is not None:
            if self.finish is not None and (reported.output_tokens or not said):
                return reported
            # Usage told in mid-stream counts the output so far at best, and some endpoints tell
            # zeros for whatever they said.
            more = max(reported.output_tokens, said)
            unsure = self.call.request.streamed or more != reported.output_tokens
            read = reported.input_tokens or self.call.plan.input_tokens
            return replace(reported, input_tokens=read, output_tokens=more, estimated=unsure)
        if said == 0 and _turned_away(error):
            return Usage(0, 0)
        if not self.call.request.streamed and self.finish is None:
            # Lost unread: it was probably written all the same.
            said = self.call.plan.output_tokens
        return Usage(self.call.plan.input_tokens, said, estimated=True)


def _turned_away(error: ProviderError | None) -> bool:
    """Whether the provider never read the request, or read it for nothing."""
    if isinstance(error, TimedOut):
        return error.phase == "connect"
    return isinstance(error, NEVER_BILLED)
