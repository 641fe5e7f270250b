"""Saves an answer while it streams, so that a crash loses a quarter of a second at most."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.ledger import SqliteLedger

SAVE_EVERY = 0.25
"""Seconds between two saves of a streaming answer."""


class ProgressSaver:
    """Collects the deltas of one exchange and writes the text so far on a timer.

    The timer runs only while there is something unsaved, so that the last words before a stall
    are saved too. One save is under way at a time.

    Args:
        ledger: where to save.
        exchange_id: whose answer.
        every: seconds between saves.
    """

    def __init__(
        self, ledger: SqliteLedger, exchange_id: int, *, every: float = SAVE_EVERY
    ) -> None:
        self._ledger = ledger
        self._exchange_id = exchange_id
        self._every = every
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._timer: asyncio.TimerHandle | None = None
        self._saving: asyncio.Task[None] | None = None

    @property
    def text(self) -> str:
        """The answer so far."""
        return "".join(self._text)

    @property
    def reasoning(self) -> str:
        """The reasoning so far."""
        return "".join(self._reasoning)

    def restart(self) -> None:
        """Begin anew: another attempt answers from the start (the ledger keeps the partial)."""
        self._text.clear()
        self._reasoning.clear()

    def add_text(self, text: str) -> None:
        """Collect a piece of the answer."""
        self._text.append(text)
        self._schedule()

    def add_reasoning(self, text: str) -> None:
        """Collect a piece of the reasoning."""
        self._reasoning.append(text)
        self._schedule()

    async def aclose(self) -> None:
        """Stop the timer and wait for a save under way. Safe to call twice."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._saving is not None:
            await self._saving

    def _schedule(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._every, self._save)

    def _save(self) -> None:
        self._timer = None
        if self._saving is not None and not self._saving.done():
            self._schedule()
            return
        self._saving = asyncio.create_task(
            self._ledger.save_progress(self._exchange_id, self.text, self.reasoning)
        )
