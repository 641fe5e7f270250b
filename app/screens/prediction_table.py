"""Candidates as rows: what each would cost and take for one request, and how good it is."""

from __future__ import annotations

from textual.content import Content

from app.prediction_text import cost_range, expected_cost, expected_seconds, seconds_range
from providers.routing.choice import NO_KEY
from providers.routing.prediction import Prediction
from widgets.one_line import fit, one_line

_WIDE = 88  # cells from which on the ranges fit
_NAME = 11
_COST, _COST_RANGE = 11, 33
_SECONDS = 7
_QUALITY = 7
_FADED = "$foreground 60%"


def heads(width: int) -> str:
    """Return the heads of the columns."""
    numbers = _numbers(width, "cost", "seconds", "quality")
    return f"{fit('provider', _NAME)} {fit('model', _room(width))} {numbers}"


def row(prediction: Prediction, width: int) -> Content:
    """Return a candidate's numbers, or why it cannot answer."""
    room = _room(width)
    who = Content.assemble(
        (fit(prediction.provider, _NAME), "bold"), " ", (fit(prediction.model, room), _FADED), " "
    )
    if not prediction.usable:
        why = "no key yet" if prediction.reason == NO_KEY else prediction.reason
        return Content.assemble(who, (fit(why, width - _NAME - room - 2), "$text-warning"))
    cost = cost_range(prediction)
    if len(cost) > _cost_width(width):
        cost = expected_cost(prediction)
    return who + _numbers(width, cost, expected_seconds(prediction), f"{prediction.quality:.2f}")


def _numbers(width: int, cost: str, seconds: str, quality: str) -> str:
    return f"{cost:>{_cost_width(width)}} {seconds:>{_SECONDS}} {quality:>{_QUALITY}}"


def _cost_width(width: int) -> int:
    return _COST_RANGE if width >= _WIDE else _COST


def _room(width: int) -> int:
    """Return the cells that are left for the model's name."""
    return max(8, width - _NAME - _cost_width(width) - _SECONDS - _QUALITY - 4)


def detail(prediction: Prediction) -> Content:
    """Return more of one candidate than its row holds."""
    words = f"{prediction.provider} · {prediction.model}: "
    if prediction.usable:
        basis = "measured" if prediction.latency_measured else "expected, not measured yet"
        words += (
            f"{cost_range(prediction)}, {seconds_range(prediction)} {basis}."
            f" Quality: {prediction.quality_words}"
        )
    else:
        words += prediction.reason
    return Content(one_line(words))
