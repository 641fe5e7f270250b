"""Alerts in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from providers.alerts.events import AlertCleared, AlertEvent, AlertFired, Reading
from providers.alerts.metrics import METRICS, Unit
from providers.alerts.rules import AlertRule
from providers.billing.money import format_usd
from storage.alert_log import AlertEntry

_EVERYBODY = "all providers"
_UNITS = ((86_400.0, "d"), (3600.0, "h"), (60.0, "m"))


def scope_text(provider: str | None) -> str:
    """Return whom an alert is about."""
    return _EVERYBODY if provider is None else provider


def whom_text(providers: Iterable[str | None]) -> str:
    """Return whom alerts of one rule are about. Names first: a narrow line is cut at its end."""
    scopes = sorted(dict.fromkeys(providers), key=lambda provider: provider is None)
    return ", ".join(map(scope_text, scopes))


def duration_text(seconds: float) -> str:
    """Return a duration as the configuration has it: ``5m``, ``90s``."""
    for size, unit in _UNITS:
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds:.10g}s"


def value_text(reading: Reading) -> str:
    """Return a metric's value with its unit; ``?`` where it is unknown."""
    value = reading.value
    if value is None:
        return "?"
    match METRICS[reading.metric].unit:
        case Unit.DOLLARS:
            return format_usd(Decimal(f"{value:.9f}"))
        case Unit.SHARE:
            return f"{_percent(100 * value)} %"
        case Unit.SECONDS:
            return f"{value:.1f} s" if value >= 0.1 else f"{1000 * value:.0f} ms"
        case Unit.COUNT:
            return f"{value:,.0f}"
        case Unit.CALLS_PER_MINUTE | Unit.TOKENS_PER_MINUTE:
            return f"{value:,.1f}/min"


def _percent(percent: float) -> str:
    # Rounding must not say that nothing failed, or that everything did.
    if percent in (0, 100):
        return f"{percent:.0f}"
    return f"{min(percent, 99.9):.1f}" if percent >= 99 else f"{percent:.2g}"


def readings_text(readings: Sequence[Reading]) -> str:
    """Return metrics with their values: ``daily_cost $0.81, daily_limit $1.00``."""
    return ", ".join(f"{reading.metric} {value_text(reading)}" for reading in readings)


def when_text(at: datetime | float | None) -> str:
    """Return an instant in the person's time zone; a dash for none."""
    if at is None:
        return "–"
    instant = datetime.fromtimestamp(at, UTC) if isinstance(at, float) else at
    return f"{instant.astimezone():%d %b %H:%M:%S}"


def entry_of(fired: AlertFired) -> AlertEntry:
    """Return an alert as the log takes it."""
    rule = fired.rule
    return AlertEntry(
        rule.name,
        fired.provider,
        rule.severity,
        rule.condition,
        readings_text(fired.readings),
        fired.when,
    )


def news(events: Sequence[AlertEvent]) -> list[tuple[AlertRule, bool, str]]:
    """Return what to say of ``events``: once for each rule that fired, once for each that cleared.

    Each comes with its rule and whether it fired.
    """
    groups: dict[tuple[str, bool], list[AlertEvent]] = {}
    for event in events:
        groups.setdefault((event.rule.name, isinstance(event, AlertFired)), []).append(event)
    return [(group[0].rule, fired, _said(group)) for (_, fired), group in groups.items()]


def _said(group: Sequence[AlertEvent]) -> str:
    name = group[0].rule.name
    whom = whom_text(event.provider for event in group)
    # The last one is about a provider, where there is one: all together come first.
    last = group[-1]
    if isinstance(last, AlertCleared):
        lasted = duration_text(round(last.at - last.fired_at))
        worst = f", worst: {readings_text([last.peak])}" if last.peak.value is not None else ""
        return f"over: {name} ({whom}), after {lasted}{worst}"
    return f"alert: {name} ({whom}): {readings_text(last.readings)}"


def firing_lines(firing: Sequence[AlertFired]) -> list[tuple[AlertRule, str]]:
    """Return a line for each rule that is on, with whom it is about."""
    whom: dict[str, tuple[AlertRule, list[str | None]]] = {}
    for alert in firing:
        named = whom.setdefault(alert.rule.name, (alert.rule, []))
        named[1].append(alert.provider)
    return [(rule, f"{rule.name} · {whom_text(scopes)}") for rule, scopes in whom.values()]
