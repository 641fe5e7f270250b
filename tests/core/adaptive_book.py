"""A book that was told of answers, and candidates to rank with it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from providers.adaptive.book import AdaptiveBook, AnswerId
from providers.adaptive.evidence import Fate
from providers.adaptive.kind import Kind
from providers.adaptive.wishes import Adaptive
from providers.classify import Complexity, TaskKind
from providers.config import Strategy
from providers.learning.outcomes import AnswerOutcome
from providers.routing.choice import Candidate, Policy
from providers.routing.ranking import Ranking, rank

KEPT, REGENERATED = AnswerOutcome.KEPT, AnswerOutcome.REGENERATED
CODE = Kind(TaskKind.CODE, Complexity.COMPLEX)
CHAT = Kind(TaskKind.CHAT, Complexity.SIMPLE)
TODAY = date(2026, 3, 1)
NO_TRIES = Adaptive(explore_share=0.0)


def candidate(
    name: str, cost: str | None = "0.001", seconds: float = 2.0, quality: float = 0.6
) -> Candidate:
    price = None if cost is None else Decimal(cost)
    return Candidate(name, "m", price, seconds, latency_measured=True, quality=quality)


def policy(kind: Kind = CODE) -> Policy:
    return Policy(Strategy.ADAPTIVE, task=kind.task, complexity=kind.complexity)


def ranked(
    book: AdaptiveBook,
    candidates: list[Candidate],
    wishes: Adaptive = NO_TRIES,
    kind: Kind = CODE,
    today: date = TODAY,
) -> Ranking:
    return rank(*book.judge(candidates, policy(kind), wishes, today))


def first(book: AdaptiveBook, candidates: list[Candidate], kind: Kind = CODE) -> str:
    return ranked(book, candidates, kind=kind).order[0].provider


class Teller:
    """Tells a book one answer after the other."""

    def __init__(self, book: AdaptiveBook) -> None:
        self.book = book
        self.count = 0

    def tell(self, name: str, outcome: AnswerOutcome, times: int = 1, kind: Kind = CODE) -> None:
        for _ in range(times):
            self.count += 1
            self.book.tell(AnswerId(self.count), (name, "m"), kind, Fate(outcome))


BEST, NEW = candidate("best", "0.002", quality=0.7), candidate("new", "0.003", quality=0.6)
