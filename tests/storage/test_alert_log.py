"""The log of alerts, and the calls of all processes that it rests on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from providers.alerts.calls import CallOutcome, CallRecord
from providers.alerts.rules import Severity
from providers.billing.ledger import AttemptOutcome
from providers.errors import BadRequest, Unavailable
from storage.alert_log import AlertEntry
from storage.ledger import SqliteLedger
from storage.reader import Reader
from tests.storage.conftest import FakeClock
from tests.storage.helpers import DAY, result, start


def entry(clock: FakeClock, provider: str | None = "openai", **ago: float) -> AlertEntry:
    at = clock.now - timedelta(**ago)
    return AlertEntry("down", provider, Severity.CRITICAL, "success_rate == 0", "0", at)


async def test_an_alert_is_logged_once_whoever_sees_it(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    other = SqliteLedger(ledger.path, clock=clock)
    try:
        alert = entry(clock, minutes=10)
        assert await ledger.log_alert(alert)
        assert not await other.log_alert(alert), "the same one"
        assert not await other.log_alert(entry(clock, minutes=9)), "it is on already"
        assert await other.log_alert(entry(clock, None, minutes=9)), "of all together"
        assert await other.log_alert_cleared("down", "openai", clock.now)
        assert not await ledger.log_alert_cleared("down", "openai", clock.now)
        assert not await ledger.log_alert(alert), "it was on then"
        assert not await ledger.log_alert(entry(clock, minutes=3)), "it was on then too"
        clock.advance(minutes=1)
        assert await ledger.log_alert(entry(clock)), "it is over: this is another one"
    finally:
        await other.aclose()
    again, overall, first = reader.alert_log()
    assert (first.fired_at, first.cleared_at) == (alert.fired_at, clock.now - timedelta(minutes=1))
    assert first == replace(alert, cleared_at=first.cleared_at)
    assert overall.provider is None
    assert reader.alerts_still_on() == (overall, again)


async def test_an_alert_cannot_be_over_before_it_fired(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    alert = entry(clock)
    await ledger.log_alert(alert)
    assert not await ledger.log_alert_cleared("down", "openai", clock.now - timedelta(seconds=1))
    assert reader.alerts_still_on() == (alert,)


async def test_what_is_over_is_forgotten_after_ninety_days(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    for days, provider in ((100, "old"), (89, "young"), (100, "on")):
        await ledger.log_alert(entry(clock, provider, days=days))
    await ledger.log_alert_cleared("down", "old", clock.now - timedelta(days=91))
    await ledger.log_alert_cleared("down", "young", clock.now - timedelta(days=88))
    await ledger.forget_old_alerts()
    assert {alert.provider for alert in reader.alert_log()} == {"young", "on"}
    assert len(reader.alert_log(1)) == 1


async def test_the_database_itself_refuses_a_second_one(
    ledger: SqliteLedger, clock: FakeClock
) -> None:
    await ledger.log_alert(entry(clock))
    with closing(sqlite3.connect(ledger.path)) as db, pytest.raises(sqlite3.IntegrityError):
        db.execute(
            "INSERT INTO alerts (rule, provider, severity, condition, fired_at)"
            " VALUES ('down', 'openai', 'info', '', '2030')"
        )


async def test_calls_are_told_as_they_end(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    failure = result(AttemptOutcome.FAILED, cost=None, latency=2.25, ttft=None)
    first = await ledger.start_attempt(start())
    second = await ledger.start_attempt(start(provider="groq"))
    third = await ledger.start_attempt(start())
    await ledger.finish_attempt(second, replace(failure, error=Unavailable("down")))
    look = await ledger.finished_calls(0)
    assert look.settled == 0, "the first one is still under way"
    now = clock.now.timestamp()
    assert look.calls == {
        second: CallRecord(now + 2.25, "groq", CallOutcome.FAILED, DAY, 2.25, tokens=30)
    }
    await ledger.finish_attempt(first, result())
    await ledger.finish_attempt(third, replace(failure, error=BadRequest("too odd")))
    look = await ledger.finished_calls(look.settled)
    assert set(look.calls) == {first, second, third}
    assert look.settled == third
    assert look.calls[first] == CallRecord(
        now + 1.5, "openai", CallOutcome.ANSWERED, DAY, 1.5, 0.25, Decimal("0.01"), 30
    )
    assert look.calls[third].outcome is CallOutcome.UNJUDGED
    assert (await ledger.finished_calls(look.settled)).calls == {}
    recent = reader.finished_calls(clock.now + timedelta(seconds=2))
    assert set(recent.calls) == {second, third}
    assert recent.settled == third


async def test_a_call_whose_process_died_only_costs(ledger: SqliteLedger, reader: Reader) -> None:
    attempt = await ledger.start_attempt(start(predicted="0.02"))
    with closing(sqlite3.connect(ledger.path)) as db:
        db.execute("UPDATE reservations SET holder = '1/0/elsewhere', expires_at = '2020'")
        db.execute("UPDATE attempts SET outcome = 'abandoned', cost_nanos = predicted_cost_nanos")
        db.commit()
    [call] = (await ledger.finished_calls(attempt - 1)).calls.values()
    assert (call.outcome, call.cost) == (CallOutcome.UNJUDGED, Decimal("0.02"))
