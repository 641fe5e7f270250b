"""Watching the providers, as the factory offers it: health, and alerts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from providers.alerts.events import AlertEvent
from providers.alerts.follow import follow
from providers.alerts.numbers import AlertLimits
from providers.alerts.rules import DEFAULT_RULES, AlertRule
from providers.alerts.watch import AlertWatch
from providers.learning.health_watch import IDLE_AFTER, INTERVAL, HealthWatch, Status, check

if TYPE_CHECKING:
    from providers.base import Provider
    from providers.config import ProviderConfig
    from providers.multi_config import MultiLLMConfig
    from providers.routing.router import Router
    from providers.routing.router_parts import RouterParts
    from providers.sync import LoopThread


class WatchCalls:
    """What a factory can do to see how its providers are."""

    config: MultiLLMConfig
    parts: RouterParts
    router: Router
    _configs: Mapping[str, ProviderConfig]
    _providers: Mapping[str, Provider]
    _loop: LoopThread
    _watching: Future[None] | None

    def health_check(self) -> dict[str, dict[str, Any]]:
        """Ask every provider for its list of models, which costs no tokens."""
        return self._loop.run(self.ahealth_check())

    async def ahealth_check(self) -> dict[str, dict[str, Any]]:
        """Return, by name, status (healthy, unhealthy, no_key), model, error and latency (s)."""
        names = list(self._configs)
        checks = await asyncio.gather(*(self._check(name) for name in names))
        return dict(zip(names, checks, strict=True))

    async def watch_health(
        self, *, interval: float = INTERVAL, idle_after: float = IDLE_AFTER
    ) -> None:
        """Check all providers again and again at no token cost; cancel it to stop.

        Args:
            interval: seconds between two rounds, on average; it is jittered.
            idle_after: seconds without a request after which there are no checks.
        """
        parts = self.parts
        watch = HealthWatch(
            lambda: self._providers,
            parts.monitor,
            lambda: self.router.last_used,
            clock=parts.clock,
            sleep=parts.sleep,
        )
        await watch.run(interval=interval, idle_after=idle_after)

    def start_health_checks(
        self, *, interval: float = INTERVAL, idle_after: float = IDLE_AFTER
    ) -> None:
        """Run ``watch_health`` in the background until ``close``."""
        if self._watching is None:
            self._watching = self._loop.start(
                self.watch_health(interval=interval, idle_after=idle_after)
            )

    async def watch_alerts(
        self, on_alert: Callable[[AlertEvent], None], rules: Sequence[AlertRule] = DEFAULT_RULES
    ) -> None:
        """Tell ``on_alert`` when one of ``rules`` fires or clears; cancel it to stop."""
        calls, limits = self.parts.calls, AlertLimits.of(self.config)
        await follow(calls, AlertWatch(rules, limits), on_alert, sleep=self.parts.sleep)

    async def _check(self, name: str) -> dict[str, Any]:
        config = self._configs[name]
        provider = self._providers.get(name)
        if provider is None:
            return {
                "status": Status.NO_KEY.value,
                "model": config.model,
                "error": "no key is configured",
                "latency": None,
            }
        seen = await check(name, provider, self.parts.monitor, self.parts.clock)
        return {
            "status": seen.status.value,
            "model": config.model,
            "error": None if seen.error is None else str(seen.error),
            "latency": seen.latency,
        }
