"""Alerts over calls of the past: when they would have fired."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from providers.alerts.calls import CallRecord
from providers.alerts.events import AlertCleared, AlertEvent, AlertFired, Reading
from providers.alerts.numbers import AlertLimits
from providers.alerts.rules import AlertRule
from providers.alerts.watch import AlertWatch


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert from end to end. Instants are seconds since the epoch.

    Args:
        rule: the rule.
        provider: of whom it was true; None is all together.
        fired_at: when it fired.
        cleared_at: when it cleared, None when it had not by the end.
        readings: the metrics of its condition when it fired.
        peak: the worst value, while the condition held, of the metric it is about. Of an alert
            that has not cleared, the value when it fired.
    """

    rule: AlertRule
    provider: str | None
    fired_at: float
    cleared_at: float | None
    readings: tuple[Reading, ...]
    peak: Reading


def replay(watch: AlertWatch, calls: Iterable[CallRecord], until: float) -> list[AlertEvent]:
    """Take ``watch`` through ``calls`` to ``until`` and return what happened, in order.

    Args:
        watch: a new one, or one whose ``now`` is before the first call.
        calls: in any order; those that ended after ``until`` are yet to come then.
        until: seconds since the epoch.
    """
    for call in calls:
        watch.record(call)
    return watch.advance(until)


def try_rule(
    rules: Sequence[AlertRule],
    calls: Iterable[CallRecord],
    limits: AlertLimits,
    until: float,
    *,
    since: float = float("-inf"),
    zone: tzinfo | None = None,
) -> list[Alert]:
    """Return the alerts that ``rules`` would have raised, in the order in which they fired.

    It is the same machine as the live one. For costs of a month ``calls`` must begin with that
    month, and for all else ``numbers.WINDOW`` before ``since``.

    Args:
        rules: what to try, silenced ones too.
        calls: the record, in any order.
        limits: the cost limits, as if they had held all the time.
        until: the end, in seconds since the epoch.
        since: alerts that were over by then are left out.
        zone: the time zone in which days begin; None is this system's.
    """
    tried = [replace(rule, enabled=True) for rule in rules]
    events = replay(AlertWatch(tried, limits, zone=zone), calls, until)
    alerts = [alert for alert in _paired(events) if (alert.cleared_at or until) >= since]
    return sorted(alerts, key=lambda alert: alert.fired_at)


def _paired(events: Iterable[AlertEvent]) -> list[Alert]:
    on: dict[tuple[str, str | None], AlertFired] = {}
    alerts: list[Alert] = []
    for event in events:
        key = (event.rule.name, event.provider)
        match event:
            case AlertFired():
                on[key] = event
            case AlertCleared():
                alerts.append(_alert(on.pop(key), event))
    return [*alerts, *(_alert(fired, None) for fired in on.values())]


def _alert(fired: AlertFired, cleared: AlertCleared | None) -> Alert:
    values = {reading.metric: reading for reading in fired.readings}
    return Alert(
        fired.rule,
        fired.provider,
        fired.at,
        None if cleared is None else cleared.at,
        fired.readings,
        values[fired.rule.checked.metric] if cleared is None else cleared.peak,
    )
