"""The calls of one exchange that are under way: one, or two while a backup races."""

from __future__ import annotations

from providers.events import AttemptStarted


class Underway:
    """Knows whose answer is to be expected."""

    def __init__(self) -> None:
        self._calls: dict[int, AttemptStarted] = {}

    @property
    def leader(self) -> AttemptStarted | None:
        """The call that began first of those left: with two of them nobody has spoken yet."""
        return next(iter(self._calls.values()), None)

    def start(self, event: AttemptStarted) -> None:
        """A call begins."""
        self._calls[event.position] = event

    def end(self, position: int) -> None:
        """A call has failed, or lost."""
        self._calls.pop(position, None)
