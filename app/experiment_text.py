"""The results of an experiment in words and in JSON, for the screens and the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain, repeat
from typing import Any

from rich.cells import cell_len, set_cell_size

from providers.billing.money import format_usd
from providers.experiments.comparison import Comparison
from providers.experiments.measures import Measure
from providers.experiments.results import ArmResult, Estimate, ExperimentResults
from providers.learning.outcomes import AnswerOutcome
from widgets.markdown.wrap import break_words
from widgets.one_line import cut, fit, one_line

NO_EXPERIMENT = "There is no experiment yet. It goes into config.toml as [experiment]"
_HEADING = ("arm", "chats", "answers", "time", "first", "cost", "kept", "rating", "quality")
_WIDTHS = (17, 6, 8, 8, 8, 11, 6, 7, 8)
_LEAST_NAME = 12
_UNKNOWN = "–"
WIDEST = 80
"""Cells of the longest line, whatever room there is."""
_INDENT = 15
_LEAST_WORDS = 30  # cells beside a label: with fewer, words go below it


def experiment_lines(results: ExperimentResults, width: int = WIDEST) -> list[str]:
    """Return everything, in lines that fit: the last columns are left out where there is no room.

    Args:
        results: what is known.
        width: the cells there are; more than ``WIDEST`` are not used.
    """
    width = max(1, min(width, WIDEST))
    widths = _columns(width)
    lines = [cut(f"experiment {results.name}", width), "", _row(_HEADING, widths, width)]
    lines += [_row(_cells(arm), widths, width) for arm in results.arms]
    lines += [f"  {cut(note, width - 2)}"[:width] for arm in results.arms for note in _notes(arm)]
    lines.append("")
    for label, words in difference_lines(results):
        lines += _labelled(label, words, width)
    share = f"{100 * results.error_share:.3g} %"
    promise = f"Look as often as you like: of experiments without any difference at most {share}"
    return [*lines, "", *_wrapped(f"{promise} ever show one.", width)]


def difference_lines(results: ExperimentResults) -> list[tuple[str, str]]:
    """Return what each comparison says, the real differences first, the rest by two arms."""
    lines = [(each.measure.label, one_line(each.words)) for each in results.significant]
    for first, second in dict.fromkeys((c.first, c.second) for c in results.comparisons):
        rest = [
            each
            for each in results.comparisons
            if (each.first, each.second) == (first, second) and not each.significant
        ]
        if rest:
            names = ", ".join(each.measure.label for each in rest)
            most = max(rest, key=lambda each: min(each.first_count, each.second_count))
            whose = "" if len(results.arms) == 2 else f"{first} and {second}: "
            lines.append(("not shown yet", one_line(f"{whose}{names} ({_counts(most)})")))
    return lines


def summary(results: ExperimentResults) -> str:
    """Return a line: the experiment, how much was looked at, and how much it has shown."""
    arms = ", ".join(f"{arm.name} {arm.conversations:,}" for arm in results.arms)
    shown = len(results.significant)
    said = "no difference shown yet" if not shown else _plural(shown, "real difference")
    return one_line(f"{results.name}: {arms} conversations · {said}")


def as_json(results: ExperimentResults) -> dict[str, Any]:
    """Return the results as one JSON object: money in US dollars, times in seconds."""
    return {
        "name": results.name,
        "error_share": results.error_share,
        "arms": [_arm_json(arm) for arm in results.arms],
        "comparisons": [_comparison_json(each) for each in results.comparisons],
    }


def _columns(width: int) -> Sequence[int]:
    """Return the widths of the columns that fit: first the name gives way, then the last ones."""
    _, *widths = _WIDTHS
    while widths and _LEAST_NAME + sum(widths) > width:
        widths.pop()
    return (min(_WIDTHS[0], width - sum(widths)), *widths)


def _row(cells: Sequence[str], widths: Sequence[int], width: int) -> str:
    (name, *numbers), (first, *others) = cells, widths
    told = (f"{cell:>{room}}" for cell, room in zip(numbers, others, strict=False))
    row = f"{fit(name, first - 1)} {''.join(told)}"
    return set_cell_size(row, min(cell_len(row), width))


def _labelled(label: str, words: str, width: int) -> list[str]:
    if width < _INDENT + _LEAST_WORDS:
        return [cut(label, width), *_wrapped(words, width)]
    heads = chain([label], repeat(""))
    lines = zip(heads, _wrapped(words, width - _INDENT), strict=False)
    return [f"{head:<{_INDENT}}{line}" for head, line in lines]


def _wrapped(text: str, width: int) -> list[str]:
    return [text[start:end] for start, end in break_words(text, width)]


def _cells(arm: ArmResult) -> tuple[str, ...]:
    value = {measure: estimate.value for measure, estimate in arm.estimates.items()}
    cost, kept = value[Measure.COST], value[Measure.KEPT]
    return (
        one_line(arm.name),
        f"{arm.conversations:,}",
        f"{arm.answers:,}",
        _seconds(value[Measure.RESPONSE_TIME]),
        _seconds(arm.first_token),
        _UNKNOWN if cost is None else format_usd(Decimal(str(cost))),
        _UNKNOWN if kept is None else f"{kept:.0%}",
        _number(value[Measure.RATING]),
        _number(value[Measure.QUALITY]),
    )


def _notes(arm: ArmResult) -> Iterator[str]:
    counted = (
        (arm.outcomes.get(AnswerOutcome.FAILED, 0), "failed"),
        (arm.outcomes.get(AnswerOutcome.STOPPED, 0), "stopped"),
        (arm.elsewhere, "by another provider"),
        (arm.cached, "from the cache"),
        (arm.unknown_costs, "at an unknown price"),
    )
    told = [f"{number:,} {what}" for number, what in counted if number]
    if told:
        yield f"{one_line(arm.name)}: {', '.join(told)}"


def _counts(found: Comparison) -> str:
    return f"{found.first_count:,} and {found.second_count:,} conversations"


def _seconds(seconds: float | None) -> str:
    return _UNKNOWN if seconds is None else f"{seconds:.1f} s"


def _number(value: float | None) -> str:
    return _UNKNOWN if value is None else f"{value:.2f}"


def _plural(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _arm_json(arm: ArmResult) -> dict[str, Any]:
    return {
        "name": arm.name,
        "conversations": arm.conversations,
        "answers": arm.answers,
        "outcomes": {outcome.value: arm.outcomes.get(outcome, 0) for outcome in AnswerOutcome},
        "elsewhere": arm.elsewhere,
        "cached": arm.cached,
        "unknown_costs": arm.unknown_costs,
        "ttft_s": arm.first_token,
        "measures": {
            measure.value: _estimate_json(estimate) for measure, estimate in arm.estimates.items()
        },
    }


def _estimate_json(estimate: Estimate) -> dict[str, Any]:
    return {
        "conversations": estimate.count,
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
    }


def _comparison_json(found: Comparison) -> dict[str, Any]:
    return {
        "measure": found.measure.value,
        "first": found.first,
        "second": found.second,
        "first_conversations": found.first_count,
        "second_conversations": found.second_count,
        "effect": found.effect,
        "low": found.low,
        "high": found.high,
        "p_value": found.p_value,
        "sureness": found.sureness,
        "significant": found.significant,
        "larger": found.larger,
        "text": found.words,
    }
