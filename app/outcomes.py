"""What became of answers, from the ledger to ``adaptive``: at the start, and as one goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol

from app.context import History
from providers.adaptive.book import AdaptiveBook, AnswerId
from providers.adaptive.evidence import QUICK_STOP, Fate
from providers.adaptive.kind import Kind
from providers.adaptive.lessons import NOT_THE_MODELS
from providers.adaptive.wishes import Adaptive
from providers.classify import classify
from providers.config import Strategy
from providers.errors import BudgetHeld
from providers.learning.outcomes import AnswerOutcome
from providers.messages import ChatRequest, Message, Role

if TYPE_CHECKING:
    from storage.asked import Asked
    from storage.outcomes import OutcomeRow
    from storage.reader import Reader
    from storage.spending import AttemptSample

_REMEMBERED = 600
"""Answers that are looked at at a start: with the usual memory older ones weigh below a quarter."""
_LATELY = timedelta(days=1)
"""Answers that may change their outcome while telex runs; at the next start all may."""
_JUST_ASKED = 20
"""Questions among which one is looked for that was stopped a moment ago."""
_NOT_THE_MODELS = {kind.kind for kind in (*NOT_THE_MODELS, BudgetHeld)}


class Outcomes(Protocol):
    """Reads what became of answers: ``storage.reader.Reader`` does."""

    def outcomes(
        self, since: datetime | None, now: datetime, *, conversation_id: int | None = None
    ) -> Sequence[OutcomeRow]:
        """Return what became of every answer, oldest first."""

    def asked(self, limit: int) -> Sequence[Asked]:
        """Return the newest questions that somebody was chosen for, oldest first."""


class Past(History, Outcomes, Protocol):
    """What was said, and what became of it."""


def learn_outcomes(
    book: AdaptiveBook,
    reader: Reader,
    wishes: Adaptive,
    calls: Iterable[tuple[tuple[str, str], AttemptSample]],
) -> None:
    """Tell ``book`` what earlier runs left. Blocks for some milliseconds.

    Args:
        book: learns.
        reader: the ledger.
        wishes: how much may be tried, and how fast it forgets.
        calls: recent calls of each model, in any order.
    """
    now = datetime.now(UTC)
    book.remember(wishes.memory)
    asked = reader.asked(_REMEMBERED)
    by_id = {each.exchange_id: each for each in asked}
    rows = reader.outcomes(asked[0].started_at, now) if asked else ()
    told: list[tuple[datetime, OutcomeRow | tuple[tuple[str, str], AttemptSample]]] = [
        *((row.started_at, row) for row in rows if row.exchange_id in by_id),
        *((call.started_at, (key, call)) for key, call in calls if _teaches(call)),
    ]
    for _, each in sorted(told, key=lambda pair: pair[0]):
        if isinstance(each, tuple):
            key, call = each
            book.call_ended(key, ok=call.ok)
        elif not each.cached:
            _tell(book, each, by_id[each.exchange_id])
    book.restore((each.explored for each in asked if each.strategy == Strategy.ADAPTIVE), wishes)
    midnight = datetime.combine(now.astimezone().date(), time()).astimezone()
    # What the others would have cost is not kept: counted in full, it cannot come to too little.
    book.note_spent(reader.tries_cost(midnight), midnight.date())


def learn_conversation(book: AdaptiveBook, reader: Outcomes, conversation_id: int) -> None:
    """Tell ``book`` what became of the answers of one conversation. Blocks for some milliseconds.

    What an answer was told as before is replaced. Answers of more than a day ago stay as they are.

    Args:
        book: learns.
        reader: the ledger.
        conversation_id: the conversation.

    Raises:
        DatabaseError: the ledger cannot be read.
    """
    stopped = []
    now = datetime.now(UTC)
    for row in reader.outcomes(now - _LATELY, now, conversation_id=conversation_id):
        answer = AnswerId(row.exchange_id)
        known = book.fate_of(answer)
        if known is not None:
            book.change(answer, Fate(row.outcome, row.rating, row.quality, known.quickly))
        elif row.outcome is AnswerOutcome.STOPPED:
            stopped.append(row)  # never answered, so nobody has told of it yet
    if stopped:
        newest = {each.exchange_id: each for each in reader.asked(_JUST_ASKED)}
        for row in stopped:
            if row.exchange_id in newest:
                _tell(book, row, newest[row.exchange_id])


def _tell(book: AdaptiveBook, row: OutcomeRow, asked: Asked) -> None:
    quickly = asked.wordless and asked.seconds is not None and asked.seconds < QUICK_STOP
    fate = Fate(row.outcome, row.rating, row.quality, quickly)
    book.tell(AnswerId(row.exchange_id), (row.provider, row.model), _kind(asked), fate)


def _teaches(call: AttemptSample) -> bool:
    return call.ok or call.error_type not in _NOT_THE_MODELS


def _kind(asked: Asked) -> Kind:
    if asked.question is None:
        return Kind(asked.task)
    request = ChatRequest((Message(Role.USER, asked.question),))
    seen = classify(request, asked.input_tokens or 0)
    # What was attached is not looked at here: it was when the task was kept.
    return Kind(asked.task or seen.task, seen.complexity)
