"""Alert rules: what must hold, for how long, and how loud it is then."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from providers.alerts.expression import Condition
from providers.alerts.metrics import METRICS
from providers.errors import ConfigError


class Severity(StrEnum):
    """How loud an alert is."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class AlertRule:
    """When to raise an alert. It is judged for each provider, and for all of them together.

    Args:
        name: unique among the rules.
        condition: an expression over ``METRICS``, such as ``error_rate > 0.05``.
        duration: seconds the condition must hold without a break.
        severity: how loud it is.
        enabled: False silences it.

    Raises:
        ConfigError: there is no name, or condition or duration cannot be used; the message says
            what is possible.
    """

    name: str
    condition: str
    duration: float
    severity: Severity = Severity.WARNING
    enabled: bool = True
    checked: Condition = field(init=False, repr=False, compare=False)
    """The condition, checked and ready to judge by."""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ConfigError("an alert rule needs a name", key="name")
        if not (math.isfinite(self.duration) and self.duration >= 0):
            raise ConfigError(
                f"the duration of {self.name!r} must be 0 or more seconds, not {self.duration}",
                key="duration",
            )
        object.__setattr__(self, "checked", Condition(self.condition, METRICS))


DEFAULT_RULES = (
    AlertRule("high_error_rate", "error_rate > 0.05", 300.0, Severity.WARNING),
    AlertRule("cost_limit_exceeded", "daily_cost > daily_limit * 0.8", 60.0, Severity.CRITICAL),
    AlertRule("provider_down", "success_rate == 0", 120.0, Severity.CRITICAL),
    AlertRule("high_latency", "avg_response_time > 10s", 300.0, Severity.WARNING),
)
"""The rules that hold without being asked for, as the specification gives them (1.8)."""


def default_rule(name: str) -> AlertRule | None:
    """Return the default rule called ``name``, None when none is."""
    return next((rule for rule in DEFAULT_RULES if rule.name == name), None)


def all_rules(own: Sequence[AlertRule]) -> tuple[AlertRule, ...]:
    """Return the defaults and ``own`` on top; one that has a default's name takes its place."""
    named = {rule.name: rule for rule in (*DEFAULT_RULES, *own)}
    return tuple(named.values())


def active_rules(own: Sequence[AlertRule]) -> tuple[AlertRule, ...]:
    """Return those of ``all_rules`` that are not silenced."""
    return tuple(rule for rule in all_rules(own) if rule.enabled)
