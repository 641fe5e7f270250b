"""From the ledger's rows and the core's values to what the widgets paint."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from app.attachment_files import size_text
from app.notices import stored_notices
from app.quality_text import quality_mark
from providers.billing.ledger import AttemptOutcome
from providers.billing.money import format_usd
from providers.config import Kind, ProviderConfig
from providers.events import (
    Completed,
    FinishKind,
    RouteChosen,
)
from providers.messages import Attachment, Role
from providers.quality.assessment import Assessment
from providers.usage import Usage
from storage.rows import (
    AttachmentRow,
    ConversationRow,
    ExchangeRow,
    ExchangeState,
    MessageRow,
)
from storage.spending import Spend
from widgets.history_list import ConversationView
from widgets.views import AnswerFooter, MessageState, MessageView

_STATES = {
    ExchangeState.COMPLETE: MessageState.COMPLETE,
    ExchangeState.STOPPED: MessageState.STOPPED,
    ExchangeState.FAILED: MessageState.FAILED,
    ExchangeState.INTERRUPTED: MessageState.INTERRUPTED,
    # Under way in another telex: from here it can only be seen as far as it has come.
    ExchangeState.PENDING: MessageState.INTERRUPTED,
    ExchangeState.STREAMING: MessageState.INTERRUPTED,
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
    view = MessageView(
        str(row.id),
        row.role,
        row.content,
        version=row.versions.index(row.id) + 1,
        versions=len(row.versions),
        attachments=tuple(attachment_text(each) for each in row.attachments),
    )
    if row.role is Role.USER or row.exchange is None:
        return view
    exchange = row.exchange
    return replace(
        view,
        reasoning=row.reasoning,
        state=_STATES[exchange.state],
        footer=_stored_footer(exchange),
        notices=stored_notices(exchange),
        rating=rating_text(row.rating.score, row.rating.word) if row.rating else "",
    )


def attachment_text(row: AttachmentRow) -> str:
    """Return what is attached, such as ``notes.md · 3.2 KB``."""
    return f"{row.name or row.kind.value} · {size_text(row.size)}"


def attached_text(attachment: Attachment) -> str:
    """Return the same for what is about to be attached."""
    return f"{attachment.name or attachment.kind.value} · {size_text(len(attachment.data))}"


def rating_text(score: float, word: str) -> str:
    """Return a rating for the eye.

    Args:
        score: 0 (bad) to 1 (good).
        word: what the person said about it.
    """
    mark = "▲ good" if score >= 0.5 else "▼ bad"
    return f"{mark}: {word}" if word and word not in mark else mark


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
        seconds=None if done.cached else done.latency,
        ttft=done.time_to_first_token,
        input_tokens=None if done.cached else done.usage.input_tokens,
        output_tokens=None if done.cached else done.usage.output_tokens,
        cost_text=cost_text(done.total_cost, estimated=done.cost_estimated, provider=done.provider),
        cached=_replayed(done.saved) if done.cached else _cached(done.usage),
        ending=_CUT_OFF if done.truncated else "",
        reason=_marked(
            done.assessment,
            _why(done.provider, chosen, reason, raced=raced),
            cut=done.truncated,
        ),
    )


def conversation_view(
    row: ConversationRow,
    *,
    now: datetime,
    snippet: str | None = None,
    message_id: int | None = None,
) -> ConversationView:
    """Return one conversation as the history lists it.

    Args:
        row: the conversation.
        now: what "today" is, in the person's time zone.
        snippet: the words a search found.
        message_id: the message they are in.
    """
    budget = row.wishes.budget
    cost = format_usd(row.cost) + (" + ?" if row.unknown_costs else "")
    if budget is not None:
        cost = f"{cost} of {format_usd(budget)}"
    return ConversationView(
        id=row.id,
        title=row.title,
        updated=when(row.updated_at, now),
        messages=row.message_count,
        cost="" if cost == "$0" else cost,
        snippet=snippet,
        message_id=message_id,
        pinned=row.pinned,
        archived=row.archived,
        tags=row.tags,
        persona=row.wishes.persona or "",
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
    answered = next(
        (a for a in reversed(exchange.attempts) if a.outcome == AttemptOutcome.OK), None
    )
    provider = answered.provider if answered else exchange.provider
    return AnswerFooter(
        provider=provider,
        model=(answered.response_model if answered else None) or exchange.model or "",
        seconds=None if exchange.cached else exchange.latency,
        ttft=exchange.time_to_first_token,
        input_tokens=usage.input_tokens if usage else None,
        output_tokens=usage.output_tokens if usage else None,
        cost_text=cost_text(exchange.cost, estimated=exchange.cost_estimated, provider=provider),
        cached=_replayed(exchange.saved) if exchange.cached else _cached(usage),
        ending=_CUT_OFF if exchange.finish_reason == FinishKind.LENGTH else "",
        reason=_marked(
            exchange.assessment,
            _why(provider, _chosen(exchange), exchange.reason, raced=_raced(exchange)),
            cut=exchange.finish_reason == FinishKind.LENGTH,
        ),
    )


def _marked(assessment: Assessment | None, reason: str, *, cut: bool) -> str:
    """Return why this provider answered, behind what is wrong with its answer."""
    return " · ".join(part for part in (quality_mark(assessment, cut=cut), reason) if part)


def _cached(usage: Usage | None) -> str:
    """Return how much of a question the provider had in its cache, which makes it cheaper."""
    if usage is None or not usage.cached_tokens:
        return ""
    return f"{usage.cached_tokens:,} tok from the provider's cache"


def _replayed(saved: Decimal | None) -> str:
    """Return what giving an answer again has saved."""
    return "from the cache" + (f", saved {format_usd(saved)}" if saved else "")


def _chosen(exchange: ExchangeRow) -> str:
    """Return who was asked first: the route is not looked into for every answer of a long chat."""
    return exchange.attempts[0].provider if exchange.attempts else exchange.provider or ""


def _why(answered: str, chosen: str, reason: str, *, raced: bool) -> str:
    if not chosen or answered == chosen:
        return reason
    if raced:
        return f"sooner than {chosen} ({reason})"
    return f"after {chosen} failed ({reason})"


def _raced(exchange: ExchangeRow) -> bool:
    """Whether the answer came first of two: nobody else is cancelled in a whole exchange."""
    complete = exchange.state is ExchangeState.COMPLETE
    return complete and any(
        attempt.outcome == AttemptOutcome.CANCELLED for attempt in exchange.attempts
    )
