"""What is known of one provider, as a plain mapping."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from providers.base import Provider
from providers.capabilities import capabilities_of
from providers.config import ProviderConfig
from providers.learning.health_watch import Status
from providers.routing.router_parts import RouterParts
from providers.usage import Usage


def provider_info(
    config: ProviderConfig, provider: Provider | None, parts: RouterParts
) -> dict[str, Any]:
    """Return what is known of a provider.

    Args:
        config: its configuration.
        provider: its adapter, None while it has no key.
        parts: what was measured.

    Returns:
        name, kind, model, models (a list), cost_per_1k (US dollars in and out, None where unknown),
        context_window (tokens), capabilities (of the main model), quality (0 to 1), status (closed,
        open, half_open: the breaker's; or no_key), cooldown (seconds), active, queued, and
        allowance: what is left of the main model's rate limits (requests and tokens, each limit,
        remaining, and reset in seconds), None where it said nothing of them.
    """
    health = parts.monitor.health(config.name)
    load = parts.turnstile.load(config.name)
    quota = parts.allowances.quota((config.name, config.model))
    accepts = sorted(capability.value for capability in capabilities_of(config.variants()[0]))
    return {
        "name": config.name,
        "kind": config.kind.value,
        "model": config.model,
        "models": [variant.model for variant in config.variants()],
        "cost_per_1k": {
            "input": parts.prices.cost(config, Usage(1000, 0)),
            "output": parts.prices.cost(config, Usage(0, 1000)),
        },
        "context_window": parts.prices.context_window(config),
        "capabilities": ["text", "streaming", *accepts],
        "quality": parts.quality.quality(config, config.model).value,
        "status": health.state.value if provider else Status.NO_KEY.value,
        "cooldown": health.cooldown,
        "active": load.active,
        "queued": load.queued,
        "allowance": None if quota is None else asdict(quota),
    }
