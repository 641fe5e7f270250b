"""The desk that watches alerts: over a real ledger, in a time of its own, without a screen."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.alert_record import AlertDuty, judge_now, try_on_record
from providers.alerts.numbers import AlertLimits
from providers.alerts.rules import DEFAULT_RULES, AlertRule, Severity
from storage.alert_log import AlertEntry
from tests.app.alert_office import Office
from tests.core.alerts import call, told
from tests.storage.helpers import result, start


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = Office(tmp_path / "telex.db")
    yield office
    await office.close()


async def test_an_alert_is_logged_when_it_came_due_and_when_it_cleared(office: Office) -> None:
    noon = office.clock.now
    desk = await office.begin()
    await office.call(good=False)
    assert await office.slept.get() == 120.0, "until the duration is over, no earlier"
    assert office.told == []
    office.morning.set()
    assert told(await office.events(2)) == [
        ("fired", "provider_down", None, 120.0),
        ("fired", "provider_down", "groq", 120.0),
    ]
    assert len(desk.firing) == 2
    assert await office.slept.get() == 180.0
    office.morning.set()
    await office.events(4)
    await office.eventually(lambda: not office.reader.alerts_still_on())
    own, overall = office.reader.alert_log()
    assert (own.provider, overall.provider) == ("groq", None)
    assert (own.rule, own.condition, own.severity) == (
        "provider_down",
        "success_rate == 0",
        Severity.CRITICAL,
    )
    assert own.value == "success_rate 0 %"
    assert own.fired_at == noon + timedelta(seconds=120)
    assert own.cleared_at == noon + timedelta(seconds=300)
    assert await office.slept.get() == 42_900.0, "with no call to come, until midnight"


async def test_an_alert_that_was_on_at_the_end_is_over_at_the_next_start(office: Office) -> None:
    await office.begin()
    await office.call(good=False)
    await office.slept.get()
    office.morning.set()
    await office.events(2)
    await office.eventually(lambda: len(office.reader.alerts_still_on()) == 2)
    await office.end()
    office.told.clear()
    office.clock.advance(hours=20)
    desk = await office.begin()
    await office.eventually(lambda: not office.reader.alerts_still_on())
    assert desk.firing == ()
    assert office.told == [], "nobody is told of what is long over"
    for entry in office.reader.alert_log():
        assert entry.cleared_at == entry.fired_at + timedelta(seconds=180), "when it was over"


async def test_an_alert_that_is_still_on_goes_on_over_a_restart(office: Office) -> None:
    await office.begin()
    await office.call(good=False)
    await office.slept.get()
    office.morning.set()
    await office.events(2)
    await office.eventually(lambda: len(office.reader.alerts_still_on()) == 2)
    before = office.reader.alert_log()
    await office.end()
    office.told.clear()
    office.clock.advance(seconds=30)
    desk = await office.begin()
    assert len(desk.firing) == 2
    assert [await office.slept.get() for _ in range(2)] == [180.0, 150.0]
    assert office.told == [], "it was told already"
    assert office.reader.alert_log() == before


async def test_what_came_due_while_nobody_watched_is_logged_as_of_then(office: Office) -> None:
    noon = office.clock.now
    await office.call(good=False)
    office.clock.advance(seconds=200)
    await office.begin()
    assert told(await office.events(2))[1] == ("fired", "provider_down", "groq", 120.0)
    assert {entry.fired_at for entry in office.reader.alert_log()} == {
        noon + timedelta(seconds=120)
    }


async def test_the_alert_of_a_rule_that_is_gone_is_over(office: Office) -> None:
    gone = office.clock.now - timedelta(hours=1)
    await office.ledger.log_alert(AlertEntry("gone", None, Severity.INFO, "x", "", gone))
    await office.begin()
    await office.eventually(lambda: not office.reader.alerts_still_on())
    [entry] = office.reader.alert_log()
    assert entry.cleared_at == office.clock.now


async def test_two_processes_log_an_alert_once_and_both_tell(
    office: Office, tmp_path: Path
) -> None:
    other = Office(tmp_path / "telex.db")
    other.clock = office.clock
    try:
        await office.begin()
        await other.begin()
        await office.eventually(lambda: office.slept.empty() and other.slept.empty())
        await office.call(good=False)
        other.log.add(call(0.0))  # its own process knows nothing of that call: any makes it look
        for each in (office, other):
            await each.slept.get()
        office.clock.advance(seconds=130)
        for each in (office, other):
            each.log.add(call(0.0))
        for each in (office, other):
            assert told(await each.events(2))[1] == ("fired", "provider_down", "groq", 120.0)
        await office.eventually(lambda: len(office.reader.alert_log()) == 2)
    finally:
        await other.close()
    assert len(office.reader.alert_log()) == 2


async def test_a_call_another_process_was_slow_to_tell_puts_things_right(office: Office) -> None:
    desk = await office.begin()
    await office.call(good=False)
    await office.slept.get()
    slow = await office.ledger.start_attempt(start(provider="groq", day=office.clock.now.date()))
    office.morning.set()
    await office.events(2)
    await office.eventually(lambda: len(office.reader.alerts_still_on()) == 2)
    # It answered after a minute, before the alert came due.
    await office.ledger.finish_attempt(slow, result(latency=60.0))
    office.log.add(call(0.0))
    await office.eventually(lambda: not office.reader.alerts_still_on())
    assert desk.firing == ()


async def test_a_ledger_that_cannot_be_read_is_complained_of_and_watching_goes_on(
    office: Office,
) -> None:
    await office.begin()
    await office.call(good=False)
    await office.slept.get()
    with closing(sqlite3.connect(office.path)) as db:
        db.execute("ALTER TABLE reservations RENAME TO hidden")
        db.commit()
    office.log.add(call(0.0))
    await office.eventually(lambda: office.complaints)
    assert "no such table" in office.complaints[0]
    await asyncio.sleep(0.02)
    assert len(office.complaints) == 1, "it waits for the next call"
    with closing(sqlite3.connect(office.path)) as db:
        db.execute("ALTER TABLE hidden RENAME TO reservations")
        db.commit()
    office.clock.advance(seconds=130)
    office.log.add(call(0.0))
    assert told(await office.events(2))[1] == ("fired", "provider_down", "groq", 120.0)


@pytest.mark.parametrize("seed", range(4))
async def test_a_try_on_the_past_says_what_was_fired_live(office: Office, seed: int) -> None:
    chance = random.Random(seed)
    office.duty = AlertDuty(
        (*DEFAULT_RULES, AlertRule("row", "consecutive_failures >= 2", 0.0)), AlertLimits(), UTC
    )
    began = office.clock.now.timestamp()
    await office.begin()
    for _ in range(25):
        # Now and then it is slept through what was due, and looked at late.
        office.clock.advance(seconds=chance.choice((1, 20, 59.5, 130, 400)))
        await office.call(good=chance.random() < 0.4, provider=chance.choice(("groq", "google")))
        await asyncio.sleep(0.002)
    office.clock.advance(hours=1)
    await office.call(good=True)
    now = office.clock.now.timestamp()
    tried = {
        (alert.rule.name, alert.provider, instant(alert.fired_at), instant(alert.cleared_at))
        for rule in office.duty.rules
        for alert in try_on_record(office.reader, rule, AlertLimits(), since=began, until=now)
    }
    assert len(tried) > 3
    await office.eventually(lambda: len(office.reader.alert_log()) >= len(tried))
    await office.eventually(lambda: not office.reader.alerts_still_on())
    assert {
        (entry.rule, entry.provider, entry.fired_at, entry.cleared_at)
        for entry in office.reader.alert_log()
    } == tried


def instant(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)


async def test_a_month_s_cost_is_judged_from_the_first_on(tmp_path: Path) -> None:
    monthly = AlertRule("month", "monthly_cost > 0.015", 0.0)
    office = Office(tmp_path / "month.db", monthly)
    try:
        office.clock.advance(days=-10)
        await office.call(good=True)
        office.clock.advance(days=10)
        await office.call(good=True)
        now = office.clock.now.timestamp()
        assert {a.provider for a in judge_now(office.reader, office.duty, now).firing} == {
            None,
            "groq",
        }
        [own] = [
            alert
            for alert in try_on_record(
                office.reader, monthly, AlertLimits(), since=now - 3600, until=now
            )
            if alert.provider
        ]
        assert own.fired_at == now
    finally:
        await office.close()
