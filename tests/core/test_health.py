"""The breaker and its numbers, on a hand-moved clock."""

from __future__ import annotations

import pytest

from providers.errors import AuthFailed, ProviderError, RateLimited, Unavailable
from providers.health import FAILURES_TO_OPEN, BreakerState, HealthMonitor, Outcome, percentile


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def monitor(clock: Clock) -> HealthMonitor:
    return HealthMonitor(clock)


def fail(monitor: HealthMonitor, error: ProviderError, *, insist: bool = False) -> None:
    assert monitor.admit("p", insist=insist)
    monitor.record("p", Outcome(ok=False, latency=0.1, error_kind=error.kind), error)


def succeed(monitor: HealthMonitor, latency: float = 1.0, first: float = 0.2) -> None:
    assert monitor.admit("p")
    monitor.record("p", Outcome(ok=True, latency=latency, time_to_first_token=first))


def test_several_failures_in_a_row_open_it_and_one_probe_closes_it(
    monitor: HealthMonitor, clock: Clock
) -> None:
    for _ in range(FAILURES_TO_OPEN):
        assert monitor.may_call("p")
        fail(monitor, Unavailable("down"))
    assert monitor.health("p").state is BreakerState.OPEN
    assert not monitor.admit("p")
    clock.now += monitor.health("p").cooldown
    assert monitor.health("p").state is BreakerState.HALF_OPEN
    assert monitor.admit("p")
    assert not monitor.admit("p"), "one probe at a time"
    monitor.record("p", Outcome(ok=True, latency=1.0))
    assert monitor.health("p").state is BreakerState.CLOSED


def test_a_failed_probe_doubles_the_cooldown(monitor: HealthMonitor, clock: Clock) -> None:
    for _ in range(FAILURES_TO_OPEN):
        fail(monitor, Unavailable("down"))
    first = monitor.health("p").cooldown
    clock.now += first
    fail(monitor, Unavailable("still down"))
    assert monitor.health("p").cooldown == pytest.approx(2 * first)


def test_a_cancelled_probe_frees_its_place(monitor: HealthMonitor, clock: Clock) -> None:
    for _ in range(FAILURES_TO_OPEN):
        fail(monitor, Unavailable("down"))
    clock.now += monitor.health("p").cooldown
    assert monitor.admit("p")
    monitor.release("p")
    assert monitor.admit("p")


def test_retry_after_is_honoured_and_capped(monitor: HealthMonitor) -> None:
    fail(monitor, RateLimited("slow down", retry_after=38))
    assert monitor.health("p").cooldown == 38
    fail(monitor, RateLimited("for hours", retry_after=7200), insist=True)
    assert monitor.health("p").cooldown == 900


def test_the_latest_deadline_wins(monitor: HealthMonitor) -> None:
    fail(monitor, RateLimited("long", retry_after=60))
    fail(monitor, RateLimited("short", retry_after=5), insist=True)
    assert monitor.health("p").cooldown == 60


def test_a_rejected_key_cools_at_once_and_a_new_key_resets(monitor: HealthMonitor) -> None:
    fail(monitor, AuthFailed("bad key"))
    assert not monitor.may_call("p")
    monitor.reset("p")
    assert monitor.may_call("p")


def test_numbers_rest_on_answers_not_on_fast_failures(monitor: HealthMonitor) -> None:
    for latency in (1.0, 2.0, 3.0):
        succeed(monitor, latency, first=latency / 10)
    fail(monitor, Unavailable("down"))
    health = monitor.health("p")
    assert health.p50_latency == 2.0
    assert health.p50_time_to_first_token == pytest.approx(0.2)
    assert health.success_rate == 0.75
    assert health.errors == {"unavailable": 1}
    assert health.last_error == "down"


def test_unmeasured_is_unknown_and_not_zero(monitor: HealthMonitor) -> None:
    health = monitor.health("nobody")
    assert (health.success_rate, health.p50_latency) == (None, None)
    assert percentile([], 50) is None


def test_active_counts_calls_in_flight(monitor: HealthMonitor) -> None:
    monitor.admit("p")
    monitor.admit("p")
    assert monitor.health("p").active == 2
    monitor.release("p")
    assert monitor.health("p").active == 1
