"""``telex alerts``: the rules and their state, the log, and a rule tried on the past."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.alert_record import AlertDuty, judge_now, try_on_record
from app.alerts_text import duration_text, readings_text, scope_text, value_text, when_text
from app.exit_codes import EXIT_ANSWERED
from app.readers import open_reader
from providers.alerts.metrics import METRICS
from providers.alerts.numbers import WINDOW, AlertLimits
from providers.alerts.rules import AlertRule, Severity, active_rules, all_rules
from providers.errors import ConfigError
from providers.sanitise import sanitise
from storage.config_file import load_settings
from storage.paths import Paths
from storage.toml_table import TomlTable

if TYPE_CHECKING:
    from providers.alerts.events import AlertFired, Reading
    from providers.alerts.replay import Alert
    from storage.alert_log import AlertEntry
    from storage.settings import Settings

_SECONDS_A_DAY = 86_400.0
_MOST_DAYS = 3650


def alerts(arguments: argparse.Namespace) -> int:
    """Run ``telex alerts``; returns the exit code.

    Raises:
        TelexError: the configuration, the rule to try or the database cannot be used.
    """
    match arguments.action:
        case "names":
            _print_names()
        case "try":
            _try(arguments, load_settings(Paths.from_environment().config_file))
        case _:
            _state(arguments, load_settings(Paths.from_environment().config_file))
    return EXIT_ANSWERED


def _print_names() -> None:
    write = sys.stdout.write
    for name, metric in METRICS.items():
        write(f"{name:<22}{metric.unit.value:<19}{metric.words}\n")
    write(f"\nOver the last {WINDOW / 60:g} minutes, of each provider and of all of them.\n")


# What is true now


def _state(arguments: argparse.Namespace, settings: Settings) -> None:
    duty = AlertDuty(active_rules(settings.alerts), AlertLimits.of(settings))
    with open_reader() as reader:
        firing = judge_now(reader, duty, datetime.now(UTC).timestamp()).firing
        log = reader.alert_log()
    rules = all_rules(settings.alerts)
    if arguments.json:
        found = {
            "rules": [_rule(rule, firing) for rule in rules],
            "log": [_entry(entry) for entry in log],
        }
        sys.stdout.write(json.dumps(found) + "\n")
        return
    _print_rules(rules, firing)
    _print_log(log)


def _rule(rule: AlertRule, firing: Sequence[AlertFired]) -> dict[str, Any]:
    return {
        **_said(rule),
        "enabled": rule.enabled,
        "firing": [
            {"provider": alert.provider, "since": _iso(alert.at), "values": _values(alert.readings)}
            for alert in firing
            if alert.rule.name == rule.name
        ],
    }


def _said(rule: AlertRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "condition": rule.condition,
        "duration": rule.duration,
        "severity": rule.severity.value,
    }


def _entry(entry: AlertEntry) -> dict[str, Any]:
    cleared = entry.cleared_at
    return {
        "rule": entry.rule,
        "provider": entry.provider,
        "severity": entry.severity.value,
        "condition": entry.condition,
        "value": entry.value,
        "fired_at": entry.fired_at.isoformat(),
        "cleared_at": None if cleared is None else cleared.isoformat(),
    }


def _print_rules(rules: Sequence[AlertRule], firing: Sequence[AlertFired]) -> None:
    for rule in rules:
        on = [alert for alert in firing if alert.rule.name == rule.name]
        state = "FIRING" if on else "ok" if rule.enabled else "off"
        _write(
            f"{state:<7} {rule.severity.value:<9} {rule.name:<20} {rule.condition}"
            f" for {duration_text(rule.duration)}"
        )
        for alert in on:
            who = scope_text(alert.provider)
            values = readings_text(alert.readings)
            _write(f"{who} since {when_text(alert.at)}: {values}", indent=8)


def _print_log(log: Sequence[AlertEntry]) -> None:
    sys.stdout.write("\n")
    if not log:
        sys.stdout.write("nothing has fired yet\n")
        return
    for entry in log:
        end = "still on" if entry.cleared_at is None else f"to {when_text(entry.cleared_at)}"
        who = scope_text(entry.provider)
        _write(f"{when_text(entry.fired_at)} {end:<19} {entry.rule} ({who}): {entry.value}")


# What would have been


def _try(arguments: argparse.Namespace, settings: Settings) -> None:
    rule = _rule_to_try(arguments, settings)
    until = datetime.now(UTC).timestamp()
    days = min(arguments.days, _MOST_DAYS)
    since = until - days * _SECONDS_A_DAY
    with open_reader() as reader:
        found = try_on_record(reader, rule, AlertLimits.of(settings), since=since, until=until)
    if arguments.json:
        said = {"rule": _said(rule), "days": days, "alerts": [_tried(alert) for alert in found]}
        sys.stdout.write(json.dumps(said) + "\n")
        return
    words = f"{rule.condition} for {duration_text(rule.duration)}, in the last {days} days"
    _write(f"{words}: fired {len(found)} times" if found else f"{words}: never fired")
    for alert in found:
        end = "still on" if alert.cleared_at is None else f"to {when_text(alert.cleared_at)}"
        who = scope_text(alert.provider)
        worst = f"{alert.peak.metric} {value_text(alert.peak)}"
        _write(f"{when_text(alert.fired_at)} {end:<19} {who}, worst: {worst}")


def _rule_to_try(arguments: argparse.Namespace, settings: Settings) -> AlertRule:
    """Return the rule that was named, or one made of the condition, with the duration given.

    Raises:
        ConfigError: there is no such rule, or it is none; the message says what there is.
    """
    duration = TomlTable({"duration": arguments.duration}, "").seconds("duration")
    if arguments.condition is not None:
        name = arguments.rule or "tried"
        return AlertRule(name, arguments.condition, duration or 0.0, Severity.WARNING)
    rules = {rule.name: rule for rule in all_rules(settings.alerts)}
    known = ", ".join(rules)
    if arguments.rule is None:
        raise ConfigError(f"try which rule? There are {known}; or give a --condition")
    rule = rules.get(arguments.rule)
    if rule is None:
        raise ConfigError(f"there is no rule {arguments.rule!r}; there are {known}")
    return rule if duration is None else replace(rule, duration=duration)


def _tried(alert: Alert) -> dict[str, Any]:
    return {
        "provider": alert.provider,
        "fired_at": _iso(alert.fired_at),
        "cleared_at": None if alert.cleared_at is None else _iso(alert.cleared_at),
        "values": _values(alert.readings),
        "peak": _values([alert.peak]),
    }


def _values(readings: Sequence[Reading]) -> dict[str, float | None]:
    return {reading.metric: reading.value for reading in readings}


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def _write(line: str, *, indent: int = 0) -> None:
    # Names and conditions come from a file: they may hold anything, but break no line.
    sys.stdout.write(" " * indent + " ".join(sanitise(line).splitlines()) + "\n")
