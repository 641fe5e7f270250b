"""Reading ``[[alerts]]``: the person's own rules, and what they change in the defaults."""

from __future__ import annotations

from collections.abc import Sequence

from providers.alerts.rules import AlertRule, Severity, default_rule
from providers.errors import ConfigError
from storage.toml_table import TomlTable

_KEYS = ("name", "condition", "duration", "severity", "enabled")


def read_alerts(tables: Sequence[TomlTable]) -> tuple[AlertRule, ...]:
    """Return the rules, in the file's order.

    One that has a default's name takes from the default what it leaves out.

    Raises:
        ConfigError: names the key, what is wrong with it and what there is.
    """
    named: dict[str, TomlTable] = {}
    for table in tables:
        table.allow(_KEYS)
        name = table.required("name")
        if name in named:
            table.fail("name", f"two alerts are called {name!r}")
        named[name] = table
    return tuple(_rule(name, table) for name, table in named.items())


def _rule(name: str, table: TomlTable) -> AlertRule:
    default = default_rule(name)
    severity = table.choice("severity", [severity.value for severity in Severity])
    duration, enabled = table.seconds("duration"), table.flag("enabled")
    if default is None:
        condition = table.required("condition")
        duration = duration or 0.0
    else:
        condition = table.text("condition") or default.condition
        duration = default.duration if duration is None else duration
        severity = severity or default.severity.value
    try:
        return AlertRule(
            name=name,
            condition=condition,
            duration=duration,
            severity=Severity(severity or Severity.WARNING),
            enabled=enabled is not False,
        )
    except ConfigError as error:
        table.fail(error.key or "name", str(error))
