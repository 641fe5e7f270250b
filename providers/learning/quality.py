"""How good a candidate's answers are: a prior, moved by ratings, verdicts and what was seen.

The prior is the person's own number, or the provider's (``priors``) shifted by the model's place in
the price list (``tiers``). Ratings move it, shrunk towards it, as the posterior mean of a binomial
share under a Beta prior worth ``PRIOR_RATINGS`` ratings does (Gelman et al., Bayesian Data
Analysis, 3rd ed., section 2.4): a few thumbs cannot turn an order around. A judge's verdict counts
for ``VERDICT`` of a rating.

The signals of an answer (``providers.quality``) say whether something is wrong with it, and
nothing about how good it is otherwise. So they make no model better than it was thought; the mean
of its scores, shrunk towards 1 by ``PRIOR_ANSWERS`` flawless ones, is multiplied in as the share of
its answers that are what they should be. For a kind of task that mean is shrunk towards the model's
own, as the group means of a hierarchical model are (ibid., section 5.1).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from providers.classify import TaskKind
from providers.config import ProviderConfig
from providers.learning.priors import prior_quality
from providers.learning.tiers import PriceTiers

PRIOR_RATINGS = 12
"""How many ratings the prior weighs as much as. Our choice: three thumbs up move 0.5 to 0.6."""
VERDICT = 0.25
"""How much of a rating a judge's verdict weighs. Our choice: four models for one person."""
PRIOR_ANSWERS = 30
"""How many flawless answers a model starts with. Our choice: one answer that is worth nothing takes
a thirtieth, which turns no order around; one in three, over a hundred, takes a fifth and does."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What is believed of a candidate's answers.

    Args:
        value: 0 to 1, all together.
        prior: 0 to 1, before anything was seen.
        ratings: how many there are.
        mean_rating: their mean, 0 to 1, None without one.
        words: what the value rests on.
        answers: how many answers were looked at, for the kind of task where it was given.
        mean_score: the mean of their scores, 0 to 1, None without one.
    """

    value: float
    prior: float
    ratings: int
    mean_rating: float | None
    words: str
    answers: int = 0
    mean_score: float | None = None


@dataclass(slots=True)
class _Sum:
    count: int = 0
    total: float = 0.0

    @property
    def mean(self) -> float | None:
        return self.total / self.count if self.count else None

    def towards(self, prior: float, weight: float) -> float:
        return (weight * prior + self.total) / (weight + self.count)


@dataclass(slots=True)
class _Record:
    """What is known of one model."""

    ratings: _Sum = field(default_factory=_Sum)
    verdicts: _Sum = field(default_factory=_Sum)
    scores: _Sum = field(default_factory=_Sum)
    by_task: dict[TaskKind, _Sum] = field(default_factory=dict)


_NOTHING = _Record()
_Key = tuple[str, str]


class QualityBook:
    """Keeps ratings, verdicts and scores of each provider and model. Safe across threads.

    Args:
        tiers: places in the price list.
    """

    def __init__(self, tiers: PriceTiers | None = None) -> None:
        self._tiers = tiers or PriceTiers()
        self._lock = threading.Lock()
        self._records: dict[_Key, _Record] = {}
        self._tasks_seen = False
        # Asked for every candidate of every request, changed by an answer now and then.
        self._known: dict[_Key, dict[TaskKind | None, tuple[ProviderConfig, Quality]]] = {}

    @property
    def knows_tasks(self) -> bool:
        """Whether it matters for what kind of task a model is asked: one failed at some kind."""
        return self._tasks_seen

    def quality(
        self, config: ProviderConfig, model: str = "", task: TaskKind | None = None
    ) -> Quality:
        """Return what is believed of a model.

        Args:
            config: its provider; its ``quality`` wins over the built-in priors for its model.
            model: where it is not ``config.model``.
            task: the kind of task to answer for; None for all.
        """
        model = model or config.model
        key = (config.name, model)
        known = self._known.get(key, {}).get(task)
        if known is not None and known[0] is config:
            return known[1]
        prior, words = self._prior(config, model)
        with self._lock:  # in one step, or a rating in between would be forgotten here
            quality = _moved(prior, words, self._records.get(key, _NOTHING), task)
            self._known.setdefault(key, {})[task] = (config, quality)
        return quality

    def mean_score(self, name: str | None = None) -> float | None:
        """Return the mean score of the answers that were looked at, None without any.

        Args:
            name: of this provider; None of all.
        """
        with self._lock:
            sums = [r.scores for (own, _), r in self._records.items() if name in (None, own)]
        count = sum(each.count for each in sums)
        return sum(each.total for each in sums) / count if count else None

    def rate(self, name: str, model: str, score: float) -> None:
        """Add a rating of one answer.

        Args:
            name: the provider's configured name.
            model: the model that answered.
            score: 0 for bad to 1 for good.

        Raises:
            ValueError: ``score`` is out of range.
        """
        self.warm_up(name, model, 1, score)

    def warm_up(self, name: str, model: str, count: int, total: float) -> None:
        """Add ratings of earlier runs; a negative pair takes ratings back that were changed.

        Args:
            name: the provider's configured name.
            model: the model that answered.
            count: how many ratings.
            total: their sum, each 0 to 1.

        Raises:
            ValueError: so many ratings cannot have that sum.
        """
        with self._lock:
            record = self._record(name, model)
            record.ratings = _added(record.ratings, count, total, "ratings")

    def observe(
        self,
        name: str,
        model: str,
        score: float,
        *,
        task: TaskKind | None = None,
        count: int = 1,
    ) -> None:
        """Add what the signals of answers said.

        Args:
            name: the provider's configured name.
            model: the model that answered.
            score: 0 to 1, see ``providers.quality.assess``; the sum where there are several.
            task: the kind of task, None where nobody knows.
            count: how many answers.

        Raises:
            ValueError: so many scores cannot have that sum.
        """
        with self._lock:
            record = self._record(name, model)
            record.scores = _added(record.scores, count, score, "scores")
            if task is not None:
                before = record.by_task.get(task, _Sum())
                record.by_task[task] = _added(before, count, score, "scores")
                self._tasks_seen = self._tasks_seen or score < count

    def judge(self, name: str, model: str, score: float, *, count: int = 1) -> None:
        """Add what a judge said of an answer.

        Args:
            name: the provider's configured name.
            model: the model that answered.
            score: 0 to 1; the sum where there are several.
            count: how many verdicts.

        Raises:
            ValueError: so many verdicts cannot have that sum.
        """
        with self._lock:
            record = self._record(name, model)
            record.verdicts = _added(record.verdicts, count, score, "verdicts")

    def _record(self, name: str, model: str) -> _Record:
        self._known.pop((name, model), None)
        return self._records.setdefault((name, model), _Record())

    def _prior(self, config: ProviderConfig, model: str) -> tuple[float, str]:
        if config.quality is not None and model == config.model:
            return config.quality, f"{config.quality:.2f} set by you"
        usual = prior_quality(config)
        tier = self._tiers.tier(config.kind, model)
        if tier is None:
            return usual, f"{usual:.2f} expected of {config.name}"
        prior = min(max(usual + tier.shift, 0.0), 1.0)
        return prior, f"{prior:.2f} expected of {config.name} at {tier.words}"


def _added(known: _Sum, count: int, total: float, what: str) -> _Sum:
    fits = 0 <= total / count <= 1 if count else total == 0
    if not fits or known.count + count < 0:
        raise ValueError(f"{count} {what} from 0 to 1 cannot add up to {total}")
    return _Sum(known.count + count, known.total + total)


def _moved(prior: float, words: str, record: _Record, task: TaskKind | None) -> Quality:
    """Return the prior, moved by what is known."""
    ratings, verdicts = record.ratings, record.verdicts
    rated = prior
    if ratings.count or verdicts.count:
        weight = PRIOR_RATINGS + VERDICT * verdicts.count
        judged = (PRIOR_RATINGS * prior + VERDICT * verdicts.total) / weight
        rated = ratings.towards(judged, weight)
    said = [words]
    if ratings.count:
        many = f"{ratings.count} ratings of yours, mean"
        said.append(f"{'1 rating of yours' if ratings.count == 1 else many} {ratings.mean:.2f}")
    if verdicts.count:
        said.append(f"a judge said {verdicts.mean:.2f}{_of(verdicts.count)}")
    seen, share = record.scores, record.scores.towards(1.0, PRIOR_ANSWERS)
    about = ""
    if task is not None and (of_task := record.by_task.get(task)) is not None:
        seen, share = of_task, of_task.towards(share, PRIOR_ANSWERS)
        about = f" about {task.value.replace('_', ' ')}"
    if seen.count:
        answers = "1 answer" if seen.count == 1 else f"{seen.count} answers"
        said.append(f"{seen.mean:.2f} from {answers}{about}")
    return Quality(
        value=rated * share,
        prior=prior,
        ratings=ratings.count,
        mean_rating=ratings.mean,
        words="; ".join(said),
        answers=seen.count,
        mean_score=seen.mean,
    )


def _of(count: int) -> str:
    return "" if count == 1 else f" of {count} answers"
