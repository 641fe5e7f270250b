"""What a request would cost and take, in a few cells."""

from __future__ import annotations

from decimal import Decimal

from providers.billing.money import format_usd
from providers.config import Strategy
from providers.learning.calibration import Range
from providers.routing.prediction import Prediction
from widgets.views import seconds_text

_ORDERS = {
    Strategy.COST: "cheapest first",
    Strategy.LATENCY: "fastest first",
    Strategy.QUALITY: "best first",
    Strategy.DYNAMIC: "best suited to the question first",
    Strategy.BALANCED: "least busy first",
    Strategy.ADAPTIVE: "most useful to you first",
    Strategy.RULES: "in the order of your rules",
    Strategy.EXPERIMENT: "the arm of this conversation first",
    Strategy.MANUAL: "the one you named first",
}


def order_words(strategy: Strategy) -> str:
    """Return in which order ``strategy`` asks."""
    return _ORDERS[strategy]


def expected_cost(prediction: Prediction) -> str:
    """Return what is expected to be paid, such as ``~$0.0021``; ``?`` when nobody knows."""
    cost = prediction.cost
    if cost is None:
        # Of what cannot answer nothing was predicted.
        return "?" if prediction.usable else "–"
    if cost.expected == 0:
        return "free" if prediction.provider == "local" else "$0"
    return f"~{_dollars(cost.expected)}"


def cost_range(prediction: Prediction) -> str:
    """Return the same with its range, such as ``~$0.0021 ($0.0008–0.006)``."""
    words, cost = expected_cost(prediction), prediction.cost
    if cost is None or cost.expected == 0:
        return words
    return f"{words} ({_dollars(cost.low)}–{_dollars(cost.high).removeprefix('$')})"


def expected_seconds(prediction: Prediction) -> str:
    """Return how long the whole answer is expected to take."""
    return seconds_text(None if prediction.latency is None else prediction.latency.expected)


def seconds_range(prediction: Prediction) -> str:
    """Return the same with its range, such as ``1.2 s (0.4–3.6)``."""
    latency = prediction.latency
    if latency is None:
        return seconds_text(None)
    return f"{seconds_text(latency.expected)} ({_span(latency)})"


def _span(latency: Range) -> str:
    return f"{_seconds(latency.low)}–{_seconds(latency.high)}"


def _seconds(seconds: float) -> str:
    if 0 < seconds < 0.1:
        return "<0.1"
    return f"{seconds:.0f}" if seconds >= 10 else f"{seconds:.1f}"


def _dollars(amount: float) -> str:
    # A prediction has no more than two digits to tell.
    return format_usd(Decimal(f"{amount:.2g}"))
