"""What the library's user says of a reply, to who learns from it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from providers.adaptive.book import AnswerId
from providers.learning.outcomes import AnswerOutcome

if TYPE_CHECKING:
    from providers.reply import Reply
    from providers.routing.router_parts import RouterParts


def note_rating(parts: RouterParts, reply: Reply, score: float) -> None:
    """Take in a rating, 0 to 1, as far as the answer is remembered."""
    answer = _answer(reply)
    fate = parts.adaptive.fate_of(answer)
    if fate is not None:
        parts.adaptive.change(answer, replace(fate, rating=score))


def note_outcome(parts: RouterParts, reply: Reply, outcome: AnswerOutcome) -> bool:
    """Take in what became of an answer; False when it is not remembered."""
    answer, said = _answer(reply), reply.response_metadata
    fate = parts.adaptive.fate_of(answer)
    if fate is None:
        return False
    if fate.outcome.kept is None:  # the counts only grow: what was said first counts
        if outcome is AnswerOutcome.KEPT:
            parts.metrics.keep(said["provider"], said["request_model"])
        elif outcome is AnswerOutcome.REGENERATED:
            parts.metrics.regenerate(said["provider"], said["request_model"])
    return parts.adaptive.change(answer, replace(fate, outcome=outcome))


def _answer(reply: Reply) -> AnswerId:
    return AnswerId(None, reply.response_metadata["attempt_id"])
