"""What everybody who learns from calls is told when one has ended."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from providers.alerts.calls import CallRecord, outcome_of
from providers.billing.ledger import AttemptOutcome
from providers.errors import ProviderError
from providers.learning.health import Outcome
from providers.routing.call import Call
from providers.routing.router_parts import RouterParts
from providers.usage import Usage


@dataclass(frozen=True, slots=True)
class Seen:
    """How a call went.

    Args:
        outcome: how it ended.
        error: why it failed, None otherwise.
        usage: what is billed; only a reported one teaches anything.
        cost: US dollars, None when unknown.
        latency: seconds.
        time_to_first_token: seconds, None without one.
        whole: whether the provider said that it was finished.
    """

    outcome: AttemptOutcome
    error: ProviderError | None
    usage: Usage
    cost: Decimal | None
    latency: float
    time_to_first_token: float | None
    whole: bool


def learn(call: Call, seen: Seen, parts: RouterParts) -> None:
    """Tell health monitor, metrics, estimators and calibrations how ``call`` went."""
    error, usage = seen.error, seen.usage
    cancelled = seen.outcome is AttemptOutcome.CANCELLED
    if not cancelled:
        told = Outcome(
            ok=error is None,
            latency=seen.latency,
            time_to_first_token=seen.time_to_first_token,
            error_kind=error.kind if error else None,
            output_tokens=usage.output_tokens,
        )
        parts.monitor.record(call.admission, told, error)
    parts.metrics.finish(
        *call.key,
        ok=seen.outcome is AttemptOutcome.OK,
        cancelled=cancelled,
        error_kind=error.kind if error else None,
        cost=seen.cost,
        usage=usage,
        hedge=call.hedge,
    )
    parts.calls.add(
        CallRecord(
            ended=parts.calls.now(),
            provider=call.config.name,
            outcome=outcome_of(seen.outcome, error.kind if error else None),
            day=parts.today(),
            latency=seen.latency,
            time_to_first_token=seen.time_to_first_token,
            cost=seen.cost,
            tokens=usage.total_tokens,
        )
    )
    if seen.whole and not usage.estimated:
        _compare(call, seen, parts)


def _compare(call: Call, seen: Seen, parts: RouterParts) -> None:
    """Hold what was predicted against what the provider reported."""
    key, plan, usage = call.key, call.plan, seen.usage
    parts.estimator.observe(
        key,
        raw_estimate=plan.size.tokens,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
    )
    parts.cache.observe(key, prefix_tokens=plan.prefix_tokens, cached_tokens=usage.cached_tokens)
    parts.cache.sent(key, call.request)
    if seen.cost is not None and plan.predicted_cost is not None:
        parts.cost_calibration.observe(
            key, predicted=float(plan.predicted_cost), actual=float(seen.cost)
        )
    if seen.error is None and call.predicted_latency is not None:
        parts.latency_calibration.observe(
            key, predicted=call.predicted_latency, actual=seen.latency
        )
