"""The health monitor in any order of events, against a simple account of calls."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from providers.errors import (
    AuthFailed,
    ModelNotFound,
    ProviderError,
    RateLimited,
    Refused,
    Unavailable,
)
from providers.learning.health import Admission, BreakerState, HealthMonitor, Outcome
from tests.core.clock import Clock

ERRORS = st.sampled_from(
    [
        Unavailable("down"),
        AuthFailed("no"),
        ModelNotFound("who?"),
        Refused("no"),
        RateLimited("slow"),
        RateLimited("slow", retry_after=38),
    ]
)
MODELS = st.sampled_from(["a", "b"])


class MonitorMachine(RuleBasedStateMachine):
    """Two models of one provider."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.monitor = HealthMonitor(self.clock)
        self.open: list[Admission] = []
        self.probes: set[Admission] = set()
        self.called: set[str] = set()
        self.recorded = 0

    @rule(seconds=st.floats(0, 200))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule(model=MODELS, insist=st.booleans())
    def call(self, model: str, *, insist: bool) -> None:
        whole = self.monitor.health("p").state
        own = self.monitor.health("p", model).state
        free = self.monitor.may_call("p", model)
        admission = self.monitor.admit("p", model, insist=insist)
        assert (admission is not None) == (free or insist)
        if own is BreakerState.OPEN:
            assert not free
        if own is BreakerState.CLOSED:
            assert free
            assert whole is BreakerState.CLOSED or model not in self.called
        if own is BreakerState.HALF_OPEN and free:
            rivals = [probe for probe in self.probes if probe.model == model]
            assert not rivals, "two probes of one model"
        if admission is not None:
            self.open.append(admission)
            self.called.add(model)
            if own is not BreakerState.CLOSED and free:
                self.probes.add(admission)

    def end(self, data: st.DataObject) -> Admission:
        admission = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
        self.probes.discard(admission)
        return admission

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        admission = self.end(data)
        self.monitor.record(admission, Outcome(ok=True, latency=1.0))
        self.recorded += 1
        if self.monitor.health("p", admission.model).state is BreakerState.CLOSED:
            self.probes = {probe for probe in self.probes if probe.model != admission.model}

    @precondition(lambda self: self.open)
    @rule(data=st.data(), error=ERRORS)
    def fail(self, data: st.DataObject, error: ProviderError) -> None:
        admission = self.end(data)
        for _ in range(2):  # the second time must change nothing
            self.monitor.record(
                admission, Outcome(ok=False, latency=0.1, error_kind=error.kind), error
            )
        self.recorded += error.counts_against_health

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        self.monitor.release(self.end(data))

    @invariant()
    def calls_are_accounted_for(self) -> None:
        for model in ("a", "b"):
            active = sum(admission.model == model for admission in self.open)
            assert self.monitor.health("p", model).active == active
        assert self.monitor.health("p").requests <= self.recorded

    @invariant()
    def it_can_be_called_again_once_all_is_settled_and_cooled(self) -> None:
        if not self.open:
            now = self.clock.now
            self.clock.now += 1000.0
            assert self.monitor.may_call("p", "a")
            assert self.monitor.may_call("p", "b")
            self.clock.now = now


TestMonitorMachine = MonitorMachine.TestCase
