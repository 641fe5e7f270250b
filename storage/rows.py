"""What the ledger gives back: frozen rows with real types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from providers.events import CandidateView
from providers.messages import Role
from providers.usage import Usage


class ExchangeState(StrEnum):
    """Where an exchange stands; everything but the first two is final."""

    PENDING = "pending"
    STREAMING = "streaming"
    COMPLETE = "complete"
    STOPPED = "stopped"
    """The person stopped it."""
    INTERRUPTED = "interrupted"
    """The program ended or broke in the middle."""
    FAILED = "failed"
    """No provider answered."""


@dataclass(frozen=True, slots=True)
class ExchangeIds:
    """What ``begin_exchange`` created."""

    exchange_id: int
    conversation_id: int
    user_message_id: int
    answer_message_id: int


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One conversation in a list.

    Args:
        message_count: messages on all branches.
        cost: US dollars known to be spent.
        unknown_costs: exchanges whose cost is unknown and so not part of ``cost``.
    """

    id: int
    title: str
    draft: str
    created_at: datetime
    updated_at: datetime
    message_count: int
    cost: Decimal
    unknown_costs: int


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One call to one provider.

    Args:
        outcome: started, ok, failed, cancelled, or abandoned (its process died).
        cost: US dollars, None when unknown.
        latency: seconds; None while it runs.
        time_to_first_token: seconds, None without a first token.
        hedge: it was a backup of the call before.
    """

    id: int
    position: int
    provider: str
    request_model: str
    response_model: str | None
    outcome: str
    error_type: str | None
    http_status: int | None
    error_message: str | None
    started_at: datetime
    latency: float | None
    time_to_first_token: float | None
    usage: Usage | None
    cost: Decimal | None
    cost_estimated: bool
    partial_text: str
    partial_reasoning: str
    hedge: bool = False


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """How an answer came about.

    Args:
        provider, model: who answered; before that who was chosen, None before the route is known.
        reason: why that route.
        candidates: everyone the ranking considered.
        cost: US dollars of all attempts together, None when one of them is unknown.
        latency: seconds the answering attempt took.
        attempts: every call made, in order.
    """

    id: int
    state: ExchangeState
    strategy: str
    provider: str | None
    model: str | None
    reason: str
    candidates: Sequence[CandidateView]
    predicted_cost: Decimal | None
    cost: Decimal | None
    cost_estimated: bool
    latency: float | None
    time_to_first_token: float | None
    finish_reason: str | None
    error_type: str | None
    error_message: str | None
    started_at: datetime
    finished_at: datetime | None
    attempts: Sequence[AttemptRow]

    @property
    def usage(self) -> Usage | None:
        """Tokens of the attempt that answered, None without one."""
        answered = (attempt for attempt in reversed(self.attempts) if attempt.outcome == "ok")
        return next((attempt.usage for attempt in answered), None)

    @property
    def failed_attempts(self) -> Sequence[AttemptRow]:
        """Calls that did not bring the answer, in order; ``partial_text`` is what they showed."""
        return tuple(a for a in self.attempts if a.outcome not in ("ok", "started"))


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message on a path through the tree.

    Args:
        content: the text; the person's own is exact, so sanitise it when painting.
        exchange: how an answer came about, None for the person's messages.
        versions: ids of this message and its siblings (edits, regenerated answers), oldest first.
    """

    id: int
    conversation_id: int
    parent_id: int | None
    role: Role
    content: str
    reasoning: str
    created_at: datetime
    exchange: ExchangeRow | None
    versions: Sequence[int]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One message that matches a search. ``snippet`` holds the words around the first match."""

    conversation_id: int
    title: str
    message_id: int
    role: Role
    snippet: str
    created_at: datetime
