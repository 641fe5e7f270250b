"""The machine behind alerts: fed with calls, moved by a clock that somebody else reads.

It knows at which instants anything can change (a call ends, a call leaves the window, a duration
comes due, a day begins) and stops at each of them. So whoever moves it late, or in other steps,
gets the same alerts at the same times: a replay of a record fires what a live watch fired.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo
from itertools import count

from providers.alerts.calendar import Calendar
from providers.alerts.calls import CallRecord
from providers.alerts.events import AlertEvent, AlertFired
from providers.alerts.metrics import METRICS
from providers.alerts.numbers import WINDOW, AlertLimits, Numbers
from providers.alerts.rules import AlertRule
from providers.alerts.track import Track

_NEVER = float("-inf")


class _Scope:
    """One provider, or all of them: its numbers and the rules over them."""

    def __init__(
        self, rules: Sequence[AlertRule], limits: AlertLimits, provider: str | None
    ) -> None:
        if provider is None:
            self.numbers = Numbers(limits.daily_budget, limits.monthly_budget)
        else:
            self.numbers = Numbers(limits.daily.get(provider), limits.monthly.get(provider))
        self.tracks = [Track(rule, provider) for rule in rules]

    def due(self, now: float) -> bool:
        return any(track.due is not None and track.due <= now for track in self.tracks)


class AlertWatch:
    """Judges rules over calls, for each provider and for all together (``None``).

    Nothing is known before the first call, of all or of a provider. Instants are seconds since
    the epoch. Not for several threads at once.

    Args:
        rules: those to judge; the silenced ones are not.
        limits: the cost limits that conditions may speak of.
        zone: the person's time zone, in which days begin; None is this system's.
    """

    def __init__(
        self,
        rules: Sequence[AlertRule],
        limits: AlertLimits | None = None,
        *,
        zone: tzinfo | None = None,
    ) -> None:
        self.now = _NEVER
        """How far the watch has come."""
        self._rules = tuple(rule for rule in rules if rule.enabled)
        self._limits = limits or AlertLimits()
        self._calendar = Calendar(zone)
        self._daily = any(METRICS[n].by_the_day for r in self._rules for n in r.checked.names)
        self._to_come: list[tuple[float, str, int, CallRecord]] = []
        self._order = count()
        self._scopes: dict[str | None, _Scope] = {}
        self._next_day = _NEVER

    @property
    def firing(self) -> tuple[AlertFired, ...]:
        """The alerts that are on, oldest first."""
        on = [track.fired for track in self._tracks() if track.fired is not None]
        return tuple(sorted(on, key=lambda alert: alert.at))

    def record(self, call: CallRecord) -> None:
        """Take in a call; it counts from its end on.

        One that ended at or before ``now`` comes late: it counts from ``now`` on, and a replay
        that has it in time may differ. So take in all calls that ended, then advance.
        """
        late = call.ended <= self.now
        timely = replace(call, ended=self.now) if late else call
        # Of calls that end together the answers come first, in whatever order they are told.
        entry = (timely.ended, timely.outcome.value, next(self._order), timely)
        heapq.heappush(self._to_come, entry)

    def advance(self, now: float) -> list[AlertEvent]:
        """Come to ``now`` and return what happened on the way, in order.

        An earlier ``now`` than before changes nothing: a clock that is set back is waited for.
        """
        events: list[AlertEvent] = []
        while (at := self.next_change()) is not None and at <= now:
            events += self._step(at)
        self.now = max(self.now, now)
        return events

    def next_change(self) -> float | None:
        """Return the next instant at which anything can change without another call."""
        if not self._scopes:
            return self._to_come[0][0] if self._to_come else None
        moments = [track.due for track in self._tracks() if track.due is not None]
        if self._to_come:
            moments.append(self._to_come[0][0])
        if oldest := self._scopes[None].numbers.calls:
            moments.append(oldest[0].ended + WINDOW)
        if self._daily:
            moments.append(self._next_day)
        return min(moments, default=None)

    def _step(self, at: float) -> Iterator[AlertEvent]:
        changed = {*self._expire(at), *self._admit(at)}
        if at >= self._next_day:
            self._next_day = self._calendar.next_midnight(at)
            day = self._calendar.day_of(at)
            for scope in self._scopes.values():
                scope.numbers.day = day
            changed |= self._scopes.keys()
        changed |= {name for name, scope in self._scopes.items() if scope.due(at)}
        self.now = max(self.now, at)
        for name in sorted(changed, key=lambda name: name or ""):
            scope = self._scopes[name]
            for track in scope.tracks:
                event = track.see(scope.numbers, at)
                if event is not None:
                    yield event

    def _expire(self, at: float) -> Iterator[str | None]:
        """Let the calls leave whose time is over; yield whose numbers changed."""
        if not self._scopes:
            return
        everybody = self._scopes[None].numbers
        while everybody.calls and everybody.calls[0].ended + WINDOW <= at:
            provider = everybody.calls[0].provider
            everybody.leave()
            self._scopes[provider].numbers.leave()
            yield from (None, provider)

    def _admit(self, at: float) -> Iterator[str | None]:
        """Let the calls in that have ended; yield whose numbers changed."""
        while self._to_come and self._to_come[0][0] <= at:
            *_, call = heapq.heappop(self._to_come)
            for name in (None, call.provider):
                self._scope(name, at).numbers.enter(call)
                yield name

    def _scope(self, name: str | None, at: float) -> _Scope:
        found = self._scopes.get(name)
        if found is None:
            found = self._scopes[name] = _Scope(self._rules, self._limits, name)
            found.numbers.day = self._calendar.day_of(at)
        return found

    def _tracks(self) -> Iterator[Track]:
        return (track for scope in self._scopes.values() for track in scope.tracks)
