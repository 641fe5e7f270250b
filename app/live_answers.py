"""Every answer that is under way, in whatever conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.live_answer import LiveAnswer


class LiveAnswers:
    """Knows them, and how to stop each."""

    def __init__(self) -> None:
        self._stops: dict[LiveAnswer, Callable[[], None]] = {}

    def add(self, live: LiveAnswer, stop: Callable[[], None]) -> None:
        """An answer is being asked for.

        Args:
            live: the answer.
            stop: stops it.
        """
        self._stops[live] = stop

    def remove(self, live: LiveAnswer) -> None:
        """An answer is over."""
        self._stops.pop(live, None)

    def stop(self, live: LiveAnswer) -> None:
        """Stop an answer; what there is of it is kept."""
        if live in self._stops:
            self._stops[live]()

    def all(self) -> tuple[LiveAnswer, ...]:
        """Return all of them, the one asked for first at the front."""
        return tuple(self._stops)

    def of(self, conversation_id: int | None) -> tuple[LiveAnswer, ...]:
        """Return those of a conversation that is in the ledger."""
        if conversation_id is None:
            return ()
        return tuple(live for live in self._stops if live.conversation_id == conversation_id)
