"""Breakers and numbers of providers and their models, on a hand-moved clock."""

from __future__ import annotations

import threading

import pytest

from providers.errors import (
    AuthFailed,
    ModelNotFound,
    ProviderError,
    RateLimited,
    Refused,
    Unavailable,
)
from providers.learning.health import (
    FAILURES_TO_OPEN,
    Admission,
    BreakerState,
    HealthMonitor,
    Outcome,
    percentile,
)
from providers.learning.speed import HALF_LIFE
from tests.core.clock import Clock

DOWN = Unavailable("down")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def monitor(clock: Clock) -> HealthMonitor:
    return HealthMonitor(clock)


def admitted(monitor: HealthMonitor, model: str = "m", *, insist: bool = False) -> Admission:
    admission = monitor.admit("p", model, insist=insist)
    assert admission is not None
    return admission


def settle(monitor: HealthMonitor, admission: Admission, error: ProviderError) -> None:
    monitor.record(admission, Outcome(ok=False, latency=0.1, error_kind=error.kind), error)


def fail(
    monitor: HealthMonitor, error: ProviderError, model: str = "m", *, insist: bool = False
) -> None:
    settle(monitor, admitted(monitor, model, insist=insist), error)


def succeed(
    monitor: HealthMonitor, latency: float = 1.0, first: float = 0.2, model: str = "m"
) -> None:
    outcome = Outcome(ok=True, latency=latency, time_to_first_token=first, output_tokens=10)
    monitor.record(admitted(monitor, model), outcome)


def break_it(monitor: HealthMonitor) -> None:
    for _ in range(FAILURES_TO_OPEN):
        fail(monitor, DOWN)


def test_several_failures_in_a_row_open_it_and_one_probe_closes_it(
    monitor: HealthMonitor, clock: Clock
) -> None:
    for _ in range(FAILURES_TO_OPEN):
        assert monitor.may_call("p", "m")
        fail(monitor, DOWN)
    assert monitor.health("p").state is BreakerState.OPEN
    assert monitor.admit("p", "m") is None
    clock.now += monitor.health("p").cooldown
    assert monitor.health("p").state is BreakerState.HALF_OPEN
    probe = admitted(monitor)
    assert monitor.admit("p", "m") is None, "one probe at a time"
    monitor.record(probe, Outcome(ok=True, latency=1.0))
    assert monitor.health("p").state is BreakerState.CLOSED


def test_a_failed_probe_doubles_the_cooldown(monitor: HealthMonitor, clock: Clock) -> None:
    break_it(monitor)
    first = monitor.health("p").cooldown
    clock.now += first
    fail(monitor, Unavailable("still down"))
    assert monitor.health("p").cooldown == pytest.approx(2 * first)


def test_a_cancelled_probe_frees_its_place(monitor: HealthMonitor, clock: Clock) -> None:
    break_it(monitor)
    clock.now += monitor.health("p").cooldown
    monitor.release(admitted(monitor))
    assert monitor.may_call("p", "m")


def test_two_models_of_one_provider_share_one_probe(monitor: HealthMonitor, clock: Clock) -> None:
    break_it(monitor)
    assert not monitor.may_call("p", "other"), "an outage concerns every model"
    clock.now += monitor.health("p").cooldown
    probe = admitted(monitor, "other")
    assert monitor.admit("p", "m") is None
    monitor.release(probe)
    assert monitor.may_call("p", "m")


def test_a_rate_limit_concerns_one_model(monitor: HealthMonitor, clock: Clock) -> None:
    fail(monitor, RateLimited("slow down", retry_after=38))
    assert monitor.health("p").cooldown == 38
    assert not monitor.may_call("p", "m")
    assert monitor.may_call("p", "other")
    succeed(monitor, model="other")
    assert monitor.health("p").state is BreakerState.CLOSED, "the other model answers"
    assert monitor.health("p", "m").state is BreakerState.OPEN
    assert monitor.health("p", "m").last_error == "slow down"
    clock.now += 38
    assert monitor.may_call("p", "m")


def test_retry_after_is_capped_and_the_latest_deadline_wins(monitor: HealthMonitor) -> None:
    fail(monitor, RateLimited("long", retry_after=60))
    fail(monitor, RateLimited("short", retry_after=5), insist=True)
    assert monitor.health("p").cooldown == 60
    fail(monitor, RateLimited("for hours", retry_after=7200), insist=True)
    assert monitor.health("p").cooldown == 900


def test_an_unknown_model_is_left_alone_and_harms_no_rate(
    monitor: HealthMonitor, clock: Clock
) -> None:
    succeed(monitor, model="real")
    fail(monitor, ModelNotFound("no such model"), "typo")
    assert not monitor.may_call("p", "typo")
    assert monitor.may_call("p", "real")
    assert monitor.health("p").success_rate == 1.0
    assert monitor.health("p", "typo").requests == 0
    assert monitor.health("p", "typo").last_error == "no such model"
    clock.now += 600
    assert monitor.may_call("p", "typo")


def test_a_refusal_is_like_a_release(monitor: HealthMonitor) -> None:
    for _ in range(FAILURES_TO_OPEN):
        fail(monitor, Refused("I would rather not"))
    health = monitor.health("p")
    assert (health.state, health.requests, health.active) == (BreakerState.CLOSED, 0, 0)
    assert health.last_error is None


def test_a_rejected_key_cools_at_once_and_a_new_key_resets(monitor: HealthMonitor) -> None:
    succeed(monitor)
    fail(monitor, AuthFailed("bad key"))
    assert not monitor.may_call("p", "other")
    monitor.reset("p")
    health = monitor.health("p")
    assert monitor.may_call("p", "m")
    assert (health.last_error, health.success_rate) == (None, 1.0)
    assert monitor.total_calls() == pytest.approx(1.0)


def test_what_an_old_key_brings_back_moves_nothing(monitor: HealthMonitor) -> None:
    with_old_key = admitted(monitor)
    monitor.reset("p")
    settle(monitor, with_old_key, AuthFailed("bad key"))
    health = monitor.health("p")
    assert monitor.may_call("p", "m")
    assert (health.active, health.last_error, health.requests) == (0, None, 0)


def test_a_success_from_before_the_outage_closes_nothing_and_hides_nothing(
    monitor: HealthMonitor,
) -> None:
    early = admitted(monitor)
    break_it(monitor)
    monitor.record(early, Outcome(ok=True, latency=30.0))
    assert monitor.health("p").state is BreakerState.OPEN
    assert monitor.health("p").last_error == "down"


def test_settling_twice_changes_nothing(monitor: HealthMonitor) -> None:
    admission = admitted(monitor)
    monitor.record(admission, Outcome(ok=True, latency=1.0))
    settle(monitor, admission, AuthFailed("late"))
    monitor.release(admission)
    health = monitor.health("p")
    assert (health.active, health.requests, health.state) == (0, 1, BreakerState.CLOSED)
    settle(HealthMonitor(), admission, AuthFailed("of another monitor"))


def test_numbers_rest_on_answers_not_on_fast_failures(monitor: HealthMonitor) -> None:
    for latency in (1.0, 2.0, 3.0):
        succeed(monitor, latency, first=latency / 10)
    fail(monitor, DOWN)
    health = monitor.health("p")
    assert (health.p50_latency, health.mean_latency) == (2.0, 2.0)
    assert health.p50_time_to_first_token == pytest.approx(0.2)
    assert health.mean_time_to_first_token == pytest.approx(0.2)
    assert (health.success_rate, health.error_rate) == (0.75, 0.25)
    assert health.errors == {"unavailable": 1}
    assert health.last_error == "down"
    assert health.tokens_per_second == pytest.approx(30 / 5.4)


def test_the_provider_is_its_models_together(monitor: HealthMonitor, clock: Clock) -> None:
    succeed(monitor, 1.0, model="a")
    succeed(monitor, 3.0, model="b")
    assert monitor.health("p").mean_latency == 2.0
    assert monitor.health("p", "b").mean_latency == 3.0
    assert monitor.health("p").requests_per_minute == 2
    clock.now += 61
    assert monitor.health("p").requests_per_minute == 0
    assert monitor.health("p").requests == 2
    clock.now += 3600
    assert (monitor.health("p").requests, monitor.health("p").p50_latency) == (0, None)


def test_a_caller_cannot_change_what_is_kept(monitor: HealthMonitor) -> None:
    fail(monitor, DOWN)
    monitor.health("p").errors.clear()
    assert monitor.health("p").errors == {"unavailable": 1}


def test_unmeasured_is_unknown_and_not_zero(monitor: HealthMonitor) -> None:
    health = monitor.health("nobody")
    assert (health.success_rate, health.p50_latency, health.last_check_ok) == (None, None, None)
    assert monitor.may_call("nobody", "m")
    assert monitor.speed("nobody", "m").weight == 0
    assert percentile([], 50) is None


def test_active_counts_calls_in_flight(monitor: HealthMonitor) -> None:
    first = admitted(monitor, "a")
    admitted(monitor, "b")
    assert monitor.health("p").active == 2
    monitor.release(first)
    assert (monitor.health("p").active, monitor.health("p", "a").active) == (1, 0)


def test_history_informs_and_fades(monitor: HealthMonitor) -> None:
    answers = [
        Outcome(ok=True, latency=2.0, time_to_first_token=0.5, age=HALF_LIFE),
        Outcome(ok=True, latency=4.0, time_to_first_token=0.5),
    ]
    monitor.warm_up("p", "m", answers)
    assert monitor.speed("p", "m").weight == pytest.approx(1.5)
    assert monitor.total_calls() == pytest.approx(1.5)
    assert monitor.health("p").requests == 2


def test_total_calls_is_the_sum_over_candidates(monitor: HealthMonitor, clock: Clock) -> None:
    for model in ("a", "b", "c"):
        succeed(monitor, model=model)
        clock.now += 400
    fail(monitor, DOWN, "b")
    expected = sum(monitor.speed("p", model).calls for model in ("a", "b", "c"))
    assert monitor.total_calls() == pytest.approx(expected)


def test_a_failed_check_counts_for_the_breaker_and_in_no_rate(
    monitor: HealthMonitor, clock: Clock
) -> None:
    monitor.note_check("p", AuthFailed("bad key"), 0.3)
    clock.now += 7
    health = monitor.health("p")
    assert not monitor.may_call("p", "m")
    assert (health.requests, health.last_error) == (0, "bad key")
    assert health.last_check_ok is False
    assert (health.last_check_age, health.last_check_latency) == (7, 0.3)


def test_a_good_check_closes_nothing(monitor: HealthMonitor) -> None:
    fail(monitor, DOWN)
    monitor.note_check("p", None, 0.1)
    assert monitor.health("p").last_error is None
    for _ in range(FAILURES_TO_OPEN - 1):
        fail(monitor, DOWN)
    assert monitor.health("p").state is BreakerState.OPEN, "the first failure still counts"
    monitor.note_check("p", None, 0.1)
    health = monitor.health("p")
    assert (health.state, health.last_error) == (BreakerState.OPEN, "down")
    assert health.last_check_ok is True


def test_many_threads_leave_nothing_behind() -> None:
    monitor = HealthMonitor()

    def work() -> None:
        for index in range(300):
            admission = monitor.admit("p", f"m{index % 3}", insist=True)
            assert admission is not None
            monitor.health("p")
            if index % 5:
                monitor.record(admission, Outcome(ok=True, latency=0.1))
            else:
                monitor.release(admission)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert monitor.health("p").active == 0
    assert monitor.total_calls() == pytest.approx(8 * 240, rel=0.05)
