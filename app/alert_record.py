"""Alerts over the ledger's record: what is true now, and what a rule would have said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from providers.alerts.calendar import Calendar
from providers.alerts.numbers import WINDOW, AlertLimits
from providers.alerts.replay import Alert, replay, try_rule
from providers.alerts.rules import AlertRule
from providers.alerts.watch import AlertWatch

if TYPE_CHECKING:
    from storage.alert_calls import FinishedCalls
    from storage.reader import Reader

_HOUR = 3600.0
_MONTHLY = "monthly_cost"


@dataclass(frozen=True, slots=True)
class AlertDuty:
    """What is to be watched.

    Args:
        rules: those to judge.
        limits: the cost limits that conditions speak of.
        zone: the person's time zone; None is this system's.
    """

    rules: tuple[AlertRule, ...]
    limits: AlertLimits
    zone: tzinfo | None = None

    def begin_of_record(self, now: float) -> float:
        """Return from when on the record must be known to judge what is true at ``now``.

        Costs count from the beginning of the day or month; a condition must have been followed
        for as long as it has to hold. Both in seconds since the epoch.
        """
        calendar = Calendar(self.zone)
        day = calendar.day_of(now)
        if any(_MONTHLY in rule.checked.names for rule in self.rules):
            day = day.replace(day=1)
        longest = max((rule.duration for rule in self.rules), default=0.0)
        return min(calendar.begin_of(day), now - longest) - WINDOW - _HOUR


def judge_now(reader: Reader, duty: AlertDuty, now: float) -> AlertWatch:
    """Return a watch that has come to ``now`` over what the ledger says. Blocks.

    Raises:
        DatabaseError: the ledger cannot be read.
    """
    watch = AlertWatch(duty.rules, duty.limits, zone=duty.zone)
    since = duty.begin_of_record(now)
    replay(watch, record(reader, since).calls.values(), now)
    return watch


def try_on_record(
    reader: Reader, rule: AlertRule, limits: AlertLimits, *, since: float, until: float
) -> list[Alert]:
    """Return when ``rule`` would have fired. Blocks for some seconds with very many calls.

    Args:
        reader: the ledger.
        rule: need not be one of the configuration.
        limits: as if they had held all the time.
        since: alerts that were over by then are left out; seconds since the epoch.
        until: the end, in seconds since the epoch.

    Raises:
        DatabaseError: the ledger cannot be read.
    """
    begin = AlertDuty((rule,), limits).begin_of_record(since)
    calls = record(reader, begin).calls.values()
    return try_rule([rule], calls, limits, until, since=since)


def record(reader: Reader, since: float) -> FinishedCalls:
    """Return the calls that ended from ``since`` (seconds since the epoch) on."""
    return reader.finished_calls(datetime.fromtimestamp(since, UTC))
