"""Every number of SPEC section 1.7, by provider and overall, as plain mappings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from providers.billing.ledger import Standing
from providers.config import ProviderConfig
from providers.learning.calibration import PROMISED_COVERAGE, Calibration, CalibrationError
from providers.learning.health import ProviderHealth
from providers.learning.metrics import Totals
from providers.multi_config import MultiLLMConfig
from providers.routing.limits import limits_of
from providers.routing.router_parts import RouterParts

OVERALL = "overall"
"""The key of the numbers of all providers together."""


async def provider_metrics(config: MultiLLMConfig, parts: RouterParts) -> dict[str, dict[str, Any]]:
    """Return the metrics of each provider of ``config``, and those of all under ``OVERALL``.

    Counts, costs and tokens are since the start; rates, times and throughput rest on the recent
    calls (see ``providers.learning.window``). Rates are 0 to 1, times in seconds, money in US
    dollars as ``Decimal``. What was not measured is None, never 0.

    Args:
        config: the providers and their limits.
        parts: where everything was counted.
    """
    today = parts.today()
    report = {
        provider.name: {
            **_recent(parts.monitor.health(provider.name)),
            **_since_start(parts.metrics.snapshot(provider.name)),
            **_quality(provider, parts),
            **_load(provider.name, parts),
            "calibration": _calibration(parts, provider.variants()),
            "budget_utilisation": await _utilisation(config, provider.name, today, parts),
        }
        for provider in config
    }
    report[OVERALL] = {
        **_recent(parts.monitor.overall()),
        **_since_start(parts.metrics.snapshot()),
        "avg_quality": parts.quality.mean_score(),
        "tries": _tries(parts),
        "active": sum(numbers["active"] for numbers in report.values()),
        "queued": sum(numbers["queued"] for numbers in report.values()),
        "calibration": _calibration(parts, ()),
        "budget_utilisation": await _utilisation(config, None, today, parts),
    }
    return report


def _recent(health: ProviderHealth) -> dict[str, Any]:
    return {
        "state": health.state.value,
        "cooldown": health.cooldown,
        "recent_requests": health.requests,
        "success_rate": health.success_rate,
        "error_rate": health.error_rate,
        "avg_latency": health.mean_latency,
        "p50_latency": health.p50_latency,
        "p95_latency": health.p95_latency,
        "avg_time_to_first_token": health.mean_time_to_first_token,
        "p50_time_to_first_token": health.p50_time_to_first_token,
        "p95_time_to_first_token": health.p95_time_to_first_token,
        "tokens_per_second": health.tokens_per_second,
        "requests_per_minute": health.requests_per_minute,
        "last_error": health.last_error,
        "last_check_ok": health.last_check_ok,
    }


def _since_start(totals: Totals) -> dict[str, Any]:
    return {
        "requests": totals.requests,
        "successes": totals.successes,
        "failures": totals.failures,
        "cancelled": totals.cancelled,
        "errors": dict(totals.errors),
        "total_cost": totals.total_cost,
        "unknown_costs": totals.unknown_costs,
        "cost_per_request": totals.cost_per_request,
        "cost_per_success": totals.cost_per_success,
        "input_tokens": totals.input_tokens,
        "output_tokens": totals.output_tokens,
        "cached_tokens": totals.cached_tokens,
        "reasoning_tokens": totals.reasoning_tokens,
        "hedges": totals.hedges,
        "hedge_cost": totals.hedge_cost,
        "kept": totals.kept,
        "regenerated": totals.regenerated,
        "task_completion": totals.task_completion,
        "replayed": totals.replayed,
        "replay_savings": totals.replay_savings,
    }


def _quality(provider: ProviderConfig, parts: RouterParts) -> dict[str, Any]:
    quality = parts.quality.quality(provider, provider.model)
    return {
        "quality": quality.value,
        "ratings": quality.ratings,
        "satisfaction": quality.mean_rating,
        "avg_quality": parts.quality.mean_score(provider.name),
    }


def _tries(parts: RouterParts) -> dict[str, Any]:
    """Return how often ``adaptive`` chose, tried somebody, and what that may have cost today."""
    allowance = parts.adaptive.allowance
    return {
        "requests": allowance.requests,
        "tried": allowance.tried,
        "spent_today": allowance.spent_on(parts.today()),
    }


def _load(name: str, parts: RouterParts) -> dict[str, Any]:
    load = parts.turnstile.load(name)
    return {"active": load.active, "queued": load.queued}


def _calibration(
    parts: RouterParts, variants: Sequence[ProviderConfig]
) -> dict[str, Mapping[str, float] | None]:
    """Return how good predictions were: of a provider's main model, or of all where none is."""
    key = (variants[0].name, variants[0].model) if variants else None
    return {
        "cost": _error(parts.cost_calibration, key),
        "latency": _error(parts.latency_calibration, key),
    }


def _error(calibration: Calibration, key: tuple[str, str] | None) -> Mapping[str, float] | None:
    error: CalibrationError | None = calibration.error(key)
    if error is None:
        return None
    return {
        "pairs": error.pairs,
        "mean_abs_log_error": error.mean_abs_log_error,
        "bias": error.bias,
        "coverage": error.coverage,
        "promised_coverage": PROMISED_COVERAGE,
    }


async def _utilisation(
    config: MultiLLMConfig, name: str | None, today: date, parts: RouterParts
) -> dict[str, float | None]:
    """Return the used share of each limit, reservations included, by the limit's name."""
    if name is None:
        limits = tuple(limit for limit in limits_of(config, "", today) if limit.provider is None)
    else:
        limits = tuple(limit for limit in limits_of(config, name, today) if limit.provider == name)
    if not limits:
        return {}
    standings = await parts.ledger.standing(limits)
    return {
        limit.name: _share(standing, limit.dollars)
        for limit, standing in zip(limits, standings, strict=True)
    }


def _share(standing: Standing, dollars: Decimal) -> float | None:
    return float((standing.spent + standing.reserved) / dollars) if dollars else None
