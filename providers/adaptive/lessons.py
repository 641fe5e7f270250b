"""What ``adaptive`` learns from a request by itself: who answered, who failed, how it looks."""

from __future__ import annotations

from providers.adaptive.book import AdaptiveBook, AnswerId
from providers.adaptive.evidence import Fate
from providers.adaptive.kind import Kind
from providers.errors import BadRequest, BudgetExceeded, Busy, ContextTooLong
from providers.events import AttemptFailed, Completed, RouterEvent
from providers.messages import ChatRequest
from providers.routing.choice import Policy

NOT_THE_MODELS = (BadRequest, BudgetExceeded, Busy, ContextTooLong)
"""Failures that say nothing about the model: the request's, or our own."""


class AnswerLessons:
    """Tells a book how requests went.

    Args:
        book: learns.
    """

    def __init__(self, book: AdaptiveBook) -> None:
        self._book = book

    def learn(self, event: RouterEvent, request: ChatRequest, policy: Policy) -> None:
        """Take in one event of a request.

        Args:
            event: what happened.
            request: what was asked.
            policy: what it went by, with the kind of question as far as somebody looked.
        """
        match event:
            case AttemptFailed(error=error) if not isinstance(error, NOT_THE_MODELS):
                self._book.call_ended((event.provider, event.model), ok=False)
            case Completed(cached=False):
                key = (event.provider, event.model)
                self._book.call_ended(key, ok=True)
                known = Kind(policy.task, policy.complexity)
                quality = event.assessment.score if event.assessment else None
                self._book.tell(
                    answer_id(request, event.attempt_id),
                    key,
                    known if policy.task else Kind(event.task),
                    Fate(quality=quality),
                )
            case _:
                pass


def answer_id(request: ChatRequest, attempt_id: int | None) -> AnswerId:
    """Return what tells an answer from all others."""
    if request.exchange_id is not None:
        return AnswerId(request.exchange_id)
    return AnswerId(None, attempt_id)
