"""A conversation as a file for people (Markdown) or programs (JSON)."""

from __future__ import annotations

from collections.abc import Sequence

from providers.billing.money import format_usd
from providers.messages import Role
from providers.sanitise import sanitise, sanitise_line
from storage.clock import to_text
from storage.rows import (
    AttachmentRow,
    AttemptRow,
    ConversationRow,
    ExchangeRow,
    ExchangeState,
    MessageRow,
)

JSON_VERSION = 1


def to_markdown(conversation: ConversationRow, messages: Sequence[MessageRow]) -> str:
    """Return a conversation as Markdown; control characters are removed, Markdown is kept."""
    parts = [f"# {sanitise_line(conversation.title) or 'Untitled'}"]
    for message in messages:
        heading = "You" if message.role is Role.USER else _answerer(message.exchange)
        parts.append(f"## {heading}")
        parts.append(sanitise(message.content).strip("\n") or "*(no text)*")
        parts += [f"*Attached: {_named(attachment)}*" for attachment in message.attachments]
        if message.exchange is not None:
            parts.append(f"*{_footer(message.exchange)}*")
    return "\n\n".join(parts) + "\n"


def to_json(conversation: ConversationRow, messages: Sequence[MessageRow]) -> dict[str, object]:
    """Return a conversation as values ``json.dumps`` takes.

    Costs are decimal strings, None when unknown; durations are milliseconds.
    """
    return {
        "version": JSON_VERSION,
        "id": conversation.id,
        "title": conversation.title,
        "created_at": to_text(conversation.created_at),
        "updated_at": to_text(conversation.updated_at),
        "cost_usd": f"{conversation.cost:f}",
        "unknown_costs": conversation.unknown_costs,
        "messages": [_message(message) for message in messages],
    }


def _named(attachment: AttachmentRow) -> str:
    facts = f"{attachment.media_type}, {attachment.size:,} bytes"
    return f"{sanitise_line(attachment.name) or 'unnamed'} ({sanitise_line(facts)})"


def _answerer(exchange: ExchangeRow | None) -> str:
    if exchange is None or exchange.provider is None:
        return "Answer"
    return sanitise_line(f"{exchange.provider} ({exchange.model})")


def _footer(exchange: ExchangeRow) -> str:
    facts = [] if exchange.state is ExchangeState.COMPLETE else [exchange.state.value]
    if exchange.usage is not None:
        facts.append(f"{exchange.usage.input_tokens} in, {exchange.usage.output_tokens} out")
    if exchange.latency is not None:
        facts.append(f"{exchange.latency:.1f} s")
    facts.append(format_usd(exchange.cost))
    return " · ".join(facts)


def _message(message: MessageRow) -> dict[str, object]:
    return {
        "id": message.id,
        "parent_id": message.parent_id,
        "role": message.role.value,
        # JSON holds no lone surrogates either; nothing else is changed.
        "content": message.content.encode(errors="replace").decode(),
        "reasoning": message.reasoning,
        "attachments": [
            {"kind": a.kind.value, "media_type": a.media_type, "name": a.name, "size": a.size}
            for a in message.attachments
        ],
        "created_at": to_text(message.created_at),
        "exchange": None if message.exchange is None else _exchange(message.exchange),
    }


def _exchange(exchange: ExchangeRow) -> dict[str, object]:
    return {
        "id": exchange.id,
        "state": exchange.state.value,
        "strategy": exchange.strategy,
        "provider": exchange.provider,
        "model": exchange.model,
        "reason": exchange.reason,
        "cost_usd": None if exchange.cost is None else f"{exchange.cost:f}",
        "cost_estimated": exchange.cost_estimated,
        "latency_ms": _milliseconds(exchange.latency),
        "time_to_first_token_ms": _milliseconds(exchange.time_to_first_token),
        "finish_reason": exchange.finish_reason,
        "error_type": exchange.error_type,
        "attempts": [_attempt(attempt) for attempt in exchange.attempts],
    }


def _attempt(attempt: AttemptRow) -> dict[str, object]:
    usage = attempt.usage
    return {
        "position": attempt.position,
        "provider": attempt.provider,
        "request_model": attempt.request_model,
        "response_model": attempt.response_model,
        "outcome": attempt.outcome,
        "error_type": attempt.error_type,
        "http_status": attempt.http_status,
        "latency_ms": _milliseconds(attempt.latency),
        "input_tokens": None if usage is None else usage.input_tokens,
        "output_tokens": None if usage is None else usage.output_tokens,
        "cost_usd": None if attempt.cost is None else f"{attempt.cost:f}",
        "partial_text": attempt.partial_text,
    }


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
