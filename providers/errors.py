"""The typed tree of everything that can go wrong between a question and its answer.

Foreign exceptions are translated into this tree once, at an adapter's edge. Class attributes
say what the router may do about an error, so that no caller matches on strings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from providers.usage import Usage


class TelexError(Exception):
    """Base of every error this package raises on purpose."""


class ConfigError(TelexError):
    """A configuration value that cannot be used.

    Args:
        message: what is wrong and what is allowed, in a sentence.
        key: the dotted name of the offending value, such as ``providers.openai.model``.
    """

    def __init__(self, message: str, *, key: str | None = None) -> None:
        super().__init__(message)
        self.key = key


class ProviderError(TelexError):
    """One call to one provider failed.

    Args:
        message: the provider's own words where there are any, free of keys.
        provider: the provider's configured name.
        model: the model that was asked.
        status: HTTP status, or None where there was none.
        retry_after: seconds the provider asks to wait, or None. Not capped: policy does that.
        partial_text: answer text received before the failure.
        usage: usage reported before the failure, or None.
    """

    kind: ClassVar[str] = "provider_error"
    """Stable word for logs, the ledger and ``--json``."""
    may_retry: ClassVar[bool] = False
    """Whether the same call to the same provider can succeed a moment later."""
    may_fall_back: ClassVar[bool] = True
    """Whether another provider may be asked instead."""
    counts_against_health: ClassVar[bool] = True
    """Whether it says something about the provider (and not about the request)."""

    def __init__(
        self,
        message: str,
        *,
        provider: str = "",
        model: str = "",
        status: int | None = None,
        retry_after: float | None = None,
        partial_text: str = "",
        usage: Usage | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.provider = provider
        self.model = model
        self.status = status
        self.retry_after = retry_after
        self.partial_text = partial_text
        self.usage = usage

    def __str__(self) -> str:
        where = f"{self.provider}: " if self.provider else ""
        status = f" (HTTP {self.status})" if self.status is not None else ""
        return f"{where}{self.message}{status}"


class AuthFailed(ProviderError):
    """The key is missing, wrong, expired, or not allowed to do this."""

    kind = "auth"


class RateLimited(ProviderError):
    """Too many requests or tokens for now; ``retry_after`` says until when if known."""

    kind = "rate_limit"
    may_retry = True


class QuotaExhausted(ProviderError):
    """The account's credit or quota is used up: a 429 that no retry helps."""

    kind = "quota"


class Unavailable(ProviderError):
    """The provider cannot be reached or answers with a server error."""

    kind = "unavailable"
    may_retry = True


class TimedOut(ProviderError):
    """A phase took too long; ``phase`` is connect, first_token, idle, total or plain."""

    kind = "timeout"

    def __init__(self, message: str, *, phase: str = "first_token", **details: object) -> None:
        super().__init__(message, **details)  # type: ignore[arg-type]  # forwarded as given
        self.phase = phase


class BadRequest(ProviderError):
    """The request itself was refused as malformed; the same call will fail again."""

    kind = "bad_request"
    counts_against_health = False


class ModelNotFound(BadRequest):
    """The provider does not know this model, or this key may not use it."""

    kind = "model_not_found"


class ContextTooLong(BadRequest):
    """The conversation does not fit the model's context or the account's request size."""

    kind = "context_length"


class Refused(ProviderError):
    """The model or its moderation declined to answer."""

    kind = "refused"
    counts_against_health = False


class EmptyAnswer(ProviderError):
    """The stream is whole, but there is no answer in it."""

    kind = "empty"
    may_retry = True


class Truncated(ProviderError):
    """The answer ended at the model's own length limit, not at one that anybody asked for."""

    kind = "truncated"
    counts_against_health = False


class PoorAnswer(ProviderError):
    """The answer is whole, but its score is below the person's threshold."""

    kind = "poor"
    counts_against_health = False


class StreamInterrupted(ProviderError):
    """The stream ended, broke or turned to garbage before the provider said it was finished."""

    kind = "stream_interrupted"
    may_retry = True


class BudgetExceeded(ProviderError):
    """A cost limit forbids the call; nothing was sent."""

    kind = "budget"
    counts_against_health = False


class BudgetHeld(BudgetExceeded):
    """Only what calls under way have reserved stands in the way; it may be free in a moment."""


class Busy(ProviderError):
    """The provider takes no call now, because of the ones before; nothing was sent."""

    kind = "busy"
    counts_against_health = False


def _kinds_of(base: type[ProviderError]) -> Iterator[type[ProviderError]]:
    yield base
    for kind in base.__subclasses__():
        yield from _kinds_of(kind)


NOT_THE_PROVIDERS = frozenset(
    each.kind for each in _kinds_of(ProviderError) if not each.counts_against_health
)
"""The ``kind`` of every error that says nothing about the provider that was asked."""


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """Why one provider did not answer, for the summary of ``AllProvidersFailed``."""

    provider: str
    model: str
    error: ProviderError


class AllProvidersFailed(TelexError):
    """No provider gave an answer.

    Args:
        attempts: every try in order, with its reason.
        advice: why nobody was asked, where nobody was.
        over_budget: a cost limit kept somebody from being asked who could have answered.
    """

    def __init__(
        self,
        attempts: Sequence[FailedAttempt],
        *,
        advice: str = "",
        over_budget: bool = False,
    ) -> None:
        self.attempts = tuple(attempts)
        self.advice = advice
        self.over_budget = over_budget
        tried = "; ".join(
            f"{attempt.provider} ({attempt.model}): {attempt.error.kind}, {attempt.error.message}"
            for attempt in self.attempts
        )
        head = f"no provider answered: {tried}" if tried else "no provider is available"
        super().__init__(f"{head}. {advice}" if advice else head)
