"""From configured providers to ranked candidates: the numbers behind a routing decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import log, sqrt
from typing import TYPE_CHECKING

from providers.acceptance import obstacle
from providers.base import Provider
from providers.classify import TaskKind, classify
from providers.config import Kind, LocalConfig, ProviderConfig
from providers.errors import ContextTooLong
from providers.learning.allowance import AllowanceBook
from providers.learning.estimate import RequestSize
from providers.learning.health import HealthMonitor, Speed
from providers.learning.priors import prior_latency
from providers.messages import AttachmentKind, ChatRequest
from providers.routing.choice import NO_KEY, Candidate, Shortage
from providers.routing.plan import NO_LIMITS, Limits, NoRoom, Planner
from providers.routing.turnstile import Turnstile

if TYPE_CHECKING:
    from providers.learning.quality import QualityBook

_PRIOR_CALLS = 1.0
"""What the prior weighs beside measured calls."""
_CURIOSITY = 0.4
_MOST_CURIOUS = 0.9
_UNMEASURED = Speed()


@dataclass(frozen=True, slots=True)
class Senses:
    """Where the numbers come from."""

    planner: Planner
    monitor: HealthMonitor
    quality: QualityBook
    turnstile: Turnstile
    allowances: AllowanceBook


@dataclass(frozen=True, slots=True)
class Facts:
    """What is the same for all candidates of one request.

    Args:
        size: the request, measured.
        prefixes: tokens that each candidate may have in its prompt cache.
        limits: by provider.
        calls: recent calls of all candidates together.
        attached: the kinds of what is attached.
    """

    size: RequestSize
    prefixes: Mapping[tuple[str, str], int]
    limits: Mapping[str, Limits]
    calls: float
    attached: frozenset[AttachmentKind]


def build_candidates(
    configs: Sequence[tuple[ProviderConfig, Provider | None]],
    request: ChatRequest,
    facts: Facts,
    senses: Senses,
) -> list[Candidate]:
    """Return one candidate per provider and model, with what speaks for and against it.

    Args:
        configs: one entry per model; the adapter is None where the provider has no key.
        request: what is to be answered.
        facts: what is known of it.
        senses: where the rest comes from.
    """
    only_text = not facts.attached and not request.uses_tools
    knows = senses.quality.knows_tasks
    task = classify(request, facts.size.tokens).task if knows else None
    return [
        _candidate(config, adapter, request, facts, senses, only_text=only_text, task=task)
        for config, adapter in configs
    ]


def _candidate(
    config: ProviderConfig,
    adapter: Provider | None,
    request: ChatRequest,
    facts: Facts,
    senses: Senses,
    *,
    only_text: bool,
    task: TaskKind | None,
) -> Candidate:
    name, model = config.name, config.model
    quality = senses.quality.quality(config, model, task)
    if adapter is None:
        return Candidate(
            name, model, None, prior_latency(config), False, quality.value, blocked=NO_KEY
        )
    cost: Decimal | None = None
    output = 0
    shortage: Shortage | None = None
    blocked = None if only_text else obstacle(config, request)
    if blocked is None:
        try:
            plan = senses.planner.outlook(
                config,
                request,
                facts.limits.get(name, NO_LIMITS),
                size=facts.size,
                prefix_tokens=facts.prefixes.get((name, model), 0),
            )
            cost, output = plan
        except (NoRoom, ContextTooLong) as error:
            blocked = error.message
            shortage = error.shortage if isinstance(error, NoRoom) else None
    speed, may_call = senses.monitor.outlook(name, model)
    free_in: float | None = None
    if blocked is None and not may_call:
        free_in = senses.monitor.health(name, model).cooldown
        blocked = f"cooling down {free_in:.0f} s" if free_in > 0 else "being probed"
    room = senses.allowances.room((name, model), surely(facts.size.tokens))
    if blocked is None and room.wait != 0:
        free_in, blocked = room.wait, room.words
    seconds = predicted_seconds(config, speed, output)
    load = senses.turnstile.load(name)
    return Candidate(
        provider=name,
        model=model,
        predicted_cost=cost,
        predicted_latency=seconds,
        latency_measured=speed.weight >= _PRIOR_CALLS / 2,
        quality=quality.value,
        blocked=blocked,
        last_resort=is_last_resort(config),
        latency_score=_score(seconds, speed, facts.calls),
        quality_words=quality.words,
        active=load.active,
        queued=load.queued,
        recent=speed.calls,
        free_in=free_in,
        strained=room.strained,
        shortage=shortage,
    )


def surely(tokens: int) -> int:
    """Return the least an estimate of input tokens may mean: it is off by a quarter easily."""
    return int(tokens / 1.25)


def predicted_seconds(config: ProviderConfig, speed: Speed, output_tokens: int) -> float:
    """Return the seconds until an answer of that length is whole.

    Time to first token plus tokens times seconds per token, as measured lately; with few or old
    measurements it leans on the prior, so that what was measured long ago is forgotten.
    """
    prior = prior_latency(config)
    if speed.latency is None:
        return prior
    told = speed.latency
    if speed.time_to_first_token is not None and speed.seconds_per_token is not None:
        told = speed.time_to_first_token + output_tokens * speed.seconds_per_token
    return (speed.weight * told + _PRIOR_CALLS * prior) / (speed.weight + _PRIOR_CALLS)


def _score(seconds: float, speed: Speed, calls: float) -> float:
    """Return what ``latency`` ranks by: expected seconds, failures reckoned in, less a bonus.

    A call that fails has cost its time and must be made again elsewhere, so failing fast gains
    nothing. The bonus is the confidence term of UCB1 (Auer, Cesa-Bianchi, Fischer, "Finite-time
    Analysis of the Multiarmed Bandit Problem", Machine Learning 47, 2002), as a share of the
    prediction: the less a candidate was called among all calls, the sooner it is tried.
    """
    reliable = speed.success / _UNMEASURED.success
    bonus = min(_MOST_CURIOUS, _CURIOSITY * sqrt(log(1.0 + calls) / (1.0 + speed.calls)))
    return seconds / max(reliable, 0.01) * (1.0 - bonus)


def is_last_resort(config: ProviderConfig) -> bool:
    """Whether this provider stands behind all others."""
    return config.kind is Kind.LOCAL and isinstance(config, LocalConfig) and config.last_resort
