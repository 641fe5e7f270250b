"""The router: many providers behind one, each step visible as an event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from providers.adaptive.lessons import AnswerLessons
from providers.adaptive.trials import Trial
from providers.answer_cache import CachedAnswer
from providers.base import ModelInfo, Provider
from providers.config import ProviderConfig, Strategy
from providers.errors import AllProvidersFailed
from providers.events import (
    Completed,
    RouteChosen,
    RouterEvent,
)
from providers.learning.estimate import Key, RequestSize, measure
from providers.messages import AttachmentKind, ChatRequest
from providers.multi_config import MultiLLMConfig
from providers.routing.backups import Backups
from providers.routing.candidates import Facts, Senses, build_candidates
from providers.routing.chain import Chain
from providers.routing.limits import read_limits
from providers.routing.options import RouteOptions
from providers.routing.plan import Planner
from providers.routing.policy import resolve, strategy_of
from providers.routing.prediction import Prediction, predict
from providers.routing.progress import Walk
from providers.routing.ranking import Ranking, rank
from providers.routing.replay import Replays, replay
from providers.routing.router_parts import RouterParts
from providers.routing.saved import note_savings
from providers.routing.walk import LONGEST_WAIT, SHORTEST_WAIT, Asker

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

_NO_WISHES = RouteOptions()


class Router:
    """Ranks the candidates for each request and walks the fallback chain.

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
        self.last_used: float | None = None
        """When the last request began, on the clock of ``parts``."""
        self.running = 0
        """How many requests are under way."""
        self.watchers: list[Callable[[ChatRequest, Completed], None]] = []
        """Told of every answer of a model, before it is passed on; they must be quick."""
        self._providers = dict(providers)
        self._models: list[tuple[ProviderConfig, Provider | None]] = [
            (variant, self._providers.get(provider.name))
            for provider in config
            for variant in provider.variants()
        ]
        planner = Planner(
            self.parts.prices,
            self.parts.estimator,
            self.parts.cache,
            lower_max_tokens=config.lower_max_tokens,
        )
        self._senses = Senses(
            planner,
            self.parts.monitor,
            self.parts.quality,
            self.parts.turnstile,
            self.parts.allowances,
        )
        callable_models = {
            (variant.name, variant.model): (variant, adapter)
            for variant, adapter in self._models
            if adapter is not None
        }
        self._configs = {key: variant for key, (variant, _) in callable_models.items()}
        asker = Asker(config, callable_models, planner, self.parts)
        self._replays = Replays(config.caching, self.parts.answers)
        backups = Backups(config.hedging, asker, self.parts)
        self._chain = Chain(self._configs, asker, backups, self.parts.prices)
        self._lessons = AnswerLessons(self.parts.adaptive)
        self.parts.adaptive.remember(config.adaptive.memory)
        limits = {c.name: c.max_concurrency for c in config if c.max_concurrency is not None}
        self.parts.turnstile.set_limits(limits)

    async def stream(
        self, request: ChatRequest, options: RouteOptions = _NO_WISHES
    ) -> AsyncIterator[RouterEvent]:
        """Answer ``request``; the last event is ``Completed``.

        Raises:
            AllProvidersFailed: lists every attempt and why it failed.
        """
        self.last_used = began = self.parts.clock()
        self.running += 1
        try:
            if options.unit is None and strategy_of(self.config, options) is Strategy.EXPERIMENT:
                options = replace(options, unit=uuid4().hex)
            size = measure(request)
            prefixes = self.parts.cache.expected(request)
            ranking = await self._rank(request, options, size, prefixes)
            since, step = self.parts.clock(), SHORTEST_WAIT
            while not ranking.order and self._soon(ranking, since):
                await self.parts.sleep(max(ranking.free_in or 0.0, step))
                step = min(2 * step, LONGEST_WAIT)
                ranking = await self._rank(request, options, size, prefixes)
            kept = await self._kept(ranking, request, options)
            if kept is not None:
                self.parts.metrics.replay(kept.provider, kept.model, saved=kept.cost)
                for event in replay(kept, self._chosen(ranking, options), self._since(began)):
                    yield event
                return
            while ranking.order and not self._begin(ranking):
                # Requests beside this one have used up what may be tried.
                ranking = await self._rank(request, options, size, prefixes)
            if not ranking.order:
                raise AllProvidersFailed((), advice=ranking.reason, over_budget=ranking.over_budget)
            chosen = self._chosen(ranking, options)
            yield chosen
            walk = Walk(request, size, prefixes, restarts=options.restarts)
            chain = cast("AsyncGenerator[RouterEvent]", self._chain.ask(ranking.order, walk))
            if chosen.arm is not None and options.unit is not None:
                waited = partial(self._since, began)
                chain = self.parts.experiments.watch(chain, chosen, options.unit, waited)
            async with aclosing(chain):
                async for event in chain:
                    self._lessons.learn(event, request, ranking.policy)
                    if isinstance(event, Completed):
                        note_savings(self.parts, self._configs, self.config, event)
                        answered = self._configs[event.provider, event.model]
                        await self._replays.keep(request, answered, options, event)
                        for watch in self.watchers:
                            watch(request, event)
                    yield event
        finally:
            self.running -= 1

    async def rank(self, request: ChatRequest, options: RouteOptions = _NO_WISHES) -> Ranking:
        """Return who would answer ``request`` and why, without calling anyone."""
        return await self._rank(
            request, options, measure(request), self.parts.cache.expected(request)
        )

    async def rank_each(
        self, request: ChatRequest, options: Sequence[RouteOptions]
    ) -> tuple[RequestSize, tuple[Ranking, ...]]:
        """Return how large ``request`` is, and what ``rank`` gives for each of ``options``.

        A long conversation is measured once, and in a thread: a screen may ask while one types.
        """
        size, prefixes = await asyncio.to_thread(self._measure, request)
        return size, tuple([await self._rank(request, each, size, prefixes) for each in options])

    def _measure(self, request: ChatRequest) -> tuple[RequestSize, Mapping[Key, int]]:
        return measure(request), self.parts.cache.expected(request)

    async def predict(
        self, request: ChatRequest, options: RouteOptions = _NO_WISHES
    ) -> tuple[Prediction, ...]:
        """Return every candidate's cost, latency and quality, in the order they would be asked."""
        return self.predictions(await self.rank(request, options))

    def predictions(self, ranking: Ranking) -> tuple[Prediction, ...]:
        """Return the numbers of every candidate of ``ranking``, in the order of its views."""
        cost, latency = self.parts.cost_calibration, self.parts.latency_calibration
        return tuple(predict(view, cost, latency) for view in ranking.views)

    def strategy_of(self, options: RouteOptions) -> Strategy:
        """Return the strategy in force under ``options``, as the person would call it."""
        return strategy_of(self.config, options)

    def accepts(self, name: str | None = None) -> frozenset[AttachmentKind]:
        """Return the kinds of attachments that a provider takes, or any of all."""
        return frozenset().union(*(provider.accepts for provider in self._named(name)))

    async def list_models(self, name: str | None = None) -> Sequence[ModelInfo]:
        """Return the models that a provider offers, or that all of them do.

        Raises:
            ProviderError: one of them did not answer.
        """
        lists = await asyncio.gather(*(provider.list_models() for provider in self._named(name)))
        return [model for models in lists for model in models]

    def warm_up(self, name: str | None = None) -> None:
        """Import and read what the first call of a provider needs, or of all. Slow."""
        self.load_prices()
        import providers.quality.assess  # noqa: F401  # its patterns take 30 ms to compile

        for provider in self._named(name):
            provider.warm_up()

    def load_prices(self) -> None:
        """Read the price list, which takes 0.15 s, so that no ranking has to."""
        for config in self._configs.values():
            self.parts.prices.context_window(config)
            self.parts.quality.quality(config)

    def _named(self, name: str | None) -> list[Provider]:
        return [p for own, p in self._providers.items() if name in (None, own)]

    async def aclose(self) -> None:
        """Close every provider's connections of the running event loop."""
        for provider in self._providers.values():
            await provider.aclose()

    async def _rank(
        self,
        request: ChatRequest,
        options: RouteOptions,
        size: RequestSize,
        prefixes: Mapping[tuple[str, str], int],
    ) -> Ranking:
        parts = self.parts
        limits = await read_limits(self.config, self._providers, parts.today(), parts.ledger)
        calls = parts.monitor.total_calls()
        facts = Facts(size, prefixes, limits, calls, request.attachments)
        candidates = build_candidates(self._models, request, facts, self._senses)
        policy = resolve(self.config, options, request, size.tokens)
        if policy.strategy is Strategy.ADAPTIVE:
            judge = parts.adaptive.judge
            return rank(*judge(candidates, policy, self.config.adaptive, parts.today()))
        return rank(candidates, policy)

    async def _kept(
        self, ranking: Ranking, request: ChatRequest, options: RouteOptions
    ) -> CachedAnswer | None:
        """Return what whoever would be asked answered to the same before.

        Nobody is tried while the answer of the one believed best is at hand: it costs nothing.
        """
        first = ranking.order[:2] if _is_try(ranking) else ranking.order[:1]
        for candidate in reversed(first):
            config = self._configs[candidate.provider, candidate.model]
            kept = await self._replays.find(request, config, options)
            if kept is not None:
                return kept
        return None

    def _chosen(self, ranking: Ranking, options: RouteOptions) -> RouteChosen:
        first, policy = ranking.order[0], ranking.policy
        experiment = self.config.experiment if policy.arm is not None else None
        return RouteChosen(
            first.provider,
            first.model,
            strategy_of(self.config, options).value,
            ranking.reason,
            ranking.views,
            task=policy.task,
            experiment=experiment.name if experiment else None,
            arm=policy.arm,
            explored=_is_try(ranking),
        )

    def _begin(self, ranking: Ranking) -> bool:
        parts = self.parts
        return parts.adaptive.begin(ranking.policy, self.config.adaptive, parts.today())

    def _since(self, began: float) -> float:
        return self.parts.clock() - began

    def _soon(self, ranking: Ranking, since: float) -> bool:
        """Whether somebody may be asked in a moment, so that waiting beats giving up."""
        if ranking.free_in is None or ranking.free_in > self.parts.backoff.patience:
            return False
        return self.parts.clock() - since < self.config.effective_timeouts.first_token


def _is_try(ranking: Ranking) -> bool:
    favourite = ranking.policy.favourite
    tried = isinstance(favourite, Trial) and bool(ranking.order)
    return tried and favourite is not None and favourite.is_(ranking.order[0])
