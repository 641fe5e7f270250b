"""From the configured providers to those that can be called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from providers.adapters import build_adapter
from providers.base import Provider
from providers.config import ProviderConfig, Timeouts
from providers.multi_config import MultiLLMConfig

KeyFinder = Callable[[ProviderConfig], str | None]
"""Finds the key of a provider whose configuration holds none."""


@dataclass(frozen=True, slots=True)
class Built:
    """A provider, and what it was built from."""

    config: ProviderConfig
    timeouts: Timeouts
    provider: Provider


def build(
    config: MultiLLMConfig, find_key: KeyFinder, before: Mapping[str, Built]
) -> dict[str, Built]:
    """Return every provider of ``config`` that has the key it needs, by name.

    Args:
        config: the providers and their patience.
        find_key: asked where the configuration lacks a key.
        before: those that were built earlier: what is configured as it was is kept, with its
            connections or its loaded model.
    """
    timeouts = config.effective_timeouts
    built: dict[str, Built] = {}
    for provider in config:
        key = provider.api_key
        if key is None and provider.takes_key:
            key = find_key(provider)
        if key is None and provider.needs_key:
            continue
        complete = replace(provider, api_key=key)
        kept = before.get(provider.name)
        if kept is None or (kept.config, kept.timeouts) != (complete, timeouts):
            kept = Built(complete, timeouts, build_adapter(complete, timeouts))
        built[provider.name] = kept
    return built
