"""A replay over the record fires what a live watch fired, whenever the live one was looked at."""

from __future__ import annotations

from datetime import UTC, date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from providers.alerts.calls import CallOutcome, CallRecord
from providers.alerts.events import AlertCleared, AlertEvent, AlertFired
from providers.alerts.numbers import AlertLimits
from providers.alerts.replay import replay, try_rule
from providers.alerts.rules import DEFAULT_RULES, AlertRule
from providers.alerts.watch import AlertWatch
from tests.core.alerts import NOON

LIMITS = AlertLimits({"a": Decimal("0.10")}, {"b": Decimal("0.50")}, Decimal(1))
RULES = (
    *DEFAULT_RULES,
    AlertRule("row", "consecutive_failures >= 2", 0.0),
    AlertRule("busy", "requests_per_minute > 0.5 and not error_rate == 1", 30.0),
    AlertRule("quiet", "requests == 0", 450.0),
    AlertRule("month", "monthly_cost > monthly_limit", 0.0),
    AlertRule("tail", "p95_response_time > 12 or time_to_first_token > 2", 60.0),
)
UNTIL = NOON + 100_000.0

# Whole multiples of a quarter second meet each other often: calls that end together, or at the
# instant at which another leaves the window, are the hard cases.
moments = st.integers(0, 400).map(lambda n: NOON + 42_600.0 + n * 12.5)


@st.composite
def calls(draw: st.DrawFn) -> CallRecord:
    ended = draw(moments)
    return CallRecord(
        ended=ended,
        provider=draw(st.sampled_from("ab")),
        outcome=draw(st.sampled_from(CallOutcome)),
        day=date(2026, 11, 22 if ended < NOON + 43_200 else 23),
        latency=draw(st.sampled_from((0.1, 5.0, 30.3))),
        time_to_first_token=draw(st.sampled_from((None, 0.1, 3.0))),
        cost=draw(st.sampled_from((None, Decimal("0.03"), Decimal("0.2")))),
        tokens=draw(st.integers(0, 1000)),
    )


@settings(max_examples=80, deadline=None)
@given(record=st.lists(calls(), max_size=25), looks=st.lists(moments, max_size=40))
def test_when_somebody_looks_makes_no_difference(
    record: list[CallRecord], looks: list[float]
) -> None:
    live = AlertWatch(RULES, LIMITS, zone=UTC)
    fired: list[AlertEvent] = []
    waiting = sorted(record, key=lambda call: call.ended)
    for look in sorted(looks):
        while waiting and waiting[0].ended <= look:
            live.record(waiting.pop(0))
        fired += live.advance(look)
    for call in waiting:
        live.record(call)
    fired += live.advance(UNTIL)

    # In any order, and with every instant visited that the watch itself asks for.
    assert replay(AlertWatch(RULES, LIMITS, zone=UTC), reversed(record), UNTIL) == fired
    stepped = AlertWatch(RULES, LIMITS, zone=UTC)
    for call in record:
        stepped.record(call)
    one_by_one: list[AlertEvent] = []
    while (at := stepped.next_change()) is not None and at <= UNTIL:
        one_by_one += stepped.advance(at)
    assert one_by_one == fired

    tried = try_rule(RULES, record, LIMITS, UNTIL, zone=UTC)
    assert sorted(
        (alert.rule.name, alert.provider or "", alert.fired_at) for alert in tried
    ) == sorted((e.rule.name, e.provider or "", e.at) for e in fired if isinstance(e, AlertFired))
    check_each_alternates(fired)


def check_each_alternates(events: list[AlertEvent]) -> None:
    """Whatever happens, an alert fires once and clears once, and time goes forward."""
    on: dict[tuple[str, str | None], float] = {}
    assert [event.at for event in events] == sorted(event.at for event in events)
    for event in events:
        key = (event.rule.name, event.provider)
        if isinstance(event, AlertCleared):
            assert on.pop(key) == event.fired_at <= event.at
        else:
            assert key not in on
            on[key] = event.at
