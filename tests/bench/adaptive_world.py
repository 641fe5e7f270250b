"""Simulated providers, and a person whose questions they answer: for the strategy ``adaptive``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from providers.adaptive.kind import Kind
from providers.adaptive.wishes import Adaptive
from providers.classify import Complexity, TaskKind

CHAT = Kind(TaskKind.CHAT, Complexity.SIMPLE)
CODE = Kind(TaskKind.CODE, Complexity.COMPLEX)
SUMMARY = Kind(TaskKind.SUMMARY, Complexity.MEDIUM)
TRANSLATION = Kind(TaskKind.TRANSLATION, Complexity.SIMPLE)
SHARES = {CHAT: 0.4, CODE: 0.25, SUMMARY: 0.2, TRANSLATION: 0.15}
"""How often each kind of question is asked."""
FAILS_AFTER = 1.0
"""Seconds until a call to a provider that is down has failed."""


@dataclass(frozen=True, slots=True)
class Maker:
    """One simulated provider, as it really is.

    Args:
        name: how it is called.
        prior: the quality everybody starts from, 0 to 1; it may be wrong.
        values: the share of its answers the person keeps, by kind.
        cost: US dollars for a question of usual size.
        seconds: until such an answer is whole.
        down: it answers nobody.
    """

    name: str
    prior: float
    values: Mapping[Kind, float]
    cost: float
    seconds: float
    down: bool = False

    def useful(self, kind: Kind, size: float, wishes: Adaptive) -> float:
        """Return what an answer is worth on average: what ``adaptive`` tries to find out."""
        price = self.cost * wishes.per_dollar + self.seconds * wishes.per_second
        return self.values[kind] - size * price


def _maker(name: str, prior: float, cost: float, seconds: float, values: Sequence[float]) -> Maker:
    return Maker(name, prior, dict(zip(SHARES, values, strict=True)), cost, seconds)


MAKERS = (
    _maker("grand", 0.90, 0.030, 9.0, (0.93, 0.92, 0.93, 0.93)),
    _maker("solid", 0.70, 0.006, 4.0, (0.88, 0.80, 0.80, 0.85)),
    _maker("quick", 0.50, 0.0006, 1.2, (0.84, 0.40, 0.70, 0.60)),
    _maker("brief", 0.55, 0.0015, 2.5, (0.70, 0.50, 0.90, 0.80)),
    _maker("small", 0.30, 0.0001, 0.8, (0.55, 0.20, 0.50, 0.50)),
)
"""They differ by kind of question, and one is better than its prior."""

World = Callable[[float], Sequence[Maker]]
"""The providers at a moment, from 0 (the beginning) to 1 (the end)."""


def stationary(_: float) -> Sequence[Maker]:
    """Nothing ever changes."""
    return MAKERS


def one_kind(_: float) -> Sequence[Maker]:
    """Nothing ever changes, and all questions are alike to everybody."""
    return tuple(_changed(each, values=dict.fromkeys(SHARES, each.values[CODE])) for each in MAKERS)


def changing(now: float) -> Sequence[Maker]:
    """What happens to providers within months."""
    grand, solid, quick, brief, small = MAKERS
    if now >= 1 / 3:  # the best at most things degrades
        solid = _changed(solid, values=dict(zip(SHARES, (0.60, 0.45, 0.55, 0.60), strict=True)))
    if now >= 0.5:  # a new version makes the cheapest good at code, and not bad elsewhere
        small = _changed(small, values=dict(zip(SHARES, (0.80, 0.85, 0.70, 0.65), strict=True)))
    if now >= 0.6:  # a price doubles
        grand = _changed(grand, cost=2 * grand.cost)
        brief = _changed(brief, cost=2 * brief.cost)
    if 0.7 <= now < 0.75:  # an outage
        quick = _changed(quick, down=True)
    return grand, solid, quick, brief, small


def unseen(seed: int) -> World:
    """Return a world made at random: six providers, and eight changes within it.

    Args:
        seed: which.
    """
    draw = Random(1_000 + seed)
    makers, events = {}, []
    for name in "abcdef":
        level = draw.uniform(0.4, 0.9)
        values = {kind: _share(level + draw.gauss(0.0, 0.15)) for kind in SHARES}
        cost, seconds = 10 ** draw.uniform(-4, -1.5), 10 ** draw.uniform(-0.1, 1.0)
        prior = _share(level + draw.gauss(0.0, 0.15))
        makers[name] = Maker(name, prior, values, cost, seconds)
    for when in sorted(draw.uniform(0.1, 0.95) for _ in range(8)):
        name, kind_of_change = draw.choice("abcdef"), draw.choice(["better", "price", "outage"])
        shift, factor = draw.uniform(-0.4, 0.4), draw.choice([0.5, 2.0, 3.0])
        events.append((when, name, kind_of_change, shift, factor))

    def world(now: float) -> Sequence[Maker]:
        found = dict(makers)
        for when, name, change, shift, factor in events:
            each = found[name]
            if now < when:
                break
            if change == "better":
                values = {kind: _share(value + shift) for kind, value in each.values.items()}
                found[name] = _changed(each, values=values)
            elif change == "price":
                found[name] = _changed(each, cost=factor * each.cost)
            elif now < when + 0.05:
                found[name] = _changed(each, down=True)
        return tuple(found.values())

    return world


def _share(value: float) -> float:
    return min(max(value, 0.02), 0.98)


def _changed(maker: Maker, **changes: object) -> Maker:
    return replace(maker, **changes)  # type: ignore[arg-type]  # fields of it


@dataclass(frozen=True, slots=True)
class Question:
    """One request, and the luck with each answer to it: the same for every strategy.

    Args:
        kind: what is asked.
        size: 1 is usual; cost and seconds grow with it.
        luck: 0 to 1; an answer is kept when its provider's share is above.
        rated: whether the person rates the answer.
        noise: a factor on the seconds it takes.
    """

    kind: Kind
    size: float
    luck: float
    rated: bool
    noise: float


@dataclass
class Person:
    """Asks questions, always the same ones for a seed."""

    seed: int
    _random: Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)

    def asks(self, count: int) -> list[Question]:
        """Return so many questions."""
        draw = self._random
        kinds = draw.choices(list(SHARES), list(SHARES.values()), k=count)
        return [
            Question(
                kind,
                draw.uniform(0.4, 1.6),
                draw.random(),
                draw.random() < 0.1,
                draw.lognormvariate(0.0, 0.3),
            )
            for kind in kinds
        ]
