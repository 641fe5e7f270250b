"""What a request would cost and how long it would take, before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from providers.events import CandidateView

if TYPE_CHECKING:
    from providers.learning.calibration import Calibration, Range


@dataclass(frozen=True, slots=True)
class Prediction:
    """One candidate's numbers for one request.

    Args:
        provider, model: the candidate.
        usable: whether it can answer now; ``reason`` says why not, or what speaks for it.
        cost: US dollars, an 80 % range; None when the price is unknown.
        latency: seconds until the answer is whole, an 80 % range.
        latency_measured: whether that rests on measurements, or is a prior.
        quality: 0 to 1; ``quality_words`` says where it comes from.
    """

    provider: str
    model: str
    usable: bool
    reason: str
    cost: Range | None
    latency: Range | None
    latency_measured: bool
    quality: float
    quality_words: str


def predict(view: CandidateView, cost: Calibration, latency: Calibration) -> Prediction:
    """Return a candidate's numbers with the ranges that history gives them.

    Args:
        view: the candidate as the ranking saw it.
        cost: predicted against real US dollars.
        latency: predicted against real seconds.
    """
    key = (view.provider, view.model)
    return Prediction(
        provider=view.provider,
        model=view.model,
        usable=view.usable,
        reason=view.reason,
        cost=None if view.predicted_cost is None else cost.range(key, float(view.predicted_cost)),
        latency=None
        if view.predicted_latency is None
        else latency.range(key, view.predicted_latency),
        latency_measured=view.latency_measured,
        quality=view.quality,
        quality_words=view.quality_words,
    )
