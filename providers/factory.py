"""The factory: from one configuration to providers, routes, health and costs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from providers.adapters import build_adapter
from providers.base import Provider
from providers.config import BUILT_IN, ProviderConfig, Strategy
from providers.errors import ConfigError, ProviderError
from providers.llm import LLM
from providers.multi_config import MultiLLMConfig
from providers.router import Router
from providers.router_parts import RouteOptions, RouterParts
from providers.sync import LoopThread
from providers.usage import Usage

KeyFinder = Callable[[ProviderConfig], str | None]
"""Finds the key of a provider whose configuration holds none."""


def key_from_environment(config: ProviderConfig) -> str | None:
    """Return the key in the provider's usual environment variable, or None."""
    found = (os.environ.get(variable) for variable in config.env_vars)
    return next((key.strip() for key in found if key and key.strip()), None)


class ProviderFactory:
    """Builds the configured providers and routes requests among them.

    A provider that needs a key and has none stays listed, but is passed over.

    Args:
        config: providers, strategy, chain and limits.
        find_key: where to look for a key the configuration lacks.
        parts: the router's collaborators: ledger, health monitor, prices, clock ...
    """

    def __init__(
        self,
        config: MultiLLMConfig,
        *,
        find_key: KeyFinder = key_from_environment,
        parts: RouterParts | None = None,
    ) -> None:
        self.config = config
        self.parts = parts or RouterParts()
        self._configs = {provider.name: provider for provider in config}
        self._providers = _build(config, find_key)
        self.router = Router(config, self._providers, self.parts)
        self._loop = LoopThread()

    def get_provider(self, name: str | None = None) -> LLM:
        """Return the LLM the routing strategy picks for each request, or the one named.

        Raises:
            ConfigError: no provider of that name is configured; the message lists the names.
        """
        if name is not None:
            self.config_of(name)
        return LLM(self.router, self._loop, RouteOptions(provider=name))

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
        """Return model, kind, cost_per_1k (US dollars in and out), context_window and status.

        Raises:
            ConfigError: no provider of that name is configured.
        """
        config = self.config_of(name)
        prices = self.parts.prices
        health = self.parts.monitor.health(name)
        return {
            "name": name,
            "kind": config.kind.value,
            "model": config.model,
            "cost_per_1k": {
                "input": prices.cost(config, Usage(1000, 0)),
                "output": prices.cost(config, Usage(0, 1000)),
            },
            "context_window": prices.context_window(config),
            "capabilities": ["text", "streaming"],
            "status": health.state.value if name in self._providers else "no_key",
        }

    def get_request_cost(self, name: str, usage_metadata: Mapping[str, int]) -> Decimal | None:
        """Return the US dollars of a call with that usage, None when the price is unknown.

        Args:
            name: the provider.
            usage_metadata: as in ``Reply.usage_metadata``; input includes cached tokens.

        Raises:
            ConfigError: no provider of that name is configured.
        """
        usage = Usage(
            input_tokens=usage_metadata.get("input_tokens", 0),
            output_tokens=usage_metadata.get("output_tokens", 0),
            cached_tokens=usage_metadata.get("cached_tokens", 0),
            cache_write_tokens=usage_metadata.get("cache_write_tokens", 0),
        )
        return self.parts.prices.cost(self.config_of(name), usage)

    def health_check(self) -> dict[str, dict[str, Any]]:
        """Ask every provider for its list of models, which costs no tokens."""
        return self._loop.run(self.ahealth_check())

    async def ahealth_check(self) -> dict[str, dict[str, Any]]:
        """Return, by name, status (healthy, unhealthy, no_key), model and error."""
        names = list(self._configs)
        checks = await asyncio.gather(*(self._check(name) for name in names))
        return dict(zip(names, checks, strict=True))

    def get_provider_metrics(self) -> dict[str, dict[str, Any]]:
        """Return each provider's recent numbers: rates 0 to 1, times in seconds, else None."""
        metrics: dict[str, dict[str, Any]] = {}
        for name in self._configs:
            health = self.parts.monitor.health(name)
            metrics[name] = {
                "state": health.state.value,
                "requests": health.requests,
                "success_rate": health.success_rate,
                "p50_latency": health.p50_latency,
                "p95_latency": health.p95_latency,
                "p50_time_to_first_token": health.p50_time_to_first_token,
                "errors": dict(health.errors),
            }
        return metrics

    async def aclose(self) -> None:
        """Close the connections of the running event loop."""
        await self.router.aclose()

    def close(self) -> None:
        """Close the connections and the background loop of the synchronous calls."""
        self._loop.run(self.router.aclose())
        self._loop.close()

    async def _check(self, name: str) -> dict[str, Any]:
        config = self._configs[name]
        provider = self._providers.get(name)
        if provider is None:
            return {"status": "no_key", "model": config.model, "error": "no key is configured"}
        try:
            await provider.list_models()
        except ProviderError as error:
            return {"status": "unhealthy", "model": config.model, "error": str(error)}
        return {"status": "healthy", "model": config.model, "error": None}

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


def _build(config: MultiLLMConfig, find_key: KeyFinder) -> dict[str, Provider]:
    built: dict[str, Provider] = {}
    for provider in config:
        key = provider.api_key or find_key(provider)
        if key is None and provider.needs_key:
            continue
        built[provider.name] = build_adapter(
            replace(provider, api_key=key), config.effective_timeouts
        )
    return built
