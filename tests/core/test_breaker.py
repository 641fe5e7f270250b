"""One breaker: when it opens, for how long, and whose word closes it."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from providers.errors import (
    AuthFailed,
    ModelNotFound,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    Unavailable,
)
from providers.learning.breaker import (
    FAILURES_TO_OPEN,
    FIRST_COOLDOWN,
    LONGEST_COOLDOWN,
    MODEL_NOT_FOUND_COOLDOWN,
    RETRY_AFTER_CAP,
    Breaker,
    BreakerState,
    Ticket,
)

DOWN = Unavailable("down")


def opened(now: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(FAILURES_TO_OPEN):
        breaker.fail(breaker.enter(), DOWN, now)
    return breaker


def test_failures_in_a_row_open_it_and_a_success_between_them_starts_over() -> None:
    breaker = Breaker()
    for _ in range(FAILURES_TO_OPEN - 1):
        breaker.fail(breaker.enter(), DOWN, 0.0)
    breaker.succeed(breaker.enter())
    for _ in range(FAILURES_TO_OPEN - 1):
        breaker.fail(breaker.enter(), DOWN, 0.0)
    assert breaker.state(0.0) is BreakerState.CLOSED
    breaker.fail(breaker.enter(), DOWN, 0.0)
    assert breaker.state(0.0) is BreakerState.OPEN


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (RateLimited("slow"), 15.0),
        (RateLimited("slow", retry_after=1.5), 1.5),
        (RateLimited("slow", retry_after=7200), RETRY_AFTER_CAP),
        (AuthFailed("no"), 60.0),
        (QuotaExhausted("empty"), 60.0),
        (ModelNotFound("who?"), MODEL_NOT_FOUND_COOLDOWN),
        (Unavailable("maintenance", retry_after=40), 40.0),
        (DOWN, 0.0),
    ],
)
def test_what_one_failure_does(error: ProviderError, seconds: float) -> None:
    breaker = Breaker()
    breaker.fail(breaker.enter(), error, 50.0)
    assert breaker.cooldown(50.0) == seconds


def test_the_cooldown_doubles_to_a_longest_and_a_success_starts_it_over() -> None:
    breaker, now, seen = opened(), 0.0, []
    for _ in range(2000):  # a week of probes must not overflow either
        seen.append(breaker.cooldown(now))
        now += breaker.cooldown(now)
        breaker.fail(breaker.enter(), DOWN, now)
    assert seen[:8] == [5, 10, 20, 40, 80, 160, LONGEST_COOLDOWN, LONGEST_COOLDOWN]
    assert seen[-1] == LONGEST_COOLDOWN
    now += LONGEST_COOLDOWN
    breaker.succeed(breaker.enter())
    for _ in range(FAILURES_TO_OPEN):
        breaker.fail(breaker.enter(), DOWN, now)
    assert breaker.cooldown(now) == FIRST_COOLDOWN


def test_only_the_probe_frees_the_probes_place() -> None:
    breaker = Breaker()
    early = breaker.enter()
    for _ in range(FAILURES_TO_OPEN):
        breaker.fail(breaker.enter(), DOWN, 0.0)
    now = FIRST_COOLDOWN
    probe = breaker.enter()
    assert not breaker.admits(now)
    breaker.leave(early)
    assert not breaker.admits(now), "the call that ended was not the probe"
    breaker.leave(probe)
    assert breaker.admits(now)


def test_a_success_from_before_the_failures_closes_nothing() -> None:
    breaker = Breaker()
    early = breaker.enter()
    breaker.fail(breaker.enter(), RateLimited("slow", retry_after=38), 0.0)
    breaker.succeed(early)
    assert breaker.cooldown(0.0) == 38


def test_failures_from_before_the_opening_make_it_no_longer() -> None:
    breaker = Breaker()
    crowd = [breaker.enter() for _ in range(20)]
    for ticket in crowd:
        breaker.fail(ticket, DOWN, 0.0)
    assert breaker.cooldown(0.0) == FIRST_COOLDOWN


def test_a_retry_after_told_late_is_honoured_all_the_same() -> None:
    breaker = Breaker()
    early = breaker.enter()
    breaker.fail(breaker.enter(), RateLimited("slow", retry_after=5), 0.0)
    breaker.fail(early, RateLimited("slower", retry_after=60), 1.0)
    assert breaker.cooldown(1.0) == 60


def test_one_that_insists_while_open_is_the_probe() -> None:
    breaker = opened()
    insisting = breaker.enter()
    assert not breaker.admits(FIRST_COOLDOWN), "the one that insisted is still under way"
    breaker.succeed(insisting)
    assert breaker.state(FIRST_COOLDOWN) is BreakerState.CLOSED


def test_failed_checks_open_it_but_never_hold_it_open() -> None:
    breaker = Breaker()
    for _ in range(FAILURES_TO_OPEN):
        breaker.fail_check(DOWN, 0.0)
    assert breaker.cooldown(0.0) == FIRST_COOLDOWN
    breaker.fail_check(DOWN, 4.0)
    assert breaker.cooldown(4.0) == 1.0, "while open it is no news"
    probe = breaker.enter()
    breaker.fail_check(DOWN, 6.0)
    breaker.succeed(probe)
    assert breaker.state(6.0) is BreakerState.CLOSED, "the probe decides"


ERRORS = st.one_of(
    st.just(DOWN),
    st.just(AuthFailed("no")),
    st.builds(
        lambda seconds: RateLimited("slow", retry_after=seconds),
        st.one_of(st.none(), st.floats(0, 2000)),
    ),
)


class BreakerMachine(RuleBasedStateMachine):
    """Random calls in random order against what must always hold."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker()
        self.now = 100.0
        self.open: list[Ticket] = []
        self.passed_while_not_closed: set[Ticket] = set()
        self.deadline = 0.0

    def until(self) -> float:
        return self.now + self.breaker.cooldown(self.now)

    @rule(seconds=st.floats(0, 400))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(insist=st.booleans())
    def call(self, *, insist: bool) -> None:
        state = self.breaker.state(self.now)
        admitted = self.breaker.admits(self.now)
        if state is BreakerState.OPEN:
            assert not admitted
        if state is BreakerState.CLOSED:
            assert admitted
        if state is BreakerState.HALF_OPEN and admitted:
            assert not self.passed_while_not_closed & set(self.open), "two probes"
        if not (admitted or insist):
            return
        ticket = self.breaker.enter()
        self.open.append(ticket)
        # One that only insisted past a probe is none itself.
        if state is not BreakerState.CLOSED and admitted:
            self.passed_while_not_closed.add(ticket)

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        ticket = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
        self.breaker.succeed(ticket)
        if self.breaker.state(self.now) is BreakerState.CLOSED:
            self.deadline = 0.0
            self.passed_while_not_closed.clear()

    @precondition(lambda self: self.open)
    @rule(data=st.data(), error=ERRORS)
    def fail(self, data: st.DataObject, error: ProviderError) -> None:
        ticket = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
        self.breaker.fail(ticket, error, self.now)
        asked = min(error.retry_after or 0.0, RETRY_AFTER_CAP)
        assert self.until() >= self.now + asked - 1e-6

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        state = self.breaker.state(self.now)
        self.breaker.leave(self.open.pop(data.draw(st.integers(0, len(self.open) - 1))))
        assert self.breaker.state(self.now) is state

    @rule(error=ERRORS)
    def check(self, error: ProviderError) -> None:
        self.breaker.fail_check(error, self.now)

    @invariant()
    def the_deadline_only_moves_on(self) -> None:
        if self.breaker.state(self.now) is BreakerState.OPEN:
            assert self.until() >= self.deadline - 1e-6
            self.deadline = self.until()
        assert self.breaker.cooldown(self.now) <= RETRY_AFTER_CAP + 1e-6

    @invariant()
    def when_nobody_calls_the_probes_place_is_free(self) -> None:
        if not self.open:
            assert self.breaker.admits(self.until() + 1e-3)


TestBreakerMachine = BreakerMachine.TestCase
