"""Why ``adaptive`` chose as it did, in words for the person."""

from __future__ import annotations

from providers.adaptive.beliefs import Record
from providers.adaptive.kind import Kind
from providers.adaptive.trials import Allowance
from providers.billing.money import format_usd
from providers.routing.choice import Candidate


def usefulness_words(useful: float, candidate: Candidate, record: Record, kind: Kind) -> str:
    """Return words such as ``0.83 for code (kept 17 of 20, $0.0021, 2.1 s)``."""
    decided = record.decided.get(kind.task, 0)
    seen = f"kept {record.kept.get(kind.task, 0)} of {decided}" if decided else "no answers yet"
    cost = candidate.predicted_cost
    price = "no price is known" if cost is None else format_usd(cost)
    about = "" if kind.task is None else f" for {kind.task.words}"
    return f"{useful:.2f}{about} ({seen}, {price}, {candidate.predicted_latency:.1f} s)"


def trial_words(name: str, count: int, kind: Kind, allowance: Allowance) -> str:
    """Return words such as ``trying groq for code: 3 answers so far; 2 of 9 requests were tries``.

    Args:
        name: who is tried.
        count: how many answers there are so far.
        kind: the kind of question.
        allowance: what was tried so far.
    """
    about = "" if kind.task is None else f" for {kind.task.words}"
    answers = {0: "no answers", 1: "1 answer"}.get(count, f"{count} answers")
    return f"trying {name}{about}: {answers} so far; {_tries(allowance)}"


def with_tries(words: str, allowance: Allowance) -> str:
    """Return the words of whoever is believed best, and how often others were tried."""
    return f"{words}; {_tries(allowance)}" if allowance.tried else words


def _tries(allowance: Allowance) -> str:
    requests, tried = allowance.requests, allowance.tried
    return f"{tried} of {requests} requests {'was a try' if tried == 1 else 'were tries'}"
