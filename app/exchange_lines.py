"""From the ledger's calls and answers to the lines that are painted."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from app.views import cost_text, rating_text, when
from providers.learning.outcomes import AnswerOutcome
from storage.call_filter import CallState
from storage.rows import ExchangeState
from widgets.exchange_lines import ExchangeLine
from widgets.provider_marks import UNMARKED
from widgets.views import seconds_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.listed import Listed
    from widgets.provider_marks import Mark

_BAD = {
    CallState.FAILED,
    CallState.ABANDONED,
    ExchangeState.FAILED,
    ExchangeState.INTERRUPTED,
    AnswerOutcome.FAILED,
}
_WORDS = {
    CallState.OK: "✓ answered",
    CallState.STARTED: "… under way",
    CallState.CANCELLED: "stopped",
    CallState.ABANDONED: "✗ telex ended",
    ExchangeState.COMPLETE: "✓ answered",
    AnswerOutcome.KEPT: "✓ kept",
    AnswerOutcome.REGENERATED: "asked again",
    AnswerOutcome.EDITED: "reworded",
}
NO_CONVERSATION = "(in no conversation)"
TRASHED = "(in the trash)"


def exchange_line(listed: Listed, now: datetime, marks: Mapping[str, Mark]) -> ExchangeLine:
    """Return one line.

    Args:
        listed: the call or answer.
        now: what "today" is, in the person's time zone.
        marks: of the providers.
    """
    return ExchangeLine(
        when=when(listed.started_at, now),
        provider=listed.provider,
        model=listed.model,
        title=_title(listed),
        cost=cost_text(listed.cost, provider=listed.provider),
        seconds=seconds_text(listed.seconds),
        outcome=_outcome(listed),
        failed=listed.outcome in _BAD,
        lost=listed.conversation_id is None or listed.trashed,
        mark=marks.get(listed.provider, UNMARKED),
    )


def _title(listed: Listed) -> str:
    if listed.conversation_id is None:
        return NO_CONVERSATION
    return TRASHED if listed.trashed else listed.title or "Untitled"


def _outcome(listed: Listed) -> str:
    if listed.rating is not None:
        return rating_text(listed.rating, "")
    if listed.outcome in (CallState.FAILED, ExchangeState.FAILED, AnswerOutcome.FAILED):
        return f"✗ {listed.error_type or 'failed'}"
    return _WORDS.get(listed.outcome, listed.outcome.value)
