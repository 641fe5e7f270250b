"""How good an answer looks, in words: a mark below it, and all reasons where one looks closer."""

from __future__ import annotations

from providers.quality.assessment import Assessment, SignalKind
from providers.sanitise import sanitise_line

_WORTH_A_MARK = 0.75
"""The score below which the person is told without asking."""


def quality_mark(assessment: Assessment | None, *, cut: bool = False) -> str:
    """Return the mark for an answer's footer, such as ``quality 0.3: repeats itself``.

    Args:
        assessment: what is thought of the answer, None where nobody looked.
        cut: the footer says already that it was cut off.
    """
    if assessment is None:
        return ""
    left = assessment.without(SignalKind.TRUNCATED) if cut else assessment
    if not left.signals or left.score >= _WORTH_A_MARK:
        return ""
    return sanitise_line(f"quality {left.score:.1f}: {left.signals[0].words}")


def quality_words(assessment: Assessment) -> str:
    """Return the score with every reason, and what each of them takes."""
    if not assessment.signals:
        return f"{assessment.score:.2f}, nothing wrong was found"
    reasons = (f"{s.words} (takes {s.severity:.0%})" for s in assessment.signals)
    return sanitise_line(f"{assessment.score:.2f}: {'; '.join(reasons)}")
