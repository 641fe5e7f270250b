"""Asking one candidate: its place, its budget, its retries. Many of these make a chain."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from providers.base import Provider
from providers.config import ProviderConfig
from providers.errors import (
    BudgetHeld,
    Busy,
    ContextTooLong,
    PoorAnswer,
    ProviderError,
    RateLimited,
    Truncated,
)
from providers.events import AttemptFailed, RetryScheduled, RouterEvent
from providers.multi_config import AnswerFault, MultiLLMConfig
from providers.routing.attempt import Attempt
from providers.routing.call import Call
from providers.routing.candidates import surely
from providers.routing.choice import Candidate
from providers.routing.limits import hedging_cap, read_limits
from providers.routing.plan import NO_LIMITS, Limits, Planner
from providers.routing.progress import Walk
from providers.routing.router_parts import RouterParts

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

SHORTEST_WAIT = 0.02
LONGEST_WAIT = 0.25
"""Seconds between two looks at whether what stands in a call's way is gone."""


class Asker:
    """Asks one candidate at a time, as often as its retries allow.

    Args:
        config: limits, patience, retries.
        models: adapter and configuration of each candidate.
        planner: predicts what a call means.
        parts: collaborators.
    """

    def __init__(
        self,
        config: MultiLLMConfig,
        models: Mapping[tuple[str, str], tuple[ProviderConfig, Provider]],
        planner: Planner,
        parts: RouterParts,
    ) -> None:
        self._config = config
        self._models = models
        self._planner = planner
        self._parts = parts
        self._patience = config.effective_timeouts.first_token

    async def ask(
        self,
        candidate: Candidate,
        rest: Sequence[Candidate],
        walk: Walk,
        *,
        hedge: bool = False,
    ) -> AsyncIterator[RouterEvent]:
        """Ask one candidate, with its retries; ends with ``Completed`` or with its failures.

        Args:
            candidate: whom.
            rest: who would be asked next.
            walk: the request's way so far, which is kept up to date.
            hedge: it is a backup of a call under way; it is not retried.
        """
        name = candidate.provider
        try:
            await self._parts.turnstile.enter(name, patience=self._patience)
        except ProviderError as error:
            walk.fail(candidate, error)
            yield _failed(candidate, None, walk.position + 1, error, next(iter(rest), None))
            return
        try:
            events = cast(
                "AsyncGenerator[RouterEvent]", self._tries(candidate, rest, walk, hedge=hedge)
            )
            async with aclosing(events):
                async for event in events:
                    yield event
        finally:
            self._parts.turnstile.leave(name)

    async def _tries(
        self, candidate: Candidate, rest: Sequence[Candidate], walk: Walk, *, hedge: bool
    ) -> AsyncIterator[RouterEvent]:
        retry, holding_since = 0, self._parts.clock()
        hold = SHORTEST_WAIT
        while True:
            attempt: Attempt | None = None
            walk.position += 1
            position = walk.position
            try:
                attempt = await self._prepare(candidate, rest, walk, insist=retry > 0, hedge=hedge)
                try:
                    events = cast("AsyncGenerator[RouterEvent]", attempt.run())
                    async with aclosing(events):
                        async for event in events:
                            yield event
                finally:
                    if attempt.attempt_id is not None:
                        walk.add_cost(attempt)
                yield walk.completed(candidate, attempt)
            except (BudgetHeld, Busy) as error:
                held = self._parts.clock() - holding_since
                hopeless = hedge or held >= self._patience or not self._soon(candidate, error)
                if hopeless or _equals_left(rest):
                    walk.fail(candidate, error)
                    yield _failed(candidate, None, position, error, next(iter(rest), None))
                    return
                walk.position -= 1  # nothing was sent
                delay: float | None = hold
                hold = min(2 * hold, LONGEST_WAIT)
            except ProviderError as error:
                walk.fail(candidate, error)
                self._learn_from(error, candidate, attempt, walk)
                retry += 1
                delay = None if hedge else self._retry_delay(retry, error, rest)
                follower = candidate if delay is not None else walk.follower(rest)
                yield _failed(candidate, attempt, position, error, follower)
                if delay is not None:
                    yield RetryScheduled(candidate.provider, candidate.model, delay, retry)
            else:
                return
            if delay is None:
                return
            await self._parts.sleep(delay)

    async def _prepare(
        self,
        candidate: Candidate,
        rest: Sequence[Candidate],
        walk: Walk,
        *,
        insist: bool,
        hedge: bool,
    ) -> Attempt:
        key = (candidate.provider, candidate.model)
        config, provider = self._models[key]
        limits = await self._limits(candidate.provider)
        plan = self._planner.plan(
            config,
            walk.request,
            limits,
            size=walk.size,
            prefix_tokens=walk.prefixes.get(key, 0),
        )
        room = self._parts.allowances.room(key, surely(plan.input_tokens))
        if room.wait and not insist:
            # Others began since the ranking: it would only say 429.
            raise Busy(room.words, provider=key[0], model=key[1], retry_after=room.wait)
        admission = self._parts.monitor.admit(*key, insist=insist)
        if admission is None:
            raise Busy("is cooling down", provider=key[0], model=key[1])
        faults = set(self._config.fallback_on)
        if plan.asked_ceiling or not walk.restarts or not _equals_left(rest):
            faults.discard(AnswerFault.TRUNCATED)
        cap = hedging_cap(self._config, self._parts.today()) if hedge else ()
        call = Call(
            provider=provider,
            config=config,
            request=walk.request,
            plan=plan,
            admission=admission,
            position=walk.position,
            limits=(*limits.by_period, *cap),
            hedge=hedge,
            predicted_latency=candidate.predicted_latency,
            faults=faults,
            poor_below=self._poor_below(rest, walk),
        )
        return Attempt(call, self._parts)

    def _poor_below(self, rest: Sequence[Candidate], walk: Walk) -> float | None:
        """Return the score below which an answer is given up.

        Somebody better may be left; with nobody left it is one who was asked before.
        """
        least = self._config.quality_threshold
        if least is None or not walk.restarts:
            return None
        if _equals_left(rest):
            return least
        return min(least, max(attempt.score for _, attempt in walk.kept)) if walk.kept else None

    def _soon(self, candidate: Candidate, error: ProviderError) -> bool:
        """Whether what stands in the way may be gone in a moment."""
        if isinstance(error, BudgetHeld):
            return True
        if error.retry_after is not None:
            return error.retry_after <= self._parts.backoff.patience
        health = self._parts.monitor.health(candidate.provider, candidate.model)
        return health.cooldown <= self._parts.backoff.patience

    async def _limits(self, name: str) -> Limits:
        parts = self._parts
        limits = await read_limits(self._config, (name,), parts.today(), parts.ledger)
        return limits.get(name, NO_LIMITS)

    def _learn_from(
        self, error: ProviderError, candidate: Candidate, attempt: Attempt | None, walk: Walk
    ) -> None:
        """Keep what later steps of the same walk can use."""
        if isinstance(error, ContextTooLong):
            config, _ = self._models[candidate.provider, candidate.model]
            walk.too_small = max(walk.too_small, self._parts.prices.context_window(config) or 0)
        if isinstance(error, Truncated | PoorAnswer) and attempt is not None:
            walk.kept.append((candidate, attempt))

    def _retry_delay(
        self, retry: int, error: ProviderError, rest: Sequence[Candidate]
    ) -> float | None:
        if retry > self._config.max_retries:
            return None
        lost_text = bool(error.partial_text)
        unknown_wait = isinstance(error, RateLimited) and error.retry_after is None
        if _equals_left(rest) and (lost_text or unknown_wait):
            # Somebody else answers sooner than a provider that just dropped us.
            return None
        return self._parts.backoff.delay(retry, error)


def _equals_left(rest: Sequence[Candidate]) -> bool:
    return any(not candidate.last_resort for candidate in rest)


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
        next_model=follower.model if follower else None,
    )
