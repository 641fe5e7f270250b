"""The signals of an answer, computed on the spot: no model, no network, no state.

Fast enough for the event loop: a tenth of a millisecond for a short answer. See ``docs/quality.md``
for what each signal looks for, its sources, and how often it is right.
"""

from __future__ import annotations

from providers.events import FinishKind, StreamFinished
from providers.messages import ChatRequest
from providers.quality.assessment import FLAWLESS, Assessment, assessment_of
from providers.quality.completeness import empty, truncated
from providers.quality.form import missing_format
from providers.quality.question import read_question
from providers.quality.refusal import refusal
from providers.quality.repetition import repetition
from providers.quality.support import unsupported
from providers.quality.wrong_language import wrong_language

_DECLINED = frozenset({FinishKind.REFUSAL, FinishKind.CONTENT_FILTER})
"""Ends of a stream that may bring no text: that is no surprise on top."""


def assess(request: ChatRequest, text: str, finish: StreamFinished) -> Assessment:
    """Return how good an answer looks.

    Args:
        request: what was asked; its last message of the user is the question.
        text: the answer.
        finish: how its stream ended.
    """
    if finish.kind is FinishKind.TOOL_CALLS:
        return FLAWLESS  # the answer is a call: whoever takes it can tell
    if finish.kind not in _DECLINED:
        nothing = empty(text)
        if nothing is not None:
            return assessment_of([nothing])
    question = read_question(request)
    declined = refusal(question, text, finish)
    if declined is not None:
        return assessment_of([declined])  # a refusal has no form, and cites nobody
    loop = repetition(question, text)
    # What goes round in circles ends anywhere: that is one fault, not two.
    cut = None if loop and finish.kind is not FinishKind.LENGTH else truncated(text, finish)
    found = (
        loop,
        cut,
        wrong_language(question, text),
        missing_format(question, text),
        unsupported(request, question, text),
    )
    return assessment_of(signal for signal in found if signal is not None)
