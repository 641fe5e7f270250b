"""From configured providers to ranked candidates: the numbers behind a routing decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from providers.config import Kind, LocalConfig, ProviderConfig
from providers.errors import BudgetExceeded
from providers.estimate import TokenEstimator, estimate_request
from providers.health import HealthMonitor, ProviderHealth
from providers.messages import ChatRequest
from providers.money import format_usd
from providers.pricing import PriceBook
from providers.priors import prior_latency, prior_quality
from providers.ranking import Candidate
from providers.usage import Usage

_DEFAULT_CEILING = 4096
"""Output tokens a limited provider may generate when nobody set ``max_tokens``."""
_LEAST_ANSWER = 128
"""Fewer output tokens than this are not worth a call."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What calling a provider for this request would mean in tokens and dollars.

    Args:
        max_tokens: the ceiling to send, lowered so that the worst case fits the limits.
        predicted_cost, worst_case: US dollars, None when the price is unknown.
    """

    raw_input_estimate: int
    input_tokens: int
    max_tokens: int | None
    predicted_cost: Decimal | None
    worst_case: Decimal | None


@dataclass(frozen=True, slots=True)
class Limits:
    """US dollars a provider may cost; None is no limit.

    Args:
        per_request: for one call.
        daily: for the person's calendar day.
        spent_today: already spent or reserved on that day.
    """

    per_request: Decimal | None = None
    daily: Decimal | None = None
    spent_today: Decimal = Decimal(0)

    @property
    def left(self) -> Decimal | None:
        """What one call may cost at most, None without a limit."""
        left_today = None if self.daily is None else max(Decimal(0), self.daily - self.spent_today)
        bounds = [bound for bound in (self.per_request, left_today) if bound is not None]
        return min(bounds) if bounds else None


class Planner:
    """Predicts, per provider, what a request costs and whether the limits allow it."""

    def __init__(self, prices: PriceBook, estimator: TokenEstimator) -> None:
        self._prices = prices
        self._estimator = estimator

    def plan(self, config: ProviderConfig, request: ChatRequest, limits: Limits) -> Plan:
        """Return what the call would mean.

        Raises:
            BudgetExceeded: the limits leave no room for a useful answer.
        """
        key = (config.name, config.model)
        raw = estimate_request(request)
        input_tokens = self._estimator.input_tokens(key, raw)
        ceiling = request.max_tokens or config.max_tokens
        expected = self._estimator.output_tokens(key)
        if limits.left is not None:
            ceiling = self._affordable(config, input_tokens, ceiling or _DEFAULT_CEILING, limits)
        if ceiling is not None:
            expected = min(expected, ceiling)
        predicted = self._prices.cost(config, Usage(input_tokens, expected))
        worst = None
        if predicted is not None:
            worst = self._prices.cost(config, Usage(input_tokens, ceiling or _DEFAULT_CEILING))
        return Plan(raw, input_tokens, ceiling, predicted, worst)

    def _affordable(
        self, config: ProviderConfig, input_tokens: int, ceiling: int, limits: Limits
    ) -> int:
        left = limits.left
        assert left is not None  # the caller asked because there is a limit
        nothing_said = self._prices.cost(config, Usage(input_tokens, 0))
        all_said = self._prices.cost(config, Usage(input_tokens, ceiling))
        if nothing_said is None or all_said is None:
            if left <= 0:
                raise BudgetExceeded(_limit_words(limits, None), provider=config.name)
            return ceiling  # no price, so only a used-up limit can stop the call
        if all_said <= left:
            return ceiling
        per_token = (all_said - nothing_said) / ceiling
        room = (left - nothing_said) / per_token if per_token else Decimal(0)
        affordable = int(room.to_integral_value(ROUND_FLOOR))
        if affordable < min(_LEAST_ANSWER, ceiling):
            raise BudgetExceeded(
                _limit_words(limits, nothing_said + per_token * min(_LEAST_ANSWER, ceiling)),
                provider=config.name,
            )
        return affordable


def _limit_words(limits: Limits, needed: Decimal | None) -> str:
    need = "" if needed is None else f", this needs {format_usd(needed)}"
    if limits.daily is not None and limits.left != limits.per_request:
        spent = format_usd(limits.spent_today)
        return f"daily limit {format_usd(limits.daily)}, {spent} spent or reserved{need}"
    return f"limit {format_usd(limits.per_request)} a request{need}"


def build_candidates(
    configs: Sequence[ProviderConfig],
    request: ChatRequest,
    *,
    planner: Planner,
    monitor: HealthMonitor,
    limits: Mapping[str, Limits],
) -> list[Candidate]:
    """Return one candidate per configured provider, with what speaks for and against it."""
    return [
        _candidate(config, request, planner, monitor, limits.get(config.name, Limits()))
        for config in configs
    ]


def _candidate(
    config: ProviderConfig,
    request: ChatRequest,
    planner: Planner,
    monitor: HealthMonitor,
    limits: Limits,
) -> Candidate:
    health = monitor.health(config.name)
    cost: Decimal | None = None
    blocked = None
    try:
        cost = planner.plan(config, request, limits).predicted_cost
    except BudgetExceeded as error:
        blocked = error.message
    if blocked is None and not monitor.may_call(config.name):
        blocked = _cooling_words(health)
    measured = health.p50_latency is not None
    return Candidate(
        provider=config.name,
        model=config.model,
        predicted_cost=cost,
        predicted_latency=health.p50_latency if measured else prior_latency(config),  # type: ignore[arg-type]  # measured says it is not None
        latency_measured=measured,
        quality=prior_quality(config),
        blocked=blocked,
        last_resort=is_last_resort(config),
    )


def is_last_resort(config: ProviderConfig) -> bool:
    """Whether this provider stands behind all others."""
    return config.kind is Kind.LOCAL and isinstance(config, LocalConfig) and config.last_resort


def _cooling_words(health: ProviderHealth) -> str:
    if health.cooldown > 0:
        return f"cooling down {health.cooldown:.0f} s"
    return "being probed"
