"""The answers of experiments, as they are given: what users of the library are told results from.

In memory, and no more than the last so many: the app reads its own from the ledger.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import count

from providers.errors import AllProvidersFailed
from providers.events import Completed, RouteChosen, RouterEvent
from providers.experiments.observation import Answer
from providers.learning.outcomes import AnswerOutcome

MOST_ANSWERS = 20_000


@dataclass(frozen=True, slots=True)
class _Kept:
    experiment: str
    answer: Answer
    attempt_id: int | None


class ExperimentBook:
    """Keeps what the answers of experiments took, and what is told of them.

    Safe across threads. Answers from the cache are not kept: nobody was asked.

    Args:
        most: how many answers are kept; the oldest go first.
    """

    def __init__(self, most: int = MOST_ANSWERS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._numbers = count()
        self._answers: OrderedDict[int, _Kept] = OrderedDict()
        self._attempts: dict[int, int] = {}

    async def watch(
        self,
        events: AsyncGenerator[RouterEvent],
        chosen: RouteChosen,
        unit: str,
        waited: Callable[[], float],
    ) -> AsyncGenerator[RouterEvent]:
        """Yield ``events``, the answer to one request, and keep what comes of it.

        Args:
            events: they are closed with this.
            chosen: the route, with an experiment and an arm.
            unit: what the request belongs to.
            waited: tells the seconds since the request.
        """
        whole = False
        try:
            async with aclosing(events):
                async for event in events:
                    if isinstance(event, Completed):
                        whole = True
                        self._add(chosen, unit, event, waited())
                    yield event
        except AllProvidersFailed:
            self._lose(chosen, unit, AnswerOutcome.FAILED)
            raise
        except (GeneratorExit, asyncio.CancelledError):
            if not whole:
                self._lose(chosen, unit, AnswerOutcome.STOPPED)
            raise

    def rate(self, attempt_id: int | None, score: float) -> None:
        """Keep what was said of an answer, 0 to 1; does nothing with one that is not here."""
        self._change(attempt_id, lambda answer: replace(answer, rating=score))

    def judge(self, attempt_id: int | None, outcome: AnswerOutcome) -> None:
        """Keep what became of an answer; does nothing with one that is not here."""
        self._change(attempt_id, lambda answer: replace(answer, outcome=outcome))

    def answers(self, experiment: str) -> Sequence[Answer]:
        """Return the answers of an experiment, oldest first."""
        with self._lock:
            kept = list(self._answers.values())
        return tuple(each.answer for each in kept if each.experiment == experiment)

    def _add(self, chosen: RouteChosen, unit: str, done: Completed, waited: float) -> None:
        answer = replace(
            _begun(chosen, unit, AnswerOutcome.OPEN),
            provider=done.provider,
            response_time=waited,
            time_to_first_token=done.time_to_first_token,
            cost=done.total_cost,
            quality=None if done.assessment is None else done.assessment.score,
        )
        self._keep(chosen, answer, done.attempt_id)

    def _lose(self, chosen: RouteChosen, unit: str, outcome: AnswerOutcome) -> None:
        self._keep(chosen, _begun(chosen, unit, outcome), None)

    def _keep(self, chosen: RouteChosen, answer: Answer, attempt_id: int | None) -> None:
        assert chosen.experiment is not None  # only such are watched
        with self._lock:
            number = next(self._numbers)
            self._answers[number] = _Kept(chosen.experiment, answer, attempt_id)
            if attempt_id is not None:
                self._attempts[attempt_id] = number
            if len(self._answers) > self._most:
                _, oldest = self._answers.popitem(last=False)
                if oldest.attempt_id is not None:
                    self._attempts.pop(oldest.attempt_id, None)

    def _change(self, attempt_id: int | None, change: Callable[[Answer], Answer]) -> None:
        with self._lock:
            number = None if attempt_id is None else self._attempts.get(attempt_id)
            if number is not None:
                kept = self._answers[number]
                self._answers[number] = replace(kept, answer=change(kept.answer))


def _begun(chosen: RouteChosen, unit: str, outcome: AnswerOutcome) -> Answer:
    assert chosen.arm is not None  # only such are watched
    return Answer(unit=unit, arm=chosen.arm, provider=chosen.provider, outcome=outcome)
