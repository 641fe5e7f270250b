"""One rule on one provider, or on all together: holding, fired, cleared."""

from __future__ import annotations

from providers.alerts.events import AlertCleared, AlertEvent, AlertFired, Reading
from providers.alerts.expression import Extreme
from providers.alerts.metrics import METRICS
from providers.alerts.numbers import Numbers
from providers.alerts.rules import AlertRule


class Track:
    """Follows a condition from instant to instant.

    Args:
        rule: whose condition.
        provider: whose numbers; None is all together.
    """

    def __init__(self, rule: AlertRule, provider: str | None) -> None:
        self.rule = rule
        self.provider = provider
        self.fired: AlertFired | None = None
        """The alert while it is on."""
        self.peak = Reading(rule.checked.metric, None)
        """The worst value since the condition began to hold."""
        self._judge = rule.checked.judge()
        self._reads = [(name, METRICS[name].read) for name in rule.checked.names]
        self._values: dict[str, float | None] | None = None
        self._holds = False
        self._since: float | None = None

    @property
    def due(self) -> float | None:
        """When the alert fires if nothing changes, None where it does not."""
        if self._since is None or self.fired is not None:
            return None
        return self._since + self.rule.duration

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The metrics of the condition, as they were seen last."""
        return tuple(Reading(name, value) for name, value in (self._values or {}).items())

    def see(self, numbers: Numbers, now: float) -> AlertEvent | None:
        """Take in what is true at ``now`` and return what that brings about.

        Args:
            numbers: of the provider, or of all.
            now: seconds since the epoch, never earlier than before.
        """
        values = {name: read(numbers) for name, read in self._reads}
        if values != self._values:
            self._values = values
            self._holds = self._judge.holds(values)
        if not self._holds:
            return self._ceased(now)
        if self._since is None:
            self._since = now
            self.peak = Reading(self.rule.checked.metric, None)
        self._note_peak(values[self.rule.checked.metric])
        due = self.due
        if due is None or now < due:
            return None
        self.fired = AlertFired(self.rule, self.provider, now, self.readings)
        return self.fired

    def _ceased(self, now: float) -> AlertCleared | None:
        fired, self.fired, self._since = self.fired, None, None
        if fired is None:
            return None
        return AlertCleared(self.rule, self.provider, now, self.readings, fired.at, self.peak)

    def _note_peak(self, value: float | None) -> None:
        worst, extreme = self.peak.value, self.rule.checked.extreme
        if value is None:
            return
        if worst is not None and extreme is not Extreme.LATEST:
            value = max(worst, value) if extreme is Extreme.HIGHEST else min(worst, value)
        self.peak = Reading(self.peak.metric, value)
