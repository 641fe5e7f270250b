"""What an experiment has shown so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean, median

from providers.experiments.comparing import compare
from providers.experiments.comparison import Comparison
from providers.experiments.evidence import median_interval, share_interval
from providers.experiments.experiment import Experiment
from providers.experiments.measures import Measure
from providers.experiments.observation import Answer, Series, amount, series
from providers.learning.outcomes import AnswerOutcome

DEFAULT_ERROR_SHARE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One arm, by one measure.

    Args:
        count: the conversations that say something.
        value: of times and money the median over conversations, of the rest the mean; None
            without any.
        low, high: the interval that holds the true one, however often one looks; None is no
            limit yet. Each for itself, not all of an experiment together.
    """

    count: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmResult:
    """What became of one arm.

    Args:
        name: the arm.
        conversations: how many it has.
        answers: how many those have, whatever became of them.
        outcomes: how many of them became what.
        elsewhere: answers of another provider than the arm's, mostly because that one failed.
        cached: answers that were given before.
        unknown_costs: answers whose price is not known, which are left out of the costs.
        first_token: the median of seconds to the first token, None without any.
        estimates: the arm by each measure.
    """

    name: str
    conversations: int
    answers: int
    outcomes: Mapping[AnswerOutcome, int]
    elsewhere: int
    cached: int
    unknown_costs: int
    first_token: float | None
    estimates: Mapping[Measure, Estimate]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentResults:
    """What an experiment has shown so far. It may be looked at, and ended, at any time.

    Args:
        name: the experiment.
        error_share: how often it would be called significant without any difference, at most.
        arms: those of the configuration, then those that are gone.
        comparisons: every two arms by every measure.
    """

    name: str
    error_share: float
    arms: Sequence[ArmResult]
    comparisons: Sequence[Comparison]

    @property
    def significant(self) -> Sequence[Comparison]:
        """The differences that are real."""
        return tuple(each for each in self.comparisons if each.significant)


def analyse(
    name: str,
    answers: Iterable[Answer],
    *,
    arms: Mapping[str, str] | None = None,
    error_share: float = DEFAULT_ERROR_SHARE,
) -> ExperimentResults:
    """Return what an experiment has shown so far.

    Args:
        name: the experiment.
        answers: its answers, oldest first.
        arms: those of the configuration, each with its provider; None takes those that answered.
        error_share: how often it may be called significant without any difference, at most. All
            comparisons share that: five measures by every two arms.
    """
    told = list(answers)
    providers = dict(arms or {})
    for answer in told:
        providers.setdefault(answer.arm, answer.provider)
    values = series(told)
    pairs = list(combinations(providers, 2))
    return ExperimentResults(
        name=name,
        error_share=error_share,
        arms=tuple(
            _arm(arm, provider, [each for each in told if each.arm == arm], values, error_share)
            for arm, provider in providers.items()
        ),
        comparisons=tuple(
            compare(
                measure,
                values[measure],
                first,
                second,
                share=error_share,
                comparisons=len(pairs) * len(Measure),
            )
            for first, second in pairs
            for measure in Measure
        ),
    )


def analyse_experiment(experiment: Experiment, answers: Iterable[Answer]) -> ExperimentResults:
    """Return what ``experiment`` has shown so far, from its answers, oldest first."""
    arms = {arm.name: arm.provider for arm in experiment.arms}
    return analyse(experiment.name, answers, arms=arms, error_share=experiment.error_share)


def _arm(
    name: str,
    provider: str,
    answers: Sequence[Answer],
    values: Mapping[Measure, Series],
    share: float,
) -> ArmResult:
    first_tokens = [
        each.time_to_first_token
        for each in answers
        if each.time_to_first_token is not None and not each.cached
    ]
    return ArmResult(
        name=name,
        conversations=len({each.unit for each in answers}),
        answers=len(answers),
        outcomes=Counter(each.outcome for each in answers),
        elsewhere=sum(each.provider != provider for each in answers),
        cached=sum(each.cached for each in answers),
        unknown_costs=sum(each.cost_is_unknown for each in answers),
        first_token=median(first_tokens) if first_tokens else None,
        estimates={
            measure: _estimate(measure, [value for arm, value in found if arm == name], share)
            for measure, found in values.items()
        },
    )


def _estimate(measure: Measure, values: list[float], share: float) -> Estimate:
    if not values:
        return Estimate(count=0, value=None, low=None, high=None)
    if measure.is_ratio:
        low, high = median_interval(values, share)
        least, most = (None if each is None else amount(measure, each) for each in (low, high))
        value = amount(measure, median(values))
        return Estimate(count=len(values), value=value, low=least, high=most)
    least, most = share_interval(values, share)
    return Estimate(count=len(values), value=fmean(values), low=least, high=most)
