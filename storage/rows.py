"""What the ledger gives back: frozen rows with real types."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from providers.billing.money import from_nanos
from providers.events import CandidateView
from providers.messages import AttachmentKind, Role
from providers.quality.assessment import Assessment, Signal, SignalKind
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


class TitledBy(StrEnum):
    """Where a conversation's title comes from; each one gives way to those below it."""

    QUESTION = "question"
    MODEL = "model"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class ConversationWishes:
    """What one conversation asks for; None is what the app uses.

    Args:
        strategy, provider, model: how its questions are routed.
        persona: whom the model plays.
        budget: US dollars the conversation may cost in all.
        cache: whether its answers may be given again, and others be given here.
    """

    strategy: str | None = None
    provider: str | None = None
    model: str | None = None
    persona: str | None = None
    budget: Decimal | None = None
    cache: bool = True


@dataclass(frozen=True, slots=True)
class Deletion:
    """A message in the trash with what was below it: what it takes to restore them.

    Args:
        messages: how many were deleted.
        id: which deletion it was.
    """

    conversation_id: int
    messages: int
    id: int


@dataclass(frozen=True, slots=True)
class Rating:
    """What the person said of one answer. ``score`` goes from 0 (useless) to 1 (perfect)."""

    provider: str
    model: str
    score: float
    word: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """What is attached to a message, without its bytes. ``size`` says how many there are."""

    id: int
    kind: AttachmentKind
    media_type: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class ExchangeIds:
    """What ``begin_exchange`` created."""

    exchange_id: int
    conversation_id: int
    user_message_id: int
    answer_message_id: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What an exchange has cost.

    Args:
        cost: US dollars of all attempts together, None when one of them is unknown.
        estimated: whether a part of it does not rest on reported usage.
    """

    cost: Decimal | None
    estimated: bool


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One conversation in a list.

    Args:
        message_count: messages on all branches, without those in the trash.
        cost: US dollars known to be spent, on deleted messages too.
        unknown_costs: exchanges whose cost is unknown and so not part of ``cost``.
        tags: in the person's order.
        titled_by: where ``title`` comes from.
        wishes: what the conversation asks for.
    """

    id: int
    title: str
    draft: str
    created_at: datetime
    updated_at: datetime
    message_count: int
    cost: Decimal
    unknown_costs: int
    pinned: bool
    archived: bool
    tags: tuple[str, ...]
    titled_by: TitledBy
    wishes: ConversationWishes


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
        candidates_json: everyone the ranking considered, as stored; see ``candidates``.
        cost: US dollars of all attempts together, None when one of them is unknown.
        latency: seconds the answering attempt took.
        attempts: every call made, in order.
        cached: the answer was given before, and nobody was asked.
        saved: US dollars that a cached answer cost the first time, None when unknown.
        quality: 0 to 1, None where nobody looked; ``assessment`` has the reasons.
    """

    id: int
    state: ExchangeState
    strategy: str
    provider: str | None
    model: str | None
    reason: str
    candidates_json: str = field(repr=False)
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
    cached: bool = False
    saved: Decimal | None = None
    quality: float | None = None
    signals_json: str = field(default="[]", repr=False)

    @property
    def candidates(self) -> Sequence[CandidateView]:
        """Everyone the ranking considered; parsed when asked for, as few are ever looked at."""
        return tuple(_candidate(values) for values in json.loads(self.candidates_json))

    @property
    def assessment(self) -> Assessment | None:
        """How good the answer looked, and why; parsed when asked for."""
        if self.quality is None:
            return None
        if self.signals_json == "[]":
            return Assessment(self.quality)
        signals = (
            Signal(SignalKind(each["kind"]), each["severity"], each["words"])
            for each in json.loads(self.signals_json)
        )
        return Assessment(self.quality, tuple(signals))

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
        versions: ids of this message and its siblings (edits, regenerated answers), oldest first,
            without those in the trash.
        attachments: what is attached, in the person's order.
        rating: what the person thinks of this answer, None without a rating.
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
    attachments: Sequence[AttachmentRow] = ()
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One message that matches a search. ``snippet`` holds the words around the first match."""

    conversation_id: int
    title: str
    message_id: int
    role: Role
    snippet: str
    created_at: datetime


def _candidate(values: Mapping[str, Any]) -> CandidateView:
    cost = values["predicted_cost_nanos"]
    return CandidateView(
        provider=values["provider"],
        model=values["model"],
        usable=values["usable"],
        reason=values["reason"],
        predicted_cost=None if cost is None else from_nanos(cost),
        predicted_latency=values["predicted_latency"],
        quality=values["quality"],
    )
