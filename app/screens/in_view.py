"""Which of the answers under way are those of the conversation in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.live_answers import LiveAnswers

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.live_answer import LiveAnswer
    from app.screens.desk import Desk, Place


class InView:
    """Paints them on the path in view, and no others.

    Args:
        desk: the chat screen.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.answers = LiveAnswers()
        self._places: dict[LiveAnswer, Place] = {}

    def add(self, live: LiveAnswer, stop: Callable[[], None], place: Place) -> None:
        """An answer is being asked for.

        Args:
            live: the answer.
            stop: stops it.
            place: where it was asked for.
        """
        self.answers.add(live, stop)
        self._places[live] = place

    def remove(self, live: LiveAnswer) -> None:
        """An answer is over."""
        self.answers.remove(live)
        self._places.pop(live, None)

    def has(self, live: LiveAnswer) -> bool:
        """Whether an answer belongs to the conversation in view."""
        here = self._desk.here
        if live.conversation_id is not None:
            return live.conversation_id == here
        return self._places.get(live) is here

    def all(self) -> list[LiveAnswer]:
        """Return the answers of the conversation in view."""
        return [live for live in self.answers.all() if self.has(live)]

    def attach(self) -> None:
        """Paint what is under way on the path that is in view now."""
        transcript = self._desk.transcript
        shown = [live for live in self.all() if live.ids and transcript.shows(live.key)]
        for live in shown:
            live.attach(transcript)
        self._desk.panels.watch(shown[-1] if shown else None)

    def detach(self) -> None:
        """Another path comes into view: what is under way goes on out of sight."""
        for live in self.answers.all():
            live.detach()
