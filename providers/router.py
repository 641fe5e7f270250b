"""The router: many providers behind one, each step visible as an event."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from providers.attempt import Attempt
from providers.base import Provider
from providers.candidates import Limits, Planner, build_candidates
from providers.config import ProviderConfig, Strategy
from providers.errors import (
    AllProvidersFailed,
    BudgetExceeded,
    FailedAttempt,
    ProviderError,
    RateLimited,
    Unavailable,
)
from providers.events import (
    AttemptFailed,
    Completed,
    RetryScheduled,
    RouteChosen,
    RouterEvent,
)
from providers.messages import ChatRequest
from providers.multi_config import MultiLLMConfig
from providers.ranking import NO_KEY, Candidate, Policy, Ranking, rank
from providers.router_parts import RouteOptions, RouterParts

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@dataclass(slots=True)
class _Walk:
    """Where one request is on its way along the chain."""

    failures: list[FailedAttempt] = field(default_factory=list)
    position: int = 0
    spent: Decimal | None = Decimal(0)
    estimated: bool = False

    def add_cost(self, attempt: Attempt) -> None:
        cost = attempt.cost
        self.spent = None if cost is None or self.spent is None else self.spent + cost
        self.estimated = self.estimated or attempt.usage.estimated


class Router:
    """Ranks the providers for each request and walks the fallback chain.

    Two models are never spliced into one answer: when a stream breaks after text was shown,
    ``AttemptFailed`` carries the partial, and the next provider answers from the start.

    Args:
        config: strategy, chain, limits and patience.
        providers: the adapters, by name; those of ``config`` that are missing have no key.
        parts: collaborators.
    """

    def __init__(
        self,
        config: MultiLLMConfig,
        providers: Mapping[str, Provider],
        parts: RouterParts | None = None,
    ) -> None:
        self.config = config
        self.parts = parts or RouterParts()
        self._providers = dict(providers)
        self._configs = {c.name: c for c in config if c.name in self._providers}
        self._planner = Planner(self.parts.prices, self.parts.estimator)

    async def stream(
        self, request: ChatRequest, options: RouteOptions | None = None
    ) -> AsyncIterator[RouterEvent]:
        """Answer ``request``; the last event is ``Completed``.

        Raises:
            AllProvidersFailed: lists every attempt and why it failed.
        """
        policy = self.policy(options or RouteOptions())
        ranking = await self.rank(request, policy)
        if not ranking.order:
            raise AllProvidersFailed((), advice=ranking.reason)
        first = ranking.order[0]
        yield RouteChosen(
            first.provider, first.model, policy.strategy.value, ranking.reason, ranking.views
        )
        walk = _Walk()
        for index, candidate in enumerate(ranking.order):
            rest = ranking.order[index + 1 :]
            walker = cast("AsyncGenerator[RouterEvent]", self._ask(candidate, rest, request, walk))
            async with aclosing(walker):
                async for event in walker:
                    yield event
                    if isinstance(event, Completed):
                        return
        raise AllProvidersFailed(walk.failures)

    async def rank(self, request: ChatRequest, policy: Policy | None = None) -> Ranking:
        """Return who would answer ``request`` and why, without calling anyone."""
        policy = policy or self.policy(RouteOptions())
        limits = {name: await self._limits(name) for name in self._configs}
        candidates = build_candidates(
            list(self._configs.values()),
            request,
            planner=self._planner,
            monitor=self.parts.monitor,
            limits=limits,
        )
        candidates += [_without_key(c) for c in self.config if c.name not in self._configs]
        return rank(candidates, policy)

    def policy(self, options: RouteOptions) -> Policy:
        """Return the configured policy as ``options`` change it."""
        named = options.provider is not None
        strategy = options.strategy or self.config.routing_strategy
        return Policy(
            # Naming a provider is the manual strategy, whatever is configured.
            strategy=Strategy.MANUAL if named else strategy,
            primary=options.provider or self.config.primary_provider,
            fallback_order=tuple(self.config.fallback_providers),
            enable_fallback=self.config.enable_fallback,
        )

    async def _ask(
        self,
        candidate: Candidate,
        rest: Sequence[Candidate],
        request: ChatRequest,
        walk: _Walk,
    ) -> AsyncIterator[RouterEvent]:
        """Ask one provider, with its retries; ends with ``Completed`` or with its failures."""
        retry = 0
        while True:
            if not self.parts.monitor.admit(candidate.provider, insist=retry > 0):
                gone = Unavailable("is cooling down", provider=candidate.provider)
                walk.failures.append(FailedAttempt(candidate.provider, candidate.model, gone))
                return
            walk.position += 1
            attempt: Attempt | None = None
            try:
                attempt = await self._prepare(candidate, request, walk.position)
                events = cast("AsyncGenerator[RouterEvent]", attempt.run())
                async with aclosing(events):
                    async for event in events:
                        yield event
                walk.add_cost(attempt)
                yield _completed(candidate, attempt, walk)
            except ProviderError as error:
                walk.failures.append(FailedAttempt(candidate.provider, candidate.model, error))
                if attempt is not None and attempt.attempt_id is not None:
                    walk.add_cost(attempt)
                retry += 1
                delay = self._retry_delay(retry, error, rest)
                follower = candidate if delay is not None else next(iter(rest), None)
                yield _failed(candidate, attempt, walk.position, error, follower)
            else:
                return
            if delay is None:
                return
            yield RetryScheduled(candidate.provider, candidate.model, delay, retry)
            await self.parts.sleep(delay)

    async def _prepare(self, candidate: Candidate, request: ChatRequest, position: int) -> Attempt:
        name = candidate.provider
        config = self._configs[name]
        try:
            limits = await self._limits(name)
            plan = self._planner.plan(config, request, limits)
        except BudgetExceeded:
            self.parts.monitor.release(name)
            raise
        return Attempt(
            position=position,
            provider=self._providers[name],
            config=config,
            request=request,
            plan=plan,
            daily_limit=limits.daily,
            day=self.parts.today(),
            ledger=self.parts.ledger,
            monitor=self.parts.monitor,
            prices=self.parts.prices,
            estimator=self.parts.estimator,
            clock=self.parts.clock,
        )

    def _retry_delay(
        self, retry: int, error: ProviderError, rest: Sequence[Candidate]
    ) -> float | None:
        if retry > self.config.max_retries:
            return None
        equals_left = any(not candidate.last_resort for candidate in rest)
        lost_text = bool(error.partial_text)
        unknown_wait = isinstance(error, RateLimited) and error.retry_after is None
        if equals_left and (lost_text or unknown_wait):
            # Somebody else answers sooner than a provider that just dropped us.
            return None
        return self.parts.backoff.delay(retry, error)

    async def _limits(self, name: str) -> Limits:
        daily = self.config.daily_cost_limits.get(name)
        spent = Decimal(0)
        if daily is not None:
            spent = await self.parts.ledger.spent_today(name, self.parts.today())
        return Limits(self.config.cost_limit_per_provider.get(name), daily, spent)

    async def aclose(self) -> None:
        """Close every provider's connections of the running event loop."""
        for provider in self._providers.values():
            await provider.aclose()


def _without_key(config: ProviderConfig) -> Candidate:
    return Candidate(
        provider=config.name,
        model=config.model,
        predicted_cost=None,
        predicted_latency=0.0,
        latency_measured=False,
        quality=0.0,
        blocked=NO_KEY,
    )


def _failed(
    candidate: Candidate,
    attempt: Attempt | None,
    position: int,
    error: ProviderError,
    follower: Candidate | None,
) -> AttemptFailed:
    return AttemptFailed(
        position=position,
        provider=candidate.provider,
        model=candidate.model,
        error=error,
        latency=attempt.latency if attempt else 0.0,
        cost=attempt.cost if attempt else Decimal(0),
        attempt_id=attempt.attempt_id if attempt else None,
        next_provider=follower.provider if follower else None,
    )


def _completed(candidate: Candidate, attempt: Attempt, walk: _Walk) -> Completed:
    finish = attempt.finish
    assert finish is not None  # an attempt without one raised
    return Completed(
        provider=candidate.provider,
        model=candidate.model,
        text=attempt.text,
        reasoning=attempt.reasoning,
        finish=finish,
        usage=attempt.usage,
        cost=attempt.cost,
        total_cost=walk.spent,
        latency=attempt.latency,
        time_to_first_token=attempt.time_to_first_token,
        position=walk.position,
        cost_estimated=walk.estimated,
        attempt_id=attempt.attempt_id,
    )
