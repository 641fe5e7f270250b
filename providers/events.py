"""What a provider says while it answers: small frozen values, in this order.

An adapter yields ``TextDelta``, ``ReasoningDelta``, ``ToolCallMade`` and ``UsageReported`` as they
come and exactly one ``StreamFinished`` at the end; it raises a ``ProviderError`` instead when the
answer is not whole. The router passes these on and adds ``RouteChosen``, ``AttemptStarted``,
``RetryScheduled``, ``AttemptFailed`` and, as the last event, ``Completed``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from providers.classify import TaskKind
from providers.errors import ProviderError
from providers.messages import ToolCall
from providers.quality.assessment import Assessment
from providers.quota import Quota
from providers.usage import Usage


class FinishKind(StrEnum):
    """Why generation ended, across providers."""

    STOP = "stop"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"
    REFUSAL = "refusal"
    TOOL_CALLS = "tool_calls"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """A piece of the model's reasoning, apart from the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallMade:
    """The model asks for a tool; the call is whole."""

    call: ToolCall


@dataclass(frozen=True, slots=True)
class UsageReported:
    """Usage so far, as the provider tells it during the stream (the last one counts)."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class QuotaReported:
    """What is left of the provider's rate limits, as the headers of its answer tell it."""

    quota: Quota


@dataclass(frozen=True, slots=True)
class StreamFinished:
    """An adapter's proof that the stream is whole.

    Args:
        kind: why generation ended.
        raw_reason: the provider's own word for it.
        usage: final usage, or None when the provider reported none.
        response_model: the model that says it answered.
        refusal: the refusal's text where the API gives one apart from the answer.
    """

    kind: FinishKind
    raw_reason: str
    usage: Usage | None
    response_model: str | None = None
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class CandidateView:
    """One candidate as the ranking saw it, with its numbers and the reason for its place.

    Args:
        predicted_cost: US dollars expected for this request, None when the price is unknown.
        predicted_latency: seconds until the answer is whole.
        latency_measured: whether that rests on measurements, or is a prior.
        quality: 0 to 1.
        quality_words: where that number comes from.
        active, queued: calls at the provider.
        usable: False when it was passed over; ``reason`` says why.
    """

    provider: str
    model: str
    usable: bool
    reason: str
    predicted_cost: Decimal | None = None
    predicted_latency: float | None = None
    quality: float = 0.0
    latency_measured: bool = False
    quality_words: str = ""
    active: int = 0
    queued: int = 0


@dataclass(frozen=True, slots=True)
class RouteChosen:
    """The ranking's verdict: who goes first, why, and everyone who was considered.

    Args:
        task: the kind of task, where somebody had to know.
        experiment, arm: what the request takes part in, and as what.
        explored: the first was tried although another was thought better.
    """

    provider: str
    model: str
    strategy: str
    reason: str
    candidates: Sequence[CandidateView] = field(default_factory=tuple)
    task: TaskKind | None = None
    experiment: str | None = None
    arm: str | None = None
    explored: bool = False


@dataclass(frozen=True, slots=True)
class AttemptStarted:
    """One provider is being called now.

    Args:
        position: counts from 1 within the exchange.
        predicted_cost: US dollars, None when the price is unknown.
        input_tokens: the estimate for what is sent, for a meter that runs with the stream.
        hedge: a backup, started because the one before is slow to begin.
    """

    position: int
    provider: str
    model: str
    predicted_cost: Decimal | None
    input_tokens: int = 0
    attempt_id: int | None = None
    hedge: bool = False


@dataclass(frozen=True, slots=True)
class AttemptFailed:
    """One call ended without an answer; what it had shown so far is ``error.partial_text``."""

    position: int
    provider: str
    model: str
    error: ProviderError
    latency: float
    cost: Decimal | None
    attempt_id: int | None = None
    next_provider: str | None = None
    next_model: str | None = None


@dataclass(frozen=True, slots=True)
class AttemptCancelled:
    """One of two calls was stopped because the other spoke first.

    Args:
        latency: seconds it had been under way.
        cost: US dollars it had cost by then, by estimate; None when the price is unknown.
    """

    position: int
    provider: str
    model: str
    latency: float
    cost: Decimal | None
    attempt_id: int | None = None


@dataclass(frozen=True, slots=True)
class RetryScheduled:
    """The same provider will be asked again after ``delay`` seconds."""

    provider: str
    model: str
    delay: float
    retry: int


@dataclass(frozen=True, slots=True)
class Completed:
    """The answer is whole.

    Args:
        cost: US dollars of the answering attempt, None when the price is unknown.
        total_cost: the same with every earlier attempt of this exchange; None when one of
            them is unknown.
        cost_estimated: part of ``total_cost`` rests on an estimate, because an attempt ended
            before its usage was reported.
        latency: seconds from the start of the answering attempt to its end.
        time_to_first_token: seconds from the start of that attempt to its first delta.
        tool_calls: what the model asks to have run before it goes on; ``text`` may be empty then.
        cached: the answer was given before, and nobody was asked.
        task: the kind of task it was taken for, None where nobody looked.
        assessment: how good it looks, None where nobody looked: at an answer from the cache, say.
        saved: the US dollars that a cached answer cost the first time, None where unknown.
    """

    provider: str
    model: str
    text: str
    reasoning: str
    finish: StreamFinished
    usage: Usage
    cost: Decimal | None
    total_cost: Decimal | None
    latency: float
    time_to_first_token: float | None
    position: int
    cost_estimated: bool = False
    attempt_id: int | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    cached: bool = False
    saved: Decimal | None = None
    task: TaskKind | None = None
    assessment: Assessment | None = None

    @property
    def truncated(self) -> bool:
        """Whether it ended at a length limit and not where the model meant to."""
        return self.finish.kind is FinishKind.LENGTH


ProviderEvent = (
    TextDelta | ReasoningDelta | ToolCallMade | UsageReported | QuotaReported | StreamFinished
)
"""What an adapter yields."""

RouterEvent = (
    RouteChosen
    | AttemptStarted
    | AttemptFailed
    | AttemptCancelled
    | RetryScheduled
    | TextDelta
    | ReasoningDelta
    | ToolCallMade
    | UsageReported
    | Completed
)
"""What the router yields."""
