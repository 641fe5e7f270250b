"""How an answer came about, in words: every candidate's numbers, every call."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.quality_text import quality_words
from app.views import cost_text
from providers.billing.money import format_usd
from providers.events import CandidateView
from providers.usage import Usage
from storage.rows import AttemptRow, ExchangeRow, MessageRow
from widgets.views import seconds_text

Row = tuple[str, ...]

CANDIDATE_HEADS: Row = ("", "provider", "model", "cost", "seconds", "quality")
ATTEMPT_HEADS: Row = ("#", "provider", "model", "outcome", "seconds", "first", "tokens", "cost")


def route_words(exchange: ExchangeRow) -> str:
    """Return who was chosen and why, and who answered where that is somebody else."""
    chosen = next((each for each in exchange.candidates if each.usable), None)
    if chosen is None:
        return f"strategy {exchange.strategy}: nobody could answer. {exchange.reason}"
    words = f"strategy {exchange.strategy}: {chosen.provider} · {chosen.model}, {exchange.reason}"
    if exchange.provider in (None, chosen.provider):
        return words
    return f"{words}; then {exchange.provider} · {exchange.model} answered"


def candidate_rows(candidates: Sequence[CandidateView]) -> list[Row]:
    """Return a row for each candidate, as the ranking saw it then."""
    return [
        (
            "●" if each.usable else "○",
            each.provider,
            each.model,
            _predicted(each),
            seconds_text(each.predicted_latency),
            f"{each.quality:.2f}" if each.usable else "–",
        )
        for each in candidates
    ]


def attempt_rows(attempts: Sequence[AttemptRow]) -> list[Row]:
    """Return a row for each call that was made."""
    return [
        (
            str(each.position),
            each.provider,
            each.response_model or each.request_model,
            _outcome(each),
            seconds_text(each.latency),
            seconds_text(each.time_to_first_token),
            _tokens(each.usage),
            cost_text(each.cost, estimated=each.cost_estimated, provider=each.provider),
        )
        for each in attempts
    ]


def exchange_facts(exchange: ExchangeRow, message: MessageRow) -> list[tuple[str, str]]:
    """Return what the ledger knows of an exchange, as names and values."""
    return [
        ("exchange", f"{exchange.id}, message {message.id}"),
        ("state", exchange.state.value + _finish(exchange)),
        ("strategy", exchange.strategy),
        ("asked", f"{exchange.started_at.astimezone():%d %b %Y %H:%M:%S}"),
        ("took", seconds_text(exchange.latency)),
        ("cost", f"{_cost(exchange)}, {_expected(exchange.predicted_cost)}"),
        ("tokens", _usage(exchange.usage)),
        *_quality(exchange),
        *([("error", exchange.error_message)] if exchange.error_message else []),
    ]


def _quality(exchange: ExchangeRow) -> list[tuple[str, str]]:
    assessment = exchange.assessment
    return [] if assessment is None else [("quality", quality_words(assessment))]


def attempt_errors(attempts: Sequence[AttemptRow]) -> list[str]:
    """Return what each call that failed said, in the provider's own words."""
    return [
        f"{each.provider}: {each.error_type} {each.http_status or ''} {each.error_message or ''}"
        for each in attempts
        if each.error_type is not None
    ]


def _predicted(candidate: CandidateView) -> str:
    if not candidate.usable:
        return "–"
    return cost_text(candidate.predicted_cost, estimated=True, provider=candidate.provider)


def _outcome(attempt: AttemptRow) -> str:
    status = f" {attempt.http_status}" if attempt.http_status else ""
    backup = ", backup" if attempt.hedge else ""
    return f"{attempt.outcome}{status}{backup}"


def _tokens(usage: Usage | None) -> str:
    return "–" if usage is None else f"{usage.input_tokens:,}→{usage.output_tokens:,}"


def _usage(usage: Usage | None) -> str:
    if usage is None:
        return "–"
    parts = [f"{usage.input_tokens:,} in", f"{usage.output_tokens:,} out"]
    if usage.cached_tokens:
        parts.append(f"{usage.cached_tokens:,} from the provider's cache")
    if usage.reasoning_tokens:
        parts.append(f"{usage.reasoning_tokens:,} of them reasoning")
    if usage.estimated:
        parts.append("estimated")
    return ", ".join(parts)


def _finish(exchange: ExchangeRow) -> str:
    return f" ({exchange.finish_reason})" if exchange.finish_reason else ""


def _cost(exchange: ExchangeRow) -> str:
    provider = exchange.provider or ""
    return cost_text(exchange.cost, estimated=exchange.cost_estimated, provider=provider)


def _expected(cost: Decimal | None) -> str:
    return f"{format_usd(cost)} was expected"
