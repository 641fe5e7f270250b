"""What became of an answer, as far as the person's doings tell."""

from __future__ import annotations

from enum import StrEnum


class AnswerOutcome(StrEnum):
    """What became of an answer. Where several things happened, the last one counts."""

    KEPT = "kept"
    """The person went on from it, preferred it in a comparison, or left it as it is."""
    REGENERATED = "regenerated"
    """Another answer to the same question took its place: asked for later, or preferred."""
    EDITED = "edited"
    """The question was replaced by another."""
    STOPPED = "stopped"
    """The person stopped it."""
    FAILED = "failed"
    """Nobody answered."""
    OPEN = "open"
    """Nothing is known yet, or ever: it is under way, young, compared without a verdict, or was
    cut off by the program's end."""

    @property
    def kept(self) -> bool | None:
        """Whether it counts as kept; None where that is not known."""
        return None if self is AnswerOutcome.OPEN else self is AnswerOutcome.KEPT
