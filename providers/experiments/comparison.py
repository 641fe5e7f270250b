"""What comparing two arms has shown, as data and in words."""

from __future__ import annotations

from dataclasses import dataclass

from providers.experiments.measures import Measure

_SUREST = 0.999
_FREE = 1_000  # times as dear: beside that the other costs nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two arms, by one measure.

    Args:
        measure: what they are compared by.
        first, second: the arms.
        first_count, second_count: the conversations of each that say something.
        effect: of times and money the second's over the first's, of the rest the second's minus
            the first's; None while one of them has nothing.
        low, high: the interval that holds the true effect, however often one looks; None is no
            limit yet. Both are None where a difference is shown and no arm is ``larger``.
        p_value: how often so much, or more, would ever be seen without any difference, at most;
            raised for all the comparisons of the experiment.
        significant: whether that is within the experiment's share of errors.
        larger: the arm that has more: takes longer, costs more, is kept more often. None while no
            difference is shown, and where the arms differ but not by one factor: one is mostly
            quicker, say, and sometimes much slower.
    """

    measure: Measure
    first: str
    second: str
    first_count: int
    second_count: int
    effect: float | None
    low: float | None
    high: float | None
    p_value: float
    significant: bool
    larger: str | None

    @property
    def sureness(self) -> float:
        """How sure the difference is, 0 to 1."""
        return 1 - self.p_value

    @property
    def words(self) -> str:
        """What a person is told, such as ``b is 1.8x faster than a (1.2x to 2.7x), sure to 99 %``.

        Names of arms are as the configuration has them: sanitise them when painting.
        """
        return _words(self)


def _words(found: Comparison) -> str:
    """Return the difference between two arms and how sure it is, or how much was looked at."""
    counts = (found.first_count, found.second_count)
    if found.effect is None or not all(counts):
        return f"nothing to compare yet: {_conversations(*counts)}"
    if not found.significant:
        return f"no difference shown yet: {_conversations(*counts)}"
    sure = f"sure to {_percent(found.sureness)}"
    if found.larger is None:
        arms = f"{found.first} and {found.second}"
        return f"{arms} differ in {found.measure.label}, but not by one factor, {sure}"
    larger = found.larger
    smaller = found.first if larger == found.second else found.second
    match found.measure:
        case Measure.RESPONSE_TIME:
            return f"{smaller} is {_factor(found)} faster than {larger}{_range(found)}, {sure}"
        case Measure.COST if max(found.effect, 1 / found.effect) > _FREE:
            return f"{smaller} costs next to nothing beside {larger}, {sure}"
        case Measure.COST:
            return f"{smaller} is {_factor(found)} cheaper than {larger}{_range(found)}, {sure}"
        case Measure.KEPT:
            points = f"{100 * abs(found.effect):.0f} points"
            return f"{larger} is kept more often than {smaller}, by {points}{_range(found)}, {sure}"
        case Measure.RATING:
            better = f"by {abs(found.effect):.2f}{_range(found)}"
            return f"{larger} is rated higher than {smaller}, {better}, {sure}"
        case Measure.QUALITY:
            better = f"by {abs(found.effect):.2f}{_range(found)}"
            return f"{larger} looks better than {smaller}, {better}, {sure}"


def _conversations(first: int, second: int) -> str:
    return f"{first:,} and {second:,} conversations"


def _percent(share: float) -> str:
    # Rounded down: nobody is made surer than the numbers are.
    return "99.9 %" if share >= _SUREST else f"{int(100 * share)} %"


def _factor(found: Comparison) -> str:
    assert found.effect is not None  # the caller looked
    return _times(max(found.effect, 1 / found.effect))


def _times(factor: float) -> str:
    digits = 2 if factor < 1.2 else 1 if factor < 10 else 0
    return f"{factor:.{digits}f}x"


def _range(found: Comparison) -> str:
    """Return where the true difference lies, where both limits are known."""
    if found.low is None or found.high is None:
        return ""
    if found.measure.is_ratio:
        ends = sorted((found.low, found.high))
        if ends[1] <= 1:
            ends = sorted((1 / ends[0], 1 / ends[1]))
        return f" ({_times(ends[0])} to {_times(ends[1])})"
    low, high = sorted((abs(found.low), abs(found.high)))
    if found.measure is Measure.KEPT:
        return f" ({100 * low:.0f} to {100 * high:.0f})"
    return f" ({low:.2f} to {high:.2f})"
