"""Alerts in a simulated time: they fire once, when they come due, and clear once."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from providers.alerts.calendar import Calendar
from providers.alerts.events import AlertCleared, AlertEvent, AlertFired, Reading
from providers.alerts.numbers import AlertLimits
from providers.alerts.replay import try_rule
from providers.alerts.rules import DEFAULT_RULES, AlertRule, default_rule
from providers.alerts.watch import AlertWatch
from tests.core.alerts import DAY, NOON, call, told

LIMITS = AlertLimits({"openai": Decimal(1)}, {"openai": Decimal(20)}, Decimal(30))


def watch(*rules: AlertRule, limits: AlertLimits = LIMITS) -> AlertWatch:
    return AlertWatch(rules or DEFAULT_RULES, limits, zone=UTC)


def of(name: str) -> AlertRule:
    rule = default_rule(name)
    assert rule is not None
    return rule


def test_a_provider_that_is_down_fires_after_two_minutes_and_clears_with_an_answer() -> None:
    down = watch(of("provider_down"))
    down.record(call(0, ok=False))
    assert down.advance(NOON + 119.9) == []
    events = down.advance(NOON + 120)
    assert told(events) == [
        ("fired", "provider_down", None, 120.0),
        ("fired", "provider_down", "openai", 120.0),
    ]
    assert [reading for event in events for reading in event.readings] == [
        Reading("success_rate", 0.0),
        Reading("success_rate", 0.0),
    ]
    assert len(down.firing) == 2
    down.record(call(150, ok=False))
    assert down.advance(NOON + 160) == [], "it fires once"
    down.record(call(170, ok=True))
    assert told(down.advance(NOON + 180)) == [
        ("cleared", "provider_down", None, 170.0),
        ("cleared", "provider_down", "openai", 170.0),
    ]
    assert not down.firing
    assert down.advance(NOON + 9999) == [], "it clears once"


def test_without_calls_an_alert_clears_when_the_last_one_leaves_the_window() -> None:
    down = watch(of("provider_down"))
    down.record(call(0, ok=False))
    events = down.advance(NOON + 86_400)
    assert told(events)[2:] == [
        ("cleared", "provider_down", None, 300.0),
        ("cleared", "provider_down", "openai", 300.0),
    ]
    assert down.next_change() is None, "nothing is to come without a call"


def test_a_high_error_rate_fires_after_five_minutes() -> None:
    errors = watch(of("high_error_rate"))
    for minute in range(8):
        errors.record(call(60.0 * minute, ok=minute % 2 == 1))
    # From the second call on one half fails; the last failure leaves the window at minute 11.
    assert told(errors.advance(NOON + 3600)) == [
        ("fired", "high_error_rate", None, 300.0),
        ("fired", "high_error_rate", "openai", 300.0),
        ("cleared", "high_error_rate", None, 660.0),
        ("cleared", "high_error_rate", "openai", 660.0),
    ]


def test_a_high_error_rate_that_pauses_begins_anew() -> None:
    errors = watch(AlertRule("errors", "failures > 0", 200.0))
    errors.record(call(0, ok=False))
    errors.record(call(301, ok=False))
    # It held from 0 to 300 and fired at 200; then from 301 on, and fires at 501.
    assert [at for what, _, who, at in told(errors.advance(NOON + 3600)) if who is None] == [
        200.0,
        300.0,
        501.0,
        601.0,
    ]


def test_slow_answers_fire_after_five_minutes() -> None:
    slow = watch(of("high_latency"))
    for minute in range(6):
        slow.record(call(60.0 * minute, latency=12.0 + minute))
    slow.record(call(320, latency=0.1))
    slow.record(call(321, latency=0.1))
    slow.record(call(322, latency=0.1))
    events = [event for event in slow.advance(NOON + 3600) if event.provider == "openai"]
    # The first call leaves at 300, when four more keep it slow.
    assert told(events) == [
        ("fired", "high_latency", "openai", 300.0),
        ("cleared", "high_latency", "openai", 322.0),
    ]
    cleared = events[1]
    assert isinstance(cleared, AlertCleared)
    assert cleared.peak.metric == "avg_response_time"
    assert cleared.peak.value == pytest.approx(15.0)
    assert cleared.fired_at == NOON + 300


def test_a_cost_limit_fires_after_a_minute_and_clears_at_midnight() -> None:
    dear = watch(of("cost_limit_exceeded"))
    dear.record(call(0, cost="0.80"))
    dear.record(call(10, cost="0.01"))
    dear.record(call(20, cost="5.00", provider="groq"))
    dear.record(call(30, cost=None))
    events = dear.advance(NOON + 43_199)
    # groq has no limit, and all together have none: what is unknown makes nothing hold.
    assert told(events) == [("fired", "cost_limit_exceeded", "openai", 70.0)]
    assert events[0].readings == (Reading("daily_cost", 0.81), Reading("daily_limit", 1.0))
    assert dear.next_change() == NOON + 43_200
    assert told(dear.advance(NOON + 43_200)) == [
        ("cleared", "cost_limit_exceeded", "openai", 43_200.0)
    ]


def test_exactly_at_the_threshold_nothing_fires() -> None:
    dear = watch(of("cost_limit_exceeded"))
    dear.record(call(0, cost="0.80"))
    assert dear.advance(NOON + 3600) == []


def test_costs_count_for_the_day_on_which_a_call_began() -> None:
    dear = watch(AlertRule("dear", "daily_cost >= 1", 0.0))
    dear.record(call(43_205, cost="2", day=DAY))
    assert dear.advance(NOON + 90_000) == []
    monthly = watch(AlertRule("month", "monthly_cost > monthly_limit", 0.0))
    for days in range(12):
        monthly.record(call(days * 86_400.0, cost="2.50"))
    # 2026-11-22 to 30 are nine days in November: 22.50 of 20 dollars at openai, on the 30th.
    assert told(monthly.advance(NOON + 20 * 86_400)) == [
        ("fired", "month", "openai", 8 * 86_400.0),
        ("cleared", "month", "openai", 8 * 86_400.0 + 43_200.0),
    ]


def test_the_budget_is_the_monthly_limit_of_all_together() -> None:
    monthly = watch(AlertRule("month", "monthly_cost > monthly_limit", 0.0))
    monthly.record(call(0, cost="16"))
    monthly.record(call(1, cost="16", provider="groq"))
    assert told(monthly.advance(NOON + 2)) == [("fired", "month", None, 1.0)]


def test_calls_that_say_nothing_of_a_provider_only_cost() -> None:
    rules = (of("provider_down"), AlertRule("dear", "daily_cost > 0.5", 0.0))
    both = watch(*rules)
    both.record(call(0, unjudged=True, cost="0.60"))
    assert {event.rule.name for event in both.advance(NOON + 600)} == {"dear"}


@pytest.mark.parametrize(
    ("condition", "calls", "fires"),
    [
        ("requests >= 2", 2, True),
        ("requests_per_minute >= 0.4", 2, True),
        ("requests_per_minute > 0.4", 2, False),
        ("tokens_per_minute == 40", 2, True),
        ("time_to_first_token > 400ms", 1, True),
        ("cost_per_request == 0.01", 3, True),
        ("p95_response_time > 0.9", 2, True),
        ("p50_response_time == 1", 2, True),
        ("cancelled > 0", 2, False),
        ("unknown_costs > 0", 2, False),
        ("consecutive_failures > 0", 2, False),
        ("daily_cost > 0.019", 2, True),
    ],
)
def test_each_metric_counts_what_it_says(condition: str, calls: int, fires: bool) -> None:
    found = watch(AlertRule("rule", condition, 0.0))
    for number in range(calls):
        found.record(call(float(number)))
    events = found.advance(NOON + calls)
    assert any(isinstance(event, AlertFired) for event in events) is fires


def test_failures_in_a_row_are_broken_by_an_answer_alone() -> None:
    row = watch(AlertRule("row", "consecutive_failures >= 2", 0.0))
    row.record(call(0, ok=False))
    row.record(call(1, unjudged=True))
    row.record(call(2, ok=False, provider="groq"))
    row.record(call(3, ok=False))
    row.record(call(4))
    assert told(row.advance(NOON + 5)) == [
        ("fired", "row", None, 2.0),
        ("fired", "row", "openai", 3.0),
        ("cleared", "row", None, 4.0),
        ("cleared", "row", "openai", 4.0),
    ]


def test_whoever_looks_late_finds_the_times_at_which_it_happened() -> None:
    late, often = watch(), watch()
    seen: list[AlertEvent] = []
    for each in (late, often):
        for minute in range(10):
            each.record(call(60.0 * minute, ok=False, cost="0.30"))
    for second in range(0, 2000, 7):
        seen += often.advance(NOON + second)
    assert told(late.advance(NOON + 2000)) == told(seen + often.advance(NOON + 2000))


def test_the_next_change_is_when_something_can_change() -> None:
    down = watch(of("provider_down"))
    assert down.next_change() is None
    down.record(call(5, ok=False))
    assert down.next_change() == NOON + 5
    down.advance(NOON + 5)
    assert down.next_change() == NOON + 125
    down.advance(NOON + 125)
    assert down.next_change() == NOON + 305


def test_a_clock_that_is_set_back_is_waited_for() -> None:
    down = watch(of("provider_down"))
    down.record(call(0, ok=False))
    down.advance(NOON + 100)
    assert down.advance(NOON - 5000) == []
    assert down.now == NOON + 100


def test_a_call_that_comes_late_counts_from_now_on() -> None:
    row = watch(AlertRule("row", "failures > 0", 0.0))
    row.advance(NOON + 100)
    row.record(call(50, ok=False))
    assert told(row.advance(NOON + 100))[0] == ("fired", "row", None, 100.0)
    assert told(row.advance(NOON + 500))[0] == ("cleared", "row", None, 400.0)


def test_a_silenced_rule_is_tried_but_not_watched() -> None:
    silent = AlertRule("down", "success_rate == 0", 0.0, enabled=False)
    calls = [call(0, ok=False)]
    hushed = watch(silent)
    hushed.record(calls[0])
    assert hushed.advance(NOON + 1000) == []
    [overall, own] = try_rule([silent], calls, LIMITS, NOON + 1000, zone=UTC)
    assert (overall.provider, own.provider) == (None, "openai")
    assert (own.fired_at, own.cleared_at) == (NOON, NOON + 300)


def test_a_try_says_when_how_long_and_how_bad() -> None:
    rule = AlertRule("slow", "avg_response_time > 5", 0.0)
    calls = [call(0, latency=6), call(100, latency=10), call(900, latency=7)]
    found = try_rule([rule], calls, LIMITS, NOON + 1000, since=NOON + 450, zone=UTC)
    assert [(alert.provider, alert.fired_at - NOON, alert.cleared_at) for alert in found] == [
        (None, 900.0, None),
        ("openai", 900.0, None),
    ]
    everything = try_rule([rule], calls, LIMITS, NOON + 1000, zone=UTC)
    assert [alert.peak.value for alert in everything if alert.provider == "openai"] == [10.0, 7.0]


def test_days_begin_where_the_person_is() -> None:
    berlin = Calendar(ZoneInfo("Europe/Berlin"))
    assert berlin.day_of(NOON) == DAY
    # Clocks go back on 2026-10-25: that day has 25 hours.
    before = berlin.begin_of(date(2026, 10, 25))
    assert berlin.next_midnight(before) - before == 25 * 3600
    # In Beirut they go forward at midnight itself: the day begins at 1:00.
    beirut = Calendar(ZoneInfo("Asia/Beirut"))
    day = date(2026, 3, 29)
    begun = beirut.next_midnight(beirut.begin_of(day - timedelta(days=1)))
    assert beirut.day_of(begun) == day
    assert beirut.day_of(begun - 1) == day - timedelta(days=1)
