"""The settings in force, as the TOML that would bring them about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from decimal import Decimal
from enum import Enum
from typing import Any

from providers.caching import Caching
from providers.config import ModelConfig, PriceOverride, ProviderConfig
from storage.config_catalogue import CATALOGUE_KEYS, CatalogueEntry
from storage.settings import AlertRule, Settings

_TABLES = ("cost_limit_per_provider", "daily_cost_limits", "monthly_cost_limits")
_UNSET: tuple[object, ...] = (None, {}, (), "")
_NOT_SHOWN = frozenset({"api_key", "name", "models_folder"})


def describe(settings: Settings) -> str:
    """Return ``settings`` as TOML. Holds no keys: they are never in the settings."""
    import tomli_w

    document: dict[str, Any] = {
        "routing_strategy": settings.routing_strategy.value,
        "otherwise": settings.otherwise.value,
        "primary_provider": settings.primary_provider,
        "enable_fallback": settings.enable_fallback,
        "fallback_providers": settings.fallback_providers,
        # A list, so that an empty one is shown: it is not the same as none.
        "fallback_on": sorted(fault.value for fault in settings.fallback_on),
        "quality_threshold": settings.quality_threshold,
        "lower_max_tokens": settings.lower_max_tokens,
        "timeout_seconds": settings.timeout_seconds,
        "max_retries": settings.max_retries,
        "daily_budget": settings.daily_budget,
        "monthly_budget": settings.monthly_budget,
        "system_prompt": settings.system_prompt,
        "theme": settings.theme,
        "titles": settings.titles,
        "notify": settings.notify.value,
        "log": settings.log.value,
    }
    for table in _TABLES:
        document[table] = dict(getattr(settings, table))
    if settings.timeouts is not None:
        document["timeouts"] = asdict(settings.timeouts)
    if settings.hedging is not None:
        document["hedging"] = asdict(settings.hedging)
    if settings.judge is not None:
        document["judge"] = asdict(settings.judge)
    document["rules"] = tuple(asdict(rule) for rule in settings.rules)
    document["tasks"] = dict(settings.tasks)
    document["adaptive"] = asdict(settings.adaptive)
    document["cache"] = _cache(settings.caching)
    if settings.experiment is not None:
        document["experiment"] = asdict(settings.experiment)
    document["catalogue"] = tuple(_entry(entry) for entry in settings.catalogue)
    document["alerts"] = tuple(_alert(rule) for rule in settings.alerts)
    document["providers"] = {
        name: _provider(config, enabled=name not in settings.disabled)
        for name, config in settings.providers.items()
    }
    plain = _plain(document)
    if settings.keys:
        plain["keys"] = dict(settings.keys)  # an empty text says something there
    return tomli_w.dumps(plain)


def _cache(caching: Caching | None) -> dict[str, Any]:
    if caching is None:
        return {"enabled": False}
    return {**asdict(caching), "enabled": True, "ttl": f"{caching.ttl:.10g}s"}


def _entry(entry: CatalogueEntry) -> dict[str, Any]:
    return {key: getattr(entry, key) for key in CATALOGUE_KEYS}


def _alert(rule: AlertRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "enabled": rule.enabled,
        "condition": rule.condition,
        "duration": f"{rule.duration:.10g}s",
        "severity": rule.severity.value,
    }


def _provider(config: ProviderConfig, *, enabled: bool) -> dict[str, Any]:
    said = {field.name: getattr(config, field.name) for field in fields(config)}
    shown = {name: value for name, value in said.items() if name not in _NOT_SHOWN}
    return {"kind": config.kind.value, "enabled": enabled, **shown}


def _plain(value: Any) -> Any:
    """Return ``value`` in TOML's own types, without what is unset."""
    match value:
        case Mapping():
            return {key: _plain(item) for key, item in value.items() if item not in _UNSET}
        case PriceOverride() | ModelConfig():
            said = {field.name: getattr(value, field.name) for field in fields(value)}
            return _plain(said)
        case list() | tuple():
            return [_plain(item) for item in value]
        case Enum():
            return value.value
        case Decimal():
            return float(value)
        case _:
            return value
