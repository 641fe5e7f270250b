"""What became of each answer, read from what the person did after it.

The rule, and the only place that has it. Of what happened to a whole answer, the last counts:

- a question below it: kept;
- another answer to its question was asked for, or the person went on below such a one: regenerated;
- its question was replaced: edited.

When nothing of this happened it is kept once ``SETTLED`` has passed. Answers that were asked for
side by side do not replace each other: the preferred one is kept, the others are not, and without
a verdict all stay open.

Deleting an answer is not keeping it: in the trash it is open, unless it was regenerated or edited
before. What is in the trash does nothing to what is not. A conversation in the trash is judged as
of when it came there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlite_utils import Database

from providers.billing.money import from_nanos
from providers.classify import TaskKind
from providers.learning.outcomes import AnswerOutcome
from storage.clock import from_text, to_seconds, to_text
from storage.database import snapshot
from storage.rows import ExchangeState

SETTLED = timedelta(hours=1)
"""How long an answer must have been left as it is to count as kept."""

_EXCHANGES = """
    SELECT e.id, e.conversation_id, e.provider, e.model, e.task, e.state, e.quality, e.cost_nanos,
        e.latency_ms, e.time_to_first_token_ms, e.started_at, e.finished_at, e.experiment, e.arm,
        e.cached, e.user_message_id, e.answer_message_id, r.score
    FROM exchanges e LEFT JOIN ratings r ON r.exchange_id = e.id
    WHERE e.started_at >= :since AND e.provider IS NOT NULL AND e.model IS NOT NULL
        AND (:conversation IS NULL OR e.conversation_id = :conversation)
        AND (:experiment IS NULL OR e.experiment = :experiment)
    ORDER BY e.id
"""
# Whole conversations: what replaces an answer, and what it replaced, may be of another time.
_TOUCHED = """
    SELECT DISTINCT conversation_id FROM exchanges WHERE started_at >= :since
        AND (:conversation IS NULL OR conversation_id = :conversation)
        AND (:experiment IS NULL OR experiment = :experiment)
"""
_ANSWERS = f"""
    SELECT id, user_message_id, answer_message_id, beside, state FROM exchanges
    WHERE conversation_id IN ({_TOUCHED}) ORDER BY answer_message_id
"""  # noqa: S608  # ours
_QUESTIONS = f"""
    SELECT id, conversation_id, parent_id FROM messages
    WHERE role = 'user' AND conversation_id IN ({_TOUCHED}) ORDER BY id
"""  # noqa: S608  # ours
_TRASH = f"""
    SELECT t.message_id, t.deletion_id FROM trashed_messages t
    JOIN messages m ON m.id = t.message_id WHERE m.conversation_id IN ({_TOUCHED})
"""  # noqa: S608  # ours
_TRASHED_CONVERSATIONS = "SELECT id, trashed_at FROM conversations WHERE trashed_at IS NOT NULL"
_PREFERENCES = """
    SELECT better_exchange_id, worse_exchange_id FROM preferences
    WHERE better_exchange_id IS NOT NULL AND worse_exchange_id IS NOT NULL
"""
_BEGINNING = "0000"  # before every instant, as text
_NEVER = float("inf")  # later than every deletion


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One answer, what became of it, and what it took.

    Args:
        provider, model: who answered, or was chosen to; the model as it was asked for.
        task: the kind of task, None where nobody looked.
        rating: 0 to 1, None without one.
        quality: how good it looked, 0 to 1, None where nobody looked.
        cost: US dollars of all attempts, None when unknown. A cached answer's says nothing of
            the model, nor do its times.
        latency: seconds the answering attempt took, None without an answer.
        started_at: when it was asked for.
        experiment, arm: what it took part in, and as what.
        cached: it was given before, and nobody was asked.
        time_to_first_token: seconds.
        response_time: seconds from the question to the last word, failed attempts included.
    """

    exchange_id: int
    conversation_id: int
    provider: str
    model: str
    task: TaskKind | None
    outcome: AnswerOutcome
    rating: float | None
    quality: float | None
    cost: Decimal | None
    latency: float | None
    started_at: datetime
    experiment: str | None
    arm: str | None
    cached: bool
    time_to_first_token: float | None = None
    response_time: float | None = None


def outcomes(
    db: Database,
    since: datetime | None,
    now: datetime,
    *,
    conversation_id: int | None = None,
    experiment: str | None = None,
) -> Sequence[OutcomeRow]:
    """Return what became of every answer somebody was chosen for, oldest first.

    What is in the trash is there; what was deleted for good is not.

    Args:
        db: the database.
        since: only answers asked for from then on; None takes all.
        now: the current instant, to tell whether an answer was left as it is for long enough.
        conversation_id: only those of one conversation.
        experiment: only those of one experiment.
    """
    wanted: dict[str, object] = {
        "since": _BEGINNING if since is None else to_text(since),
        "conversation": conversation_id,
        "experiment": experiment,
    }
    with snapshot(db):  # an answer that was asked for in between would have no deeds
        deeds = _Deeds.read(db, wanted)
        rows = db.execute(_EXCHANGES, wanted).fetchall()
    return tuple(_row(row, deeds, now) for row in rows)


def mark_beside(db: Database, exchange_id: int) -> None:
    """Keep that an answer was asked for beside another one, to compare them."""
    db.execute("UPDATE exchanges SET beside = 1 WHERE id = ?", [exchange_id])


def _row(row: tuple[Any, ...], deeds: _Deeds, now: datetime) -> OutcomeRow:
    exchange_id, conversation_id, provider, model, task, state, quality, cost, *rest = row
    latency, first, started, finished, experiment, arm, cached, question, answer, rating = rest
    began = from_text(started)
    ended = None if finished is None else from_text(finished)
    return OutcomeRow(
        exchange_id=exchange_id,
        conversation_id=conversation_id,
        provider=provider,
        model=model,
        task=None if task is None else TaskKind(task),
        outcome=_outcome(
            ExchangeState(state),
            deeds.verdict(exchange_id, question, answer),
            ended,
            min(now, deeds.trashed_at.get(conversation_id, now)),
        ),
        rating=rating,
        quality=quality,
        cost=None if cost is None else from_nanos(cost),
        latency=to_seconds(latency),
        started_at=began,
        experiment=experiment,
        arm=arm,
        cached=bool(cached),
        time_to_first_token=to_seconds(first),
        response_time=(ended - began).total_seconds()
        if ended is not None and state == ExchangeState.COMPLETE
        else None,
    )


def _outcome(
    state: ExchangeState, verdict: AnswerOutcome | None, ended: datetime | None, now: datetime
) -> AnswerOutcome:
    match state:
        case ExchangeState.STOPPED:
            return AnswerOutcome.STOPPED
        case ExchangeState.FAILED:
            return AnswerOutcome.FAILED
        case ExchangeState.COMPLETE:
            if verdict is not None:
                return verdict
            left = ended is not None and now - ended >= SETTLED
            return AnswerOutcome.KEPT if left else AnswerOutcome.OPEN
        case _:
            return AnswerOutcome.OPEN


@dataclass(slots=True)
class _Deeds:
    """What was done after answers. Ids of messages grow with time, so they order the deeds.

    Args:
        rounds: of a question, each time answers were asked for: one, or several side by side.
        questions_below: the questions that follow a message; those of a conversation's beginning
            follow its negative id.
        place: what each question follows.
        preferred: of answers that were compared, whether each was the better one.
        deletion: of messages in the trash, which deletion took them; those grow with time as well.
        trashed_at: of conversations in the trash, since when.
        whole: the answers that are.
    """

    rounds: Mapping[int, list[list[int]]]
    questions_below: Mapping[int, list[int]]
    place: Mapping[int, int]
    preferred: Mapping[int, bool]
    deletion: Mapping[int, int]
    trashed_at: Mapping[int, datetime]
    whole: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def read(cls, db: Database, wanted: dict[str, object]) -> _Deeds:
        rounds: defaultdict[int, list[list[int]]] = defaultdict(list)
        whole = set()
        answers = db.execute(_ANSWERS, wanted).fetchall()
        compared = db.execute(_PREFERENCES).fetchall()
        preferred = dict.fromkeys((worse for _, worse in compared), False)
        preferred |= dict.fromkeys((better for better, _ in compared), True)
        for exchange, question, answer, beside, state in answers:
            if state == ExchangeState.COMPLETE:
                whole.add(answer)
            # What was compared before there was a mark for it is known by its verdict.
            earlier = rounds[question]
            if earlier and (beside or preferred.get(exchange) is not None):
                earlier[-1].append(answer)
            else:
                earlier.append([answer])
        below: defaultdict[int, list[int]] = defaultdict(list)
        place = {}
        for message, conversation, parent in db.execute(_QUESTIONS, wanted):
            place[message] = -conversation if parent is None else parent
            below[place[message]].append(message)
        deletion = dict(db.execute(_TRASH, wanted).fetchall())
        trashed = {each: from_text(at) for each, at in db.execute(_TRASHED_CONVERSATIONS)}
        return cls(rounds, below, place, preferred, deletion, trashed, frozenset(whole))

    def verdict(self, exchange: int, question: int, answer: int) -> AnswerOutcome | None:
        """Return what the last deed says of an answer; None when nothing was done."""
        found = self._verdict(exchange, question, answer)
        if answer in self.deletion and found in (None, AnswerOutcome.KEPT):
            return AnswerOutcome.OPEN
        return found

    def _verdict(self, exchange: int, question: int, answer: int) -> AnswerOutcome | None:
        own = next(asked for asked in self.rounds[question] if answer in asked)
        replaced = [
            deed
            for asked in self.rounds[question]
            if asked is not own
            for deed in self._deeds_of(asked, answer)
            if deed > answer
        ]
        beside = self._below(self.place[question])
        edited = [each for each in self._standing(beside, answer) if each > question]
        last = {
            AnswerOutcome.KEPT: max(self._standing(self._below(answer), answer), default=0),
            AnswerOutcome.REGENERATED: max(replaced, default=0),
            AnswerOutcome.EDITED: max(edited, default=0),
        }
        outcome = max(last, key=lambda each: last[each])
        if last[outcome]:
            return outcome
        if len(self.whole.intersection(self._standing(own, answer))) < 2:
            return None
        better = self.preferred.get(exchange)
        if better is None:
            return AnswerOutcome.OPEN
        return AnswerOutcome.KEPT if better else AnswerOutcome.REGENERATED

    def _deeds_of(self, asked: Sequence[int], answer: int) -> Sequence[int]:
        """Return when others than ``answer`` were asked for, and when one went on below them."""
        below = [each for other in asked for each in self._below(other)]
        return [*self._standing(asked, answer)[:1], *self._standing(below, answer)]

    def _standing(self, messages: Sequence[int], answer: int) -> Sequence[int]:
        """Return those of ``messages`` that were not deleted before ``answer`` was."""
        until = self.deletion.get(answer, _NEVER)
        return [each for each in messages if self.deletion.get(each, _NEVER) >= until]

    def _below(self, message: int) -> Sequence[int]:
        return self.questions_below.get(message, ())
