"""Who is most useful to this person: learned from what became of answers.

Usefulness is the expected value of an answer, 0 to 1, times the expected share of calls that bring
one, minus money and waiting in the same unit:

    usefulness = reliable * value - cost / answer_value - seconds * hour_value / 3600 / answer_value

Cost and seconds are those predicted for this very request. Whom to try is decided by an upper
confidence bound, the mean and ``CURIOSITY`` posterior standard deviations, as in Bayes-UCB
(Kaufmann, Cappé and Garivier, "On Bayesian upper confidence bounds for bandit problems", AISTATS
2012): the one who may be better than whoever is believed best, if there is one and a try is
allowed. Nothing is drawn at random: the same state gives the same answer, so that a screen can say
beforehand who will be asked.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from providers.adaptive.beliefs import Belief, Record
from providers.adaptive.evidence import Evidence, Fate
from providers.adaptive.kind import Kind
from providers.adaptive.prospects import (
    Hope,
    Prospect,
    believed_best,
    dearest,
    posterior_hope,
    prospect,
    whom_to_try,
)
from providers.adaptive.trials import Allowance, Trial
from providers.adaptive.wishes import Adaptive
from providers.adaptive.words import with_tries
from providers.config import Strategy
from providers.routing.choice import Candidate, Policy

MOST_ANSWERS = 2_000
"""So many answers can still change their outcome; older ones stay as they were told."""
MOST_MODELS = 200
"""So many models are known; who was heard of least lately is forgotten first."""

Key = tuple[str, str]
_NOTHING = Record()


class AnswerId(NamedTuple):
    """What tells an answer from all others: the exchange it belongs to, or else its call."""

    exchange_id: int | None
    attempt_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    key: Key
    kind: Kind
    fate: Fate
    evidence: Evidence
    step: int


class AdaptiveBook:
    """Keeps what became of answers, and says who is most useful. Safe across threads.

    Args:
        memory: so many answers make an earlier one count half, see ``Adaptive.memory``.
        hope: how much better than believed an answer may be; others are there to compare with.
    """

    def __init__(self, memory: float = Adaptive().memory, hope: Hope = posterior_hope) -> None:
        self._hope = hope
        self._lock = threading.Lock()
        self._half_life = memory
        self._records: dict[Key, Record] = {}
        self._told: OrderedDict[AnswerId, _Told] = OrderedDict()
        self._step = 0
        self._allowance = Allowance()

    # Choosing

    def judge(
        self,
        candidates: Sequence[Candidate],
        policy: Policy,
        wishes: Adaptive,
        today: date,
    ) -> tuple[Sequence[Candidate], Policy]:
        """Return the candidates with their usefulness, and the policy with whom to try first.

        Where nobody is to be tried the policy is the one given. Somebody who has to wait, is a last
        resort, or little of whose rate limit is left, is not tried; nor is anybody where the
        policy names its favourites already.

        Args:
            candidates: in any order.
            policy: what the request goes by, with the kind of question.
            wishes: what things are worth, and what may be tried.
            today: the day whose budget counts.
        """
        kind = Kind(policy.task, policy.complexity)
        with self._lock:
            found = self._prospects(candidates, kind, wishes)
            best = believed_best(found)
            trial = None
            if best is not None and not policy.favourites:
                trial = whom_to_try(found, best, kind, self._allowance, wishes=wishes, today=today)
            said = [each.candidate for each in found]
            if best is not None:
                words = with_tries(best.candidate.utility_words, self._allowance)
                said[found.index(best)] = replace(best.candidate, utility_words=words)
        if trial is not None:
            policy = replace(policy, favourite=trial)
        return said, policy

    def begin(self, policy: Policy, wishes: Adaptive, today: date) -> bool:
        """Count a request that goes by ``policy``, which ``judge`` has returned.

        False, and nothing counted, when others have used up the tries meanwhile: judge again.
        """
        trial = policy.favourite if isinstance(policy.favourite, Trial) else None
        if policy.strategy is not Strategy.ADAPTIVE or (trial is None and policy.favourites):
            return True  # something else decided
        with self._lock:
            return self._allowance.count(trial, wishes, today)

    # Learning

    def remember(self, memory: float) -> None:
        """Forget at another pace from now on.

        Args:
            memory: as for the class.
        """
        with self._lock:
            self._half_life = memory

    def tell(self, answer: AnswerId, key: Key, kind: Kind, fate: Fate) -> None:
        """Take in what became of an answer, in place of what was told of it before.

        Args:
            answer: which.
            key: provider and model that gave it.
            kind: the kind of question, as far as it is known.
            fate: what became of it.
        """
        with self._lock:
            self._tell(answer, key, kind, fate)

    def change(self, answer: AnswerId, fate: Fate) -> bool:
        """Take in what became of an answer that was told before; False when it was not."""
        with self._lock:
            before = self._told.get(answer)
            if before is None:
                return False
            self._tell(answer, before.key, before.kind, fate)
            return True

    def fate_of(self, answer: AnswerId) -> Fate | None:
        """Return what was told of an answer last, None when nothing was."""
        with self._lock:
            told = self._told.get(answer)
            return None if told is None else told.fate

    def call_ended(self, key: Key, *, ok: bool) -> None:
        """Take in whether a call brought an answer, where that says something about the model."""
        with self._lock:
            record = self._record(key)
            record.call_ended(ok=ok, now=self._step, half_life=self._half_life)

    def restore(self, tried: Iterable[bool], wishes: Adaptive) -> None:
        """Count the requests of earlier runs, oldest first: which of them were tries."""
        with self._lock:
            self._allowance.restore(tried, wishes)

    def note_spent(self, dollars: Decimal, today: date) -> None:
        """Take in that at least so many US dollars went into tries today, by whatever telex."""
        with self._lock:
            self._allowance.note_spent(dollars, today)

    # Telling

    @property
    def allowance(self) -> Allowance:
        """What was tried so far: a copy."""
        with self._lock:
            return replace(self._allowance)

    def belief(self, key: Key, kind: Kind, prior: float) -> Belief:
        """Return what is believed of a model's answers.

        Args:
            key: provider and model.
            kind: of question.
            prior: what to start from, 0 to 1.
        """
        with self._lock:
            record = self._records.get(key, _NOTHING)
            return record.belief(kind, prior, now=self._step, half_life=self._half_life)

    def _tell(self, answer: AnswerId, key: Key, kind: Kind, fate: Fate) -> None:
        before = self._told.get(answer)
        if before is not None and (before.key, before.kind, before.fate) == (key, kind, fate):
            return
        seen = fate.evidence
        if before is not None and before.evidence.weight > 0:
            self._add(before, sign=-1)
            step = before.step
        else:
            # What says nothing makes nothing older.
            self._step += seen.weight > 0
            step = self._step
        told = self._told[answer] = _Told(key, kind, fate, seen, step)
        if seen.weight > 0:
            self._add(told)
        if len(self._told) > MOST_ANSWERS:
            self._told.popitem(last=False)

    def _prospects(
        self, candidates: Sequence[Candidate], kind: Kind, wishes: Adaptive
    ) -> list[Prospect]:
        per_dollar, per_second = wishes.per_dollar, wishes.per_second
        unknown = dearest(candidates)
        found = []
        for each in candidates:
            if each.blocked is not None:
                found.append(Prospect(each, 0.0, 0))
                continue
            record = self._records.get((each.provider, each.model), _NOTHING)
            belief = record.belief(kind, each.quality, now=self._step, half_life=self._half_life)
            cost = unknown if each.predicted_cost is None else float(each.predicted_cost)
            price = cost * per_dollar + each.predicted_latency * per_second
            hope = self._hope(belief)
            found.append(prospect(each, record, belief, kind, price=price, hope=hope))
        return found

    def _add(self, told: _Told, sign: int = 1) -> None:
        record = self._record(told.key)
        record.add(
            told.kind,
            told.evidence,
            step=told.step,
            now=self._step,
            half_life=self._half_life,
            sign=sign,
        )

    def _record(self, key: Key) -> Record:
        record = self._records.pop(key, None) or Record()
        self._records[key] = record  # the last one in the mapping was heard of last
        if len(self._records) > MOST_MODELS:
            del self._records[next(iter(self._records))]
        return record
