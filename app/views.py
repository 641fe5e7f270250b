"""From the ledger's rows and the core's values to what the widgets paint."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from providers.billing.money import format_usd
from providers.config import Kind, ProviderConfig
from providers.errors import AllProvidersFailed
from providers.events import AttemptFailed, Completed, FinishKind, RouteChosen
from providers.messages import Role
from storage.rows import AttemptRow, ConversationRow, ExchangeRow, ExchangeState, MessageRow
from storage.spending import Spend
from widgets.history_list import ConversationView
from widgets.views import AnswerFooter, MessageState, MessageView, NoticeView

_STATES = {
    ExchangeState.COMPLETE: MessageState.COMPLETE,
    ExchangeState.STOPPED: MessageState.STOPPED,
    ExchangeState.FAILED: MessageState.FAILED,
    ExchangeState.INTERRUPTED: MessageState.INTERRUPTED,
    # Under way in another telex: from here it can only be seen as far as it has come.
    ExchangeState.PENDING: MessageState.INTERRUPTED,
    ExchangeState.STREAMING: MessageState.INTERRUPTED,
}
_LONGEST_WORDS = 160
_KINDS = {
    "auth": "rejects the key",
    "budget": "has no budget left",
    "busy": "is busy",
    "empty": "said nothing",
    "refused": "declined",
    "stream_interrupted": "broke off",
    "timeout": "timed out",
    "truncated": "ran out of room",
}
_CUT_OFF = "cut off at the length limit"


def cost_text(cost: Decimal | None, *, estimated: bool = False, provider: str = "") -> str:
    """Return money for the eye: the built-in model is free and says so."""
    if cost == 0 and provider == "local":
        return "free"
    return f"~{format_usd(cost)}" if estimated and cost else format_usd(cost)


def spend_text(spend: Spend) -> str:
    """Return a sum of money; a trailing "+ ?" says that some prices were unknown."""
    return format_usd(spend.cost) + (" + ?" if spend.unknown else "")


def message_view(row: MessageRow) -> MessageView:
    """Return one stored message as the transcript shows it."""
    key = str(row.id)
    if row.role is Role.USER or row.exchange is None:
        return MessageView(key, row.role, row.content)
    exchange = row.exchange
    return MessageView(
        key,
        row.role,
        row.content,
        reasoning=row.reasoning,
        state=_STATES[exchange.state],
        footer=_stored_footer(exchange),
        notices=_stored_notices(exchange),
    )


def completed_footer(
    done: Completed, route: RouteChosen | None, *, raced: bool = False
) -> AnswerFooter:
    """Return the line below an answer that has just ended.

    Args:
        done: the answer.
        route: who was to give it, and why.
        raced: it came first of two that were asked.
    """
    chosen, reason = (route.provider, route.reason) if route else ("", "")
    return AnswerFooter(
        provider=done.provider,
        model=done.finish.response_model or done.model,
        seconds=done.latency,
        ttft=done.time_to_first_token,
        input_tokens=done.usage.input_tokens,
        output_tokens=done.usage.output_tokens,
        cost_text=cost_text(done.total_cost, estimated=done.cost_estimated, provider=done.provider),
        ending=_CUT_OFF if done.truncated else "",
        reason=_why(done.provider, chosen, reason, raced=raced),
    )


def failure_notice(event: AttemptFailed) -> NoticeView:
    """Return the strip that says why an attempt failed and who is asked next."""
    error = event.error
    what = f"{event.provider} {_what(error.status, error.kind, error.message)}"
    wait = f", cooling {error.retry_after:.0f} s" if error.retry_after else ""
    here = (event.provider, event.model)
    onward = _onward(here, (event.next_provider, event.next_model))
    return NoticeView(f"{what}{wait}{onward}", partial=error.partial_text)


def hedge_notice(slow: str, backup: str) -> NoticeView:
    """Return the strip that says why a second provider is asked."""
    return NoticeView(f"{slow} is slow to begin → also asking {backup}")


def cancelled_notice(loser: str, first: str) -> NoticeView:
    """Return the strip that says why one of two calls was stopped."""
    return NoticeView(f"{loser} stopped: {first} was first")


def advice(error: AllProvidersFailed) -> str:
    """Return what the person can do after nobody answered, in one line."""
    kinds = {attempt.error.kind for attempt in error.attempts}
    if "auth" in kinds:
        refused = next(a.provider for a in error.attempts if a.error.kind == "auth")
        return f"Nobody answered. Set the key of {refused} anew: f9"
    if "quota" in kinds:
        return "Nobody answered: an account's credit is used up. Name another provider: f5"
    last = error.attempts[-1].error if error.attempts else None
    if last is not None and not last.may_retry and kinds == {"unavailable"}:
        return f"Nobody answered: {last.message}"
    if kinds & {"rate_limit", "unavailable", "timeout", "stream_interrupted"}:
        return "Nobody answered. Check the network, or ask again in a moment"
    if "context_length" in kinds:
        return "Nobody answered: the conversation is too long for every model. Start anew: ctrl+n"
    if "budget" in kinds:
        return "Nobody answered: the cost limits leave no room. They are set in config.toml"
    if "busy" in kinds:
        return "Nobody answered: all are busy. Ask again in a moment"
    if "truncated" in kinds:
        return "Nobody answered in full: raise max_tokens in config.toml, or ask for less"
    return error.advice or "Nobody answered. Your question is saved"


def conversation_view(
    row: ConversationRow, *, now: datetime, snippet: str | None = None
) -> ConversationView:
    """Return one conversation as the history lists it."""
    cost = format_usd(row.cost) + (" + ?" if row.unknown_costs else "")
    return ConversationView(
        id=row.id,
        title=row.title,
        updated=when(row.updated_at, now),
        messages=row.message_count,
        cost="" if cost == "$0" else cost,
        snippet=snippet,
    )


def when(moment: datetime, now: datetime) -> str:
    """Return a moment as people say it: the time today, else the day."""
    local = moment.astimezone(now.tzinfo)
    if local.date() == now.date():
        return f"today {local:%H:%M}"
    if local.year == now.year:
        return f"{local:%d %b %H:%M}"
    return f"{local:%d %b %Y}"


def needs_key(config: ProviderConfig) -> bool:
    """Whether a provider is one that people add keys for."""
    return config.kind is not Kind.LOCAL


def _stored_footer(exchange: ExchangeRow) -> AnswerFooter | None:
    if exchange.provider is None:
        return None
    usage = exchange.usage
    answered = next((a for a in reversed(exchange.attempts) if a.outcome == "ok"), None)
    provider = answered.provider if answered else exchange.provider
    return AnswerFooter(
        provider=provider,
        model=(answered.response_model if answered else None) or exchange.model or "",
        seconds=exchange.latency,
        ttft=exchange.time_to_first_token,
        input_tokens=usage.input_tokens if usage else None,
        output_tokens=usage.output_tokens if usage else None,
        cost_text=cost_text(exchange.cost, estimated=exchange.cost_estimated, provider=provider),
        ending=_CUT_OFF if exchange.finish_reason == FinishKind.LENGTH.value else "",
        reason=_why(provider, _chosen(exchange), exchange.reason, raced=_raced(exchange)),
    )


def _chosen(exchange: ExchangeRow) -> str:
    usable = (candidate.provider for candidate in exchange.candidates if candidate.usable)
    return next(usable, exchange.provider or "")


def _why(answered: str, chosen: str, reason: str, *, raced: bool) -> str:
    if not chosen or answered == chosen:
        return reason
    if raced:
        return f"sooner than {chosen} ({reason})"
    return f"after {chosen} failed ({reason})"


def _raced(exchange: ExchangeRow) -> bool:
    """Whether the answer came first of two: nobody else is cancelled in a whole exchange."""
    complete = exchange.state is ExchangeState.COMPLETE
    return complete and any(attempt.outcome == "cancelled" for attempt in exchange.attempts)


def _stored_notices(exchange: ExchangeRow) -> tuple[NoticeView, ...]:
    """Return the strips that were shown when it happened, in the order of the calls."""
    notices: list[NoticeView] = []
    before: AttemptRow | None = None
    for index, attempt in enumerate(exchange.attempts):
        if attempt.hedge and before is not None:
            notices.append(hedge_notice(before.provider, attempt.provider))
            if lost := _lost(before, attempt):
                notices.append(cancelled_notice(*lost))
        if attempt.outcome == "failed":
            notices.append(_attempt_notice(attempt, exchange.attempts[index + 1 :]))
        before = attempt
    return tuple(notices)


def _lost(first: AttemptRow, backup: AttemptRow) -> tuple[str, str] | None:
    """Return who was stopped in a race and who won it, None when nobody did."""
    for loser, winner in ((first, backup), (backup, first)):
        if loser.outcome == "cancelled" and not _spoke(loser) and _spoke(winner):
            return loser.provider, winner.provider
    return None


def _spoke(attempt: AttemptRow) -> bool:
    return attempt.outcome == "ok" or bool(attempt.partial_text or attempt.partial_reasoning)


def _attempt_notice(attempt: AttemptRow, later: Sequence[AttemptRow]) -> NoticeView:
    words = _what(attempt.http_status, attempt.error_type or "failed", attempt.error_message or "")
    onward = ""
    if later:
        here = (attempt.provider, attempt.request_model)
        onward = _onward(here, (later[0].provider, later[0].request_model))
    return NoticeView(f"{attempt.provider} {words}{onward}", partial=attempt.partial_text)


def _onward(here: tuple[str, str], there: tuple[str | None, str | None]) -> str:
    """Return who is asked next: another provider, another model of this one, or it again."""
    provider, model = there
    if provider is None:
        return ""
    if provider != here[0]:
        return f" → {provider}"
    return " → once more" if model in (None, here[1]) else f" → {model}"


def _what(status: int | None, kind: str, message: str) -> str:
    head = str(status) if status is not None else _KINDS.get(kind, kind.replace("_", " "))
    short = " ".join(message.split())
    if len(short) > _LONGEST_WORDS:
        short = f"{short[:_LONGEST_WORDS]}…"
    return f"{head}: {short}" if short else head
