"""What became of an answer, as a number: how good it was to the person, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from providers.learning.outcomes import AnswerOutcome

RATING = 2.0
"""What a rating weighs, beside an answer the person merely went on from. Our choice: they said it
in as many words."""
FLAWED = 0.5
"""What a worthless answer weighs about which the person has said nothing yet. A flawless one says
nothing: its signals tell what is wrong, never that it is good."""
QUICK_STOP = 2.0
"""Seconds: who stops sooner, before a word came, meant their own question."""
_VALUES: dict[AnswerOutcome, tuple[float, float]] = {
    AnswerOutcome.KEPT: (1.0, 1.0),
    # Another answer was wanted: this one was no good, but may have been read.
    AnswerOutcome.REGENERATED: (0.1, 1.0),
    # The question was changed: it may have been the question's fault as well.
    AnswerOutcome.EDITED: (0.4, 0.5),
    AnswerOutcome.STOPPED: (0.3, 0.5),
}
_QUICKLY_STOPPED = (0.3, 0.05)
_NOTHING_SAID = frozenset({AnswerOutcome.OPEN, AnswerOutcome.FAILED})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one answer says of who gave it.

    Args:
        value: 0 (useless) to 1 (faultless).
        weight: in answers that were kept; 0 says nothing.
        kept: whether the person went on from it, None where that is open.
    """

    value: float
    weight: float
    kept: bool | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """All that is known of what became of an answer.

    Args:
        outcome: what the person did with it. That nobody answered says nothing of an answer; it
            is learned call by call.
        rating: 0 to 1, None without one.
        quality: the score its signals gave it, 0 to 1 (see ``providers.quality``); None where
            nobody looked.
        quickly: it was stopped within ``QUICK_STOP`` seconds, before a word came.
    """

    outcome: AnswerOutcome = AnswerOutcome.OPEN
    rating: float | None = None
    quality: float | None = None
    quickly: bool = False

    @property
    def evidence(self) -> Evidence:
        """What it says.

        A rating is the person's own word and stands for all the rest. Otherwise what they did
        counts, times the score of its signals.
        """
        quality = 1.0 if self.quality is None else self.quality
        if self.outcome in _NOTHING_SAID:
            if self.rating is not None:
                return Evidence(self.rating, RATING)
            wrong = 1.0 - quality if self.outcome is AnswerOutcome.OPEN else 0.0
            return Evidence(quality, FLAWED * wrong)
        kept = self.outcome is AnswerOutcome.KEPT
        if self.rating is not None:
            return Evidence(self.rating, RATING, kept)
        if self.quickly and self.outcome is AnswerOutcome.STOPPED:
            value, weight = _QUICKLY_STOPPED
        else:
            value, weight = _VALUES[self.outcome]
        return Evidence(value * quality, weight, kept)
