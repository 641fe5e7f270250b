"""The factory: from one configuration to providers, routes, health and costs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from providers.adaptive.replies import note_outcome, note_rating
from providers.base import Provider, Unloadable
from providers.batch.calls import BatchCalls
from providers.built import Built, KeyFinder, build
from providers.config import BUILT_IN, ProviderConfig, Strategy
from providers.errors import ConfigError
from providers.experiments.calls import ExperimentCalls
from providers.learning.outcomes import AnswerOutcome
from providers.learning.savings import Savings
from providers.llm import LLM
from providers.metrics_report import provider_metrics
from providers.multi_config import MultiLLMConfig
from providers.provider_info import provider_info
from providers.reply import Reply
from providers.routing.options import RouteOptions
from providers.routing.router import Router
from providers.routing.router_parts import RouterParts
from providers.sync import LoopThread
from providers.system_keys import SystemKeys
from providers.usage import Usage
from providers.watch_calls import WatchCalls

if TYPE_CHECKING:
    from providers.quality.background import Bench


class ProviderFactory(WatchCalls, BatchCalls, ExperimentCalls):
    """Builds the configured providers and routes requests among them.

    A provider that needs a key and has none stays listed, but is passed over. Safe to use from
    many threads and tasks; it needs no event loop of its own, no database and no screen.

    Args:
        config: providers, strategy, chain and limits.
        find_key: where to look for a key the configuration lacks; None asks the OS keyring and
            then the provider's usual environment variable.
        parts: the router's collaborators: ledger, health monitor, prices, clock ...
        before: a factory that this one takes the place of: what is configured as it was is taken
            over from it, connections and a loaded model included. See ``leave_to``.
    """

    def __init__(
        self,
        config: MultiLLMConfig,
        *,
        find_key: KeyFinder | None = None,
        parts: RouterParts | None = None,
        before: ProviderFactory | None = None,
    ) -> None:
        self.config = config
        self.parts = parts or RouterParts()
        self._configs = {provider.name: provider for provider in config}
        kept = {} if before is None else before._built
        finder = find_key or SystemKeys(list(self._configs))
        self._built: Mapping[str, Built] = build(config, finder, kept)
        self._providers = {name: built.provider for name, built in self._built.items()}
        self.router = Router(config, self._providers, self.parts)
        self._loop = LoopThread()
        self._judging = self._open_judging()
        self._watching = None

    def _open_judging(self) -> Bench | None:
        if self.config.judge is None:
            return None
        from providers.quality.background import open_bench

        bench = open_bench(self.config, self._providers, self._loop.start, self.parts)
        if bench is not None:
            self.router.watchers.append(bench)
        return bench

    def get_provider(
        self, name: str | None = None, *, model: str | None = None, unit: str | None = None
    ) -> LLM:
        """Return the LLM the routing strategy picks for each request, or the one named.

        Args:
            name: whom to ask first, whatever the strategy; the fallback chain stays behind it.
            model: which of its models.
            unit: what keeps its arm of the experiment, such as a user's or a conversation's id;
                None draws an arm for each request.

        Raises:
            ConfigError: no provider of that name, or no such model of it, is configured; the
                message lists those that are.
        """
        if name is not None:
            self._check_model(self.config_of(name), model)
        elif model is not None:
            raise ConfigError(f"whose model is {model!r}? Name its provider too", key="provider")
        return LLM(self.router, self._loop, RouteOptions(provider=name, model=model, unit=unit))

    def get_cheapest_provider(self) -> LLM:
        """Return an LLM that asks the cheapest available provider for each request."""
        return LLM(self.router, self._loop, RouteOptions(strategy=Strategy.COST))

    def get_fastest_provider(self) -> LLM:
        """Return an LLM that asks the fastest available provider for each request."""
        return LLM(self.router, self._loop, RouteOptions(strategy=Strategy.LATENCY))

    def get_best_quality_provider(self) -> LLM:
        """Return an LLM that asks the best available provider for each request."""
        return LLM(self.router, self._loop, RouteOptions(strategy=Strategy.QUALITY))

    def list_providers(self) -> list[str]:
        """Return the names of all configured providers, with or without a key."""
        return list(self._configs)

    def provider(self, name: str) -> Provider | None:
        """Return the adapter called ``name``, or None when it has no key."""
        return self._providers.get(name)

    def get_provider_info(self, name: str) -> dict[str, Any]:
        """Return what is known of a provider.

        See ``providers.provider_info`` for every name.

        Raises:
            ConfigError: no provider of that name is configured.
        """
        return provider_info(self.config_of(name), self._providers.get(name), self.parts)

    def get_request_cost(
        self, name: str, usage_metadata: Mapping[str, int], *, model: str | None = None
    ) -> Decimal | None:
        """Return the US dollars of a call with that usage, None when the price is unknown.

        Args:
            name: the provider.
            usage_metadata: as in ``Reply.usage_metadata``; input includes cached tokens.
            model: which of its models, None for the main one.

        Raises:
            ConfigError: no provider of that name, or no such model of it, is configured.
        """
        usage = Usage(
            input_tokens=usage_metadata.get("input_tokens", 0),
            output_tokens=usage_metadata.get("output_tokens", 0),
            cached_tokens=usage_metadata.get("cached_tokens", 0),
            cache_write_tokens=usage_metadata.get("cache_write_tokens", 0),
        )
        config = self._check_model(self.config_of(name), model)
        return self.parts.prices.cost(config, usage)

    def rate(self, reply: Reply, score: float) -> None:
        """Say how good an answer was; ``quality``, ``adaptive`` and experiments learn from it.

        Args:
            reply: an answer of this factory.
            score: 0 (bad) to 1 (good).

        Raises:
            ValueError: ``score`` is out of range.
        """
        said = reply.response_metadata
        self.parts.quality.rate(said["provider"], said["request_model"], score)
        self.parts.experiments.rate(said["attempt_id"], score)
        note_rating(self.parts, reply, score)

    def tell(self, reply: Reply, outcome: AnswerOutcome) -> bool:
        """Say what became of an answer; ``adaptive`` and experiments learn from it.

        Saying it again replaces.

        Args:
            reply: an answer of this factory.
            outcome: what was done with it, such as ``AnswerOutcome.KEPT``.

        Returns:
            False when nobody learned: the answer came from the cache, or too many came since.
        """
        self.parts.experiments.judge(reply.response_metadata["attempt_id"], outcome)
        return note_outcome(self.parts, reply, outcome)

    def get_savings(self) -> Savings:
        """Return what routing saved against always asking the best, or the primary provider."""
        return self.parts.savings.report()

    def get_provider_metrics(self) -> dict[str, dict[str, Any]]:
        """Return the numbers of every provider, and under ``overall`` those of all together.

        Rates are 0 to 1, times in seconds, money in US dollars (``Decimal``); what was not
        measured is None. See ``providers.metrics_report`` for every name.
        """
        return self._loop.run(self.aget_provider_metrics())

    async def aget_provider_metrics(self) -> dict[str, dict[str, Any]]:
        """Return the same from async code."""
        return await provider_metrics(self.config, self.parts)

    async def leave_to(self, *successors: ProviderFactory) -> None:
        """Close what none of ``successors`` has; not while requests are under way here."""
        if self._judging is not None:
            self._judging.stop()
        taken = {id(built.provider) for each in successors for built in each._built.values()}
        left = [b.provider for b in self._built.values() if id(b.provider) not in taken]
        for provider in left:
            await provider.aclose()
            if isinstance(provider, Unloadable):
                await asyncio.to_thread(provider.unload)
        await asyncio.to_thread(self._end_loop, left)

    def _end_loop(self, left: Sequence[Provider]) -> None:
        """End the background loop, with the connections that only it has."""
        if not self._loop.running:
            return
        for provider in left:
            self._loop.run(provider.aclose())
        self._loop.close()

    async def aclose(self) -> None:
        """Close the connections of the running event loop."""
        if self._judging is not None:
            self._judging.stop()
        await self.router.aclose()

    def close(self) -> None:
        """Close the connections and the background loop of the synchronous calls."""
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        if self._judging is not None:
            self._judging.stop()
        self._loop.run(self.router.aclose())
        self._loop.close()

    def config_of(self, name: str) -> ProviderConfig:
        """Return the configuration of the provider called ``name``.

        Raises:
            ConfigError: there is none; the message lists the names.
        """
        try:
            return self._configs[name]
        except KeyError:
            known = ", ".join(self._configs) or "none"
            hint = "; add it to MultiLLMConfig" if name in BUILT_IN else ""
            raise ConfigError(
                f"no provider is called {name!r}; configured are {known}{hint}", key="provider"
            ) from None

    def _check_model(self, config: ProviderConfig, model: str | None) -> ProviderConfig:
        """Return the configuration of one of a provider's models."""
        variants = config.variants()
        found = next((v for v in variants if model in (None, v.model)), None)
        if found is None:
            known = ", ".join(variant.model for variant in variants)
            raise ConfigError(f"{config.name} has no model {model!r}; it has {known}", key="model")
        return found
