"""What arms are compared by."""

from __future__ import annotations

from enum import StrEnum


class Measure(StrEnum):
    """What arms are compared by."""

    RESPONSE_TIME = "response_time"
    """Seconds from the question to the last word, failed attempts included."""
    COST = "cost"
    """US dollars of an answer, failed attempts included."""
    KEPT = "kept"
    """The share of answers that were kept."""
    RATING = "rating"
    """What the person said of answers, 0 to 1."""
    QUALITY = "quality"
    """How good answers looked, 0 to 1."""

    @property
    def is_ratio(self) -> bool:
        """Whether arms differ by a factor, and not by a difference."""
        return self in (Measure.RESPONSE_TIME, Measure.COST)

    @property
    def label(self) -> str:
        """Its name for a person."""
        return self.value.replace("_", " ")
