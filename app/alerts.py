"""Alerts of the whole program: judged over the ledger, logged, and told to whoever shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.alert_record import AlertDuty, record
from app.alerts_text import entry_of
from providers.alerts.events import AlertCleared, AlertEvent, AlertFired
from providers.alerts.follow import Sleep, Wake
from providers.alerts.replay import replay
from providers.alerts.watch import AlertWatch
from storage.errors import DatabaseError

if TYPE_CHECKING:
    from providers.alerts.call_log import CallLog
    from storage.alert_calls import FinishedCalls
    from storage.alert_log import AlertEntry
    from storage.ledger import SqliteLedger
    from storage.reader import Reader

_AGAIN = 60.0  # seconds until a ledger that could not be used is tried again


@dataclass(frozen=True, slots=True)
class _Begun:
    """A watch that has caught up with the ledger, and how it came there."""

    watch: AlertWatch
    events: Sequence[AlertEvent]
    found: FinishedCalls


class AlertDesk:
    """Watches alerts while telex runs. It looks when a call ended, and when one can change.

    Calls are read from the ledger, so those of other processes count too. An alert is logged as
    of when it came due, once, however many processes see it.

    Args:
        ledger: calls come from here, alerts go there.
        reader: the same for a long look back.
        calls: tells when a call of this process has ended.
        duty: what to watch.
        tell: called in the event loop when alerts fired or cleared, and when ``firing`` changed.
        complain: told when the ledger cannot be used; watching goes on.
        sleep: waits for what no call brings about.
    """

    def __init__(
        self,
        ledger: SqliteLedger,
        reader: Reader,
        calls: CallLog,
        duty: AlertDuty,
        *,
        tell: Callable[[Sequence[AlertEvent]], None],
        complain: Callable[[DatabaseError], None],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._ledger = ledger
        self._reader = reader
        self._calls = calls
        self._duty = duty
        self._tell = tell
        self._complain = complain
        self._sleep = sleep
        self._watch = AlertWatch((), duty.limits)
        self._seen: frozenset[int] = frozenset()
        self._settled = 0
        self._begun = False
        self._complained = False

    @property
    def firing(self) -> tuple[AlertFired, ...]:
        """The alerts that are on, oldest first."""
        return self._watch.firing

    @property
    def judged_until(self) -> float:
        """How far it has come, in seconds since the epoch; -inf until it has begun."""
        return self._watch.now

    async def run(self) -> None:
        """Watch for ever; cancel it to stop."""
        wake = Wake()
        with self._calls.told(lambda _: wake.set()):
            while True:
                try:
                    await self._look()
                    at = self._watch.next_change()
                    self._complained = False
                except DatabaseError as error:
                    # What was not logged is judged anew, by the next call or in a while.
                    if not self._complained:
                        self._complain(error)
                    self._complained, self._begun = True, False
                    at = self._calls.now() + _AGAIN
                await wake.wait(None if at is None else at - self._calls.now(), self._sleep)

    async def _look(self) -> None:
        if not self._begun:
            await self._begin()
            return
        now = self._calls.now()  # before reading: whatever of ours ended by now is read then
        found = await self._ledger.finished_calls(self._settled)
        new = [call for number, call in found.calls.items() if number not in self._seen]
        if any(call.ended <= self._watch.now for call in new):
            # Another process was slow to say so: what was concluded without it may be wrong.
            await self._begin()
            return
        self._note(found)
        events = replay(self._watch, new, now)
        await self._log(events)
        if events:
            self._tell(events)

    async def _begin(self) -> None:
        """Judge anew all that the ledger says, and bring the log in line with it."""
        if not self._begun:
            await self._ledger.forget_old_alerts()
        logged = await asyncio.to_thread(self._reader.alerts_still_on)
        begun = await asyncio.to_thread(self._caught_up, logged)
        before = self._watch.now if self._begun else begun.watch.now
        self._watch, self._begun = begun.watch, True
        self._note(begun.found)
        news = [event for event in begun.events if event.at > before]
        await self._log(news)
        on = {(entry.rule, entry.provider) for entry in logged}
        # What nobody has logged yet came due while nobody, or another one, was looking.
        missing = [a for a in self.firing if (a.rule.name, a.provider) not in on and a not in news]
        await self._log(missing)
        await self._end_ghosts(logged, begun.events)
        if news or missing or self.firing or logged:
            self._tell([*missing, *news])

    async def _end_ghosts(self, logged: Sequence[AlertEntry], events: Sequence[AlertEvent]) -> None:
        """Log the end of alerts that were on when telex was left, and are no longer."""
        on = {(alert.rule.name, alert.provider) for alert in self.firing}
        for entry in logged:
            key = (entry.rule, entry.provider)
            if key in on:
                continue
            ends = (
                event.when
                for event in events
                if isinstance(event, AlertCleared)
                and (event.rule.name, event.provider) == key
                and event.when >= entry.fired_at
            )
            now = datetime.fromtimestamp(self._watch.now, UTC)
            await self._ledger.log_alert_cleared(*key, next(ends, max(now, entry.fired_at)))

    def _caught_up(self, logged: Sequence[AlertEntry]) -> _Begun:
        duty, now = self._duty, self._calls.now()
        # Far enough back to see the end of what was on when telex was left.
        looked_at = [now, *(entry.fired_at.timestamp() for entry in logged)]
        found = record(self._reader, min(map(duty.begin_of_record, looked_at)))
        watch = AlertWatch(duty.rules, duty.limits, zone=duty.zone)
        return _Begun(watch, replay(watch, found.calls.values(), now), found)

    def _note(self, found: FinishedCalls) -> None:
        self._settled = found.settled
        self._seen = frozenset(number for number in found.calls if number > found.settled)

    async def _log(self, events: Sequence[AlertEvent]) -> None:
        for event in events:
            match event:
                case AlertFired():
                    await self._ledger.log_alert(entry_of(event))
                case AlertCleared():
                    await self._ledger.log_alert_cleared(
                        event.rule.name, event.provider, event.when
                    )
