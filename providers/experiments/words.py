"""What a comparison of two arms says to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from providers.experiments.measures import Measure

if TYPE_CHECKING:
    from providers.experiments.comparing import Comparison

_SUREST = 0.999
_FREE = 1_000  # times as dear: beside that the other costs nothing


def comparison_words(found: Comparison) -> str:
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
