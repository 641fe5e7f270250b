"""The part of the ledger that concerns alerts: the calls they rest on, and their log."""

from __future__ import annotations

from datetime import datetime

from storage import alert_calls, alert_log
from storage.alert_calls import FinishedCalls
from storage.alert_log import AlertEntry
from storage.conversation_writes import ConversationWrites


class AlertWrites(ConversationWrites):
    """What a watch over alerts reads and writes, in the writer's thread."""

    async def finished_calls(self, behind: int) -> FinishedCalls:
        """Return the calls that have ended, those whose end is being written now too.

        Args:
            behind: what an earlier look said was ``settled``; only attempts after that count.
        """
        return await self._writer.read(lambda db: alert_calls.finished_calls(db, behind=behind))

    async def log_alert(self, entry: AlertEntry) -> bool:
        """Log that an alert fired; return False when another process has done so already."""
        return await self._writer.run(lambda db: alert_log.fire(db, entry))

    async def log_alert_cleared(self, rule: str, provider: str | None, at: datetime) -> bool:
        """Log that an alert is over; return whether it was on."""
        return await self._writer.run(lambda db: alert_log.clear(db, rule, provider, at))

    async def forget_old_alerts(self) -> None:
        """Drop what has been over for longer than ``alert_log.KEPT``."""
        await self._writer.run(lambda db: alert_log.forget(db, now=self._clock()))
