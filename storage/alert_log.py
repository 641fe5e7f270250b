"""The log of alerts: when each one fired and cleared, and what it was about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from providers.alerts.rules import Severity
from providers.sanitise import sanitise_line
from storage.clock import from_text, to_text

if TYPE_CHECKING:
    from sqlite_utils import Database

KEPT = timedelta(days=90)
"""How long an alert that is over stays in the log."""


@dataclass(frozen=True, slots=True)
class AlertEntry:
    """One alert, as the log has it.

    Args:
        rule: the rule's name.
        provider: whom it is about; None is all together.
        severity: how loud it was.
        condition: the rule's condition at that time.
        value: what the metrics were when it fired, for the eye.
        fired_at: when it came due.
        cleared_at: when the condition ceased to hold, None while it is on.
    """

    rule: str
    provider: str | None
    severity: Severity
    condition: str
    value: str
    fired_at: datetime
    cleared_at: datetime | None = None


def fire(db: Database, entry: AlertEntry) -> bool:
    """Log an alert; return whether it is new.

    One that another process has logged, or that was on at that time in another's eyes, is not
    logged again.

    Args:
        db: the database, inside a transaction.
        entry: the alert; ``cleared_at`` is not looked at.
    """
    row = _row(entry)
    known = db.execute(
        "SELECT 1 FROM alerts WHERE rule = :rule AND provider = :provider"
        " AND (cleared_at IS NULL OR cleared_at > :fired_at OR fired_at = :fired_at)",
        row,
    ).fetchone()
    if known is not None:
        return False
    db.execute(
        "INSERT INTO alerts (rule, provider, severity, condition, value, fired_at)"
        " VALUES (:rule, :provider, :severity, :condition, :value, :fired_at)",
        row,
    )
    return True


def clear(db: Database, rule: str, provider: str | None, at: datetime) -> bool:
    """Log that an alert is over; return whether it was on.

    Args:
        db: the database, inside a transaction.
        rule: the rule's name.
        provider: whom it is about; None is all together.
        at: when; an alert that fired later is another one and stays.
    """
    cursor = db.execute(
        "UPDATE alerts SET cleared_at = :at WHERE rule = :rule AND provider = :provider"
        " AND cleared_at IS NULL AND fired_at <= :at",
        {"rule": rule, "provider": provider or "", "at": to_text(at)},
    )
    return cursor.rowcount > 0


def forget(db: Database, *, now: datetime) -> None:
    """Drop what has been over for longer than ``KEPT``."""
    db.execute("DELETE FROM alerts WHERE cleared_at < ?", [to_text(now - KEPT)])


def log(db: Database, limit: int) -> Sequence[AlertEntry]:
    """Return the newest alerts, newest first."""
    rows = db.query("SELECT * FROM alerts ORDER BY fired_at DESC, id DESC LIMIT ?", [limit])
    return tuple(map(_entry, rows))


def still_on(db: Database) -> Sequence[AlertEntry]:
    """Return the alerts that are on, as far as the log knows, oldest first."""
    rows = db.query("SELECT * FROM alerts WHERE cleared_at IS NULL ORDER BY fired_at, id")
    return tuple(map(_entry, rows))


def _row(entry: AlertEntry) -> dict[str, object]:
    return {
        "rule": entry.rule,
        "provider": entry.provider or "",
        "severity": entry.severity.value,
        "condition": sanitise_line(entry.condition),
        "value": sanitise_line(entry.value),
        "fired_at": to_text(entry.fired_at),
    }


def _entry(row: Mapping[str, Any]) -> AlertEntry:
    cleared = row["cleared_at"]
    return AlertEntry(
        rule=row["rule"],
        provider=row["provider"] or None,
        severity=Severity(row["severity"]),
        condition=row["condition"],
        value=row["value"],
        fired_at=from_text(row["fired_at"]),
        cleared_at=None if cleared is None else from_text(cleared),
    )
