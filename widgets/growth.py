"""What has arrived of an answer that is on its way."""

from __future__ import annotations

from collections.abc import Callable

from providers.sanitise import sanitise


class Growth:
    """Keeps what arrived until it is painted, and how long it is being waited for.

    Args:
        clock: monotonic seconds.
        label: who answers, while nothing else says it.
    """

    def __init__(self, clock: Callable[[], float], label: str) -> None:
        self.label = label
        self._clock = clock
        self._started = clock()
        self._text: list[str] = []
        self._reasoning: list[str] = []

    def add_text(self, delta: str) -> None:
        """A piece of the answer's text has arrived."""
        self._text.append(delta)

    def add_reasoning(self, delta: str) -> None:
        """A piece of the answer's reasoning has arrived."""
        self._reasoning.append(delta)

    def take(self) -> tuple[str, str]:
        """Return the text and the reasoning that arrived since the last time."""
        text, reasoning = "".join(self._text), "".join(self._reasoning)
        self._text.clear()
        self._reasoning.clear()
        return sanitise(text), sanitise(reasoning)

    def begin_again(self) -> None:
        """Somebody else answers: wait from now on."""
        self._started = self._clock()

    @property
    def elapsed(self) -> str:
        """How long it is being waited for, for the eye."""
        return f"{self._clock() - self._started:.0f} s"
