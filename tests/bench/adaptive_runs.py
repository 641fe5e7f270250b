"""Contenders on simulated providers: who is asked, and what it loses.

Every choice goes through the real ``AdaptiveBook`` and the real ``rank``. What counts is the
expected usefulness of each choice below that of the best possible one, added up: the pseudo-regret
of Bubeck and Cesa-Bianchi, "Regret Analysis of Stochastic and Nonstochastic Multi-armed Bandit
Problems", Foundations and Trends in Machine Learning 5, 2012, section 1.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from providers.adaptive.book import AdaptiveBook, AnswerId
from providers.adaptive.evidence import Fate
from providers.adaptive.trials import Trial
from providers.adaptive.wishes import Adaptive
from providers.classify import Classification
from providers.config import CustomConfig, Strategy
from providers.learning.outcomes import AnswerOutcome
from providers.learning.quality import QualityBook
from providers.routing.choice import Candidate, Favourite, Policy
from providers.routing.ranking import rank
from tests.bench.adaptive_world import (
    FAILS_AFTER,
    MAKERS,
    Maker,
    Person,
    Question,
    World,
)

REQUESTS = 3_000
SEEDS = range(20)
_A_DAY = 60
"""Requests."""
_BREAKS_AFTER = 3
_COOLS_DOWN = 30
_DAY_ONE = date(2026, 1, 1)


@dataclass(frozen=True)
class Contender:
    """A way to choose: a strategy, or the same provider always.

    Args:
        name: how it is called.
        strategy: what ranks; ``dynamic`` chooses among the others by the question.
        always: who is asked whatever happens, None for nobody.
        wishes: for ``adaptive``.
        book: makes what ``adaptive`` learns in.
    """

    name: str
    strategy: Strategy
    always: str | None = None
    wishes: Adaptive = field(default_factory=Adaptive)
    book: Callable[[float], AdaptiveBook] = AdaptiveBook

    def policy(self, question: Question) -> Policy:
        """Return what a question goes by."""
        strategy = self.strategy
        if strategy is Strategy.DYNAMIC:
            kind = question.kind
            assert kind.task is not None
            assert kind.complexity is not None
            strategy = Classification(kind.task, kind.complexity, "").yardstick
        favourite = Favourite(self.always, None, "always") if self.always else None
        return Policy(
            strategy,
            favourite=favourite,
            task=question.kind.task,
            complexity=question.kind.complexity,
        )


ADAPTIVE = Contender("adaptive", Strategy.ADAPTIVE)


def fixed(makers: Sequence[Maker]) -> list[Contender]:
    """Return a contender for each provider, who always asks it."""
    return [Contender(f"always {each.name}", Strategy.MANUAL, each.name) for each in makers]


FIXED = fixed(MAKERS)
STRATEGIES = [
    Contender(each.value, each)
    for each in (Strategy.COST, Strategy.LATENCY, Strategy.QUALITY, Strategy.DYNAMIC)
]


@dataclass
class Run:
    """What came of one contender's run.

    Args:
        regret: below the best possible, added up, after each request.
        asked: who was asked first, request by request.
        tries: how many were tries.
        most_spent: US dollars of the dearest day of tries.
    """

    regret: list[float] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    tries: int = 0
    most_spent: Decimal = Decimal(0)


@dataclass
class _State:
    """What a contender has learned, as telex would have."""

    contender: Contender
    book: AdaptiveBook
    quality: QualityBook = field(default_factory=QualityBook)
    configs: dict[str, CustomConfig] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    back_at: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    @classmethod
    def at_first(cls, contender: Contender, makers: Sequence[Maker]) -> _State:
        """Return what is known before the first question: priors, and how long answers take."""
        state = cls(contender, contender.book(contender.wishes.memory))
        for each in makers:
            state.seconds[each.name] = each.seconds
            state.configs[each.name] = CustomConfig(
                name=each.name, model="m", base_url="http://x", quality=each.prior
            )
        return state

    def candidates(self, makers: Sequence[Maker], size: float, now: int) -> list[Candidate]:
        return [self._candidate(maker, size, now) for maker in makers]

    def _candidate(self, maker: Maker, size: float, now: int) -> Candidate:
        blocked = "cooling down" if now < self.back_at[maker.name] else None
        return Candidate(
            maker.name,
            "m",
            Decimal(str(round(maker.cost * size, 9))),
            self.seconds[maker.name] * size,
            latency_measured=True,
            quality=self.quality.quality(self.configs[maker.name]).value,
            blocked=blocked,
        )

    def learn(self, number: int, maker: Maker, question: Question) -> None:
        """Take in what the person does with the answer."""
        kept = question.luck < maker.values[question.kind]
        outcome = AnswerOutcome.KEPT if kept else AnswerOutcome.REGENERATED
        rating = float(kept) if question.rated else None
        if rating is not None:
            self.quality.rate(maker.name, "m", rating)
        fate = Fate(outcome, rating)
        self.book.tell(AnswerId(number), (maker.name, "m"), question.kind, fate)
        self.seconds[maker.name] += 0.1 * (
            maker.seconds * question.noise - self.seconds[maker.name]
        )

    def called(self, maker: Maker, now: int) -> None:
        """Take in whether it answered; who fails again and again is left alone for a while."""
        self.book.call_ended((maker.name, "m"), ok=not maker.down)
        self.failed[maker.name] = self.failed[maker.name] + 1 if maker.down else 0
        if self.failed[maker.name] >= _BREAKS_AFTER:
            self.back_at[maker.name] = now + _COOLS_DOWN


def run(world: World, contender: Contender, seed: int, requests: int = REQUESTS) -> Run:
    """Let a contender choose for a person's questions."""
    state = _State.at_first(contender, world(0.0))
    done, lost = Run(), 0.0
    for now, question in enumerate(Person(seed).asks(requests)):
        makers = world(now / requests)
        by_name = {maker.name: maker for maker in makers}
        today = _DAY_ONE + timedelta(days=now // _A_DAY)
        order, policy = _order(state, makers, question, now, today)
        done.asked.append(order[0])
        done.tries += isinstance(policy.favourite, Trial)
        done.most_spent = max(done.most_spent, state.book.allowance.spent)
        worth = 0.0
        for name in order:
            maker = by_name[name]
            state.called(maker, now)
            if not maker.down:
                worth += maker.useful(question.kind, question.size, contender.wishes)
                state.learn(now, maker, question)
                break
            worth -= FAILS_AFTER * contender.wishes.per_second
        best = max(
            m.useful(question.kind, question.size, contender.wishes) for m in makers if not m.down
        )
        lost += best - worth
        done.regret.append(lost)
    return done


def _order(
    state: _State, makers: Sequence[Maker], question: Question, now: int, today: date
) -> tuple[list[str], Policy]:
    candidates: Sequence[Candidate] = state.candidates(makers, question.size, now)
    policy = state.contender.policy(question)
    if policy.strategy is Strategy.ADAPTIVE:
        wishes = state.contender.wishes
        candidates, policy = state.book.judge(candidates, policy, wishes, today)
        assert state.book.begin(policy, wishes, today)
    return [each.provider for each in rank(candidates, policy).order], policy


def regrets(
    world: World,
    contenders: Iterable[Contender],
    seeds: Sequence[int] = SEEDS,
    requests: int = REQUESTS,
) -> dict[str, list[float]]:
    """Return the regret of each contender at the end, one number for each seed."""
    return {
        contender.name: [run(world, contender, seed, requests).regret[-1] for seed in seeds]
        for contender in contenders
    }
