"""What a watch says: an alert fired, an alert cleared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from providers.alerts.rules import AlertRule


@dataclass(frozen=True, slots=True)
class Reading:
    """The value of a metric, None when it was unknown."""

    metric: str
    value: float | None


@dataclass(frozen=True, slots=True)
class AlertFired:
    """A condition has held for as long as its rule asks.

    Args:
        rule: the rule.
        provider: of whom it is true; None is all of them together.
        at: when it came due, in seconds since the epoch.
        readings: the metrics of the condition at that time.
    """

    rule: AlertRule
    provider: str | None
    at: float
    readings: tuple[Reading, ...]

    @property
    def when(self) -> datetime:
        """``at`` as an instant, in UTC."""
        return datetime.fromtimestamp(self.at, UTC)


@dataclass(frozen=True, slots=True)
class AlertCleared:
    """The condition of an alert no longer holds.

    Args:
        rule: the rule.
        provider: as in ``AlertFired``.
        at: when it ceased to hold, in seconds since the epoch.
        readings: the metrics of the condition at that time.
        fired_at: when the alert fired, in seconds since the epoch.
        peak: the worst value, while the condition held, of the metric that it is about.
    """

    rule: AlertRule
    provider: str | None
    at: float
    readings: tuple[Reading, ...]
    fired_at: float
    peak: Reading

    @property
    def when(self) -> datetime:
        """``at`` as an instant, in UTC."""
        return datetime.fromtimestamp(self.at, UTC)


AlertEvent = AlertFired | AlertCleared
"""What a watch says, in the order of ``at``."""
