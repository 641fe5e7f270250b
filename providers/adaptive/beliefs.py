"""What is believed of one model: means that forget, pooled between kinds of question.

The value of its answers to one kind of question is estimated like the group means of a
hierarchical normal model (Gelman et al., Bayesian Data Analysis, 3rd ed., section 5.4): the prior
stands behind the model's answers to everything, as strong as ``PRIOR`` answers; these behind its
answers to the task, and these behind its answers to the task at that complexity, as strong as
``POOLED``. So a model that is good at everything else is believed to be good at this until it
shows otherwise.

All sums are discounted at every answer, whoever gave it, as in discounted UCB (Garivier and
Moulines, "On upper-confidence bound policies for switching bandit problems", ALT 2011): what is not
asked for long is known less and less, and is tried again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt

from providers.adaptive.evidence import Evidence
from providers.adaptive.kind import Kind
from providers.classify import TaskKind

PRIOR = 6.0
"""How many answers the prior weighs as much as. Our choice, see ``docs/adaptive.md``."""
POOLED = 5.0
"""The same, for a wider kind behind a narrower one."""
SPREAD = 0.35
"""The standard deviation of a single answer's value: of those kept three or six times in seven."""
_PRIOR_CALLS = 10.0
_CALLS_REMEMBERED = 0.1
"""Failures are forgotten in this share of the memory: an outage ends, what a model is good at
stays."""


@dataclass(frozen=True, slots=True)
class Belief:
    """What to expect of an answer.

    Args:
        mean: its value, 0 to 1.
        deviation: how far off that may be, as a standard deviation.
        answers: how many of the like stand behind it, older ones counting less.
        reliable: the expected share of calls that answer.
    """

    mean: float
    deviation: float
    answers: float
    reliable: float


@dataclass(slots=True)
class Fading:
    """A weighted sum that halves every ``half_life`` steps."""

    weight: float = 0.0
    total: float = 0.0
    step: int = 0

    def add(self, value: float, weight: float, step: int, now: int, half_life: float) -> None:
        """Add what was seen at ``step``; a negative weight takes it back."""
        factor = 0.5 ** ((now - self.step) / half_life)
        share = weight * 0.5 ** ((now - step) / half_life)
        # Taking back what was added leaves rounding errors, which must not go below zero.
        self.weight = max(0.0, self.weight * factor + share)
        self.total = max(0.0, self.total * factor + share * value)
        self.step = now

    def read(self, now: int, half_life: float) -> tuple[float, float]:
        """Return weight and total as of ``now``."""
        factor = 0.5 ** ((now - self.step) / half_life)
        return self.weight * factor, self.total * factor


@dataclass(slots=True)
class Record:
    """All that is known of one model."""

    overall: Fading = field(default_factory=Fading)
    by_task: dict[TaskKind, Fading] = field(default_factory=dict)
    by_kind: dict[Kind, Fading] = field(default_factory=dict)
    failures: Fading = field(default_factory=Fading)
    kept: dict[TaskKind | None, int] = field(default_factory=dict)
    decided: dict[TaskKind | None, int] = field(default_factory=dict)
    touched: int = 0

    def add(
        self, kind: Kind, seen: Evidence, *, step: int, now: int, half_life: float, sign: int = 1
    ) -> None:
        """Take an answer in, or out again with ``sign`` -1."""
        for sums in self._levels(kind):
            sums.add(seen.value, sign * seen.weight, step, now, half_life)
        if seen.kept is not None:
            # Taken out may be what went in before this model was forgotten.
            self.decided[kind.task] = max(0, self.decided.get(kind.task, 0) + sign)
            self.kept[kind.task] = max(0, self.kept.get(kind.task, 0) + sign * seen.kept)

    def call_ended(self, *, ok: bool, now: int, half_life: float) -> None:
        """Take a call in: whether it brought an answer."""
        self.failures.add(float(not ok), 1.0, now, now, half_life * _CALLS_REMEMBERED)

    def belief(self, kind: Kind, prior: float, *, now: int, half_life: float) -> Belief:
        """Return what to expect of its answer to a question of ``kind``.

        Args:
            kind: the question's.
            prior: the value to start from, 0 to 1.
            now: the answers told so far.
            half_life: in answers.
        """
        mean, variance, answers = prior, 0.0, 0.0
        pooled = PRIOR
        for sums in self._known_levels(kind):
            weight, total = (0.0, 0.0) if sums is None else sums.read(now, half_life)
            lean = pooled / (pooled + weight)
            mean = (pooled * mean + total) / (pooled + weight)
            variance = SPREAD**2 / (pooled + weight) + lean**2 * variance
            pooled, answers = POOLED, weight
        calls, failed = self.failures.read(now, half_life * _CALLS_REMEMBERED)
        reliable = 1.0 - failed / (_PRIOR_CALLS + calls)
        return Belief(mean, sqrt(variance), answers, reliable)

    def _levels(self, kind: Kind) -> list[Fading]:
        levels = [self.overall]
        if kind.task is not None:
            levels.append(self.by_task.setdefault(kind.task, Fading()))
            if kind.complexity is not None:
                levels.append(self.by_kind.setdefault(kind, Fading()))
        return levels

    def _known_levels(self, kind: Kind) -> list[Fading | None]:
        levels: list[Fading | None] = [self.overall]
        if kind.task is not None:
            levels.append(self.by_task.get(kind.task))
            if kind.complexity is not None:
                levels.append(self.by_kind.get(kind))
        return levels
