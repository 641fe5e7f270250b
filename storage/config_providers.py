"""The ``[providers.NAME]`` tables of ``config.toml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from providers.capability import check_capabilities
from providers.config import (
    BUILT_IN,
    CustomConfig,
    Kind,
    LocalConfig,
    ModelConfig,
    OpenAIApi,
    OpenAIConfig,
    PriceOverride,
    ProviderConfig,
)
from providers.errors import ConfigError
from storage.toml_table import TomlTable, expected_one_of

_COMMON = (
    "kind", "enabled", "model", "base_url", "temperature", "max_tokens", "price", "quality",
    "max_concurrency",
)  # fmt: skip
_HOSTED = ("models", "context_window", "capabilities")
_MODEL = ("model", "quality", "price", "max_tokens", "context_window", "capabilities")
_SPECIAL: Mapping[type[ProviderConfig], tuple[str, ...]] = {
    OpenAIConfig: ("api",),
    LocalConfig: ("model_path", "context_tokens", "last_resort"),
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_KEY_WORDS = ("api_key", "apikey", "key", "token", "secret")


def read_providers(table: TomlTable) -> tuple[dict[str, ProviderConfig], frozenset[str]]:
    """Return all providers by name, built-in ones first, and the names that are disabled.

    Raises:
        ConfigError: names the key and what is allowed.
    """
    providers = {name: config() for name, config in BUILT_IN.items()}
    disabled = set()
    for name in table.names():
        entry = table.table(name)
        providers[name] = _read_provider(table, name, entry)
        if entry.flag("enabled") is False:
            disabled.add(name)
    return providers, frozenset(disabled)


def _read_provider(table: TomlTable, name: str, entry: TomlTable) -> ProviderConfig:
    for word in _KEY_WORDS:
        if word in entry.names():
            entry.fail(
                word,
                f"keys are not kept in a file; run `telex keys set {name}` and delete this line"
                f" (the environment works too)",
            )
    config = _class_of(table, name, entry)
    # The built-in model is one file, whose window is context_tokens.
    hosted = () if config is LocalConfig else _HOSTED
    entry.allow((*_COMMON, *hosted, *_SPECIAL.get(config, ())))
    given: dict[str, object] = {
        "model": entry.text("model"),
        "base_url": entry.text("base_url"),
        "temperature": entry.real("temperature"),
        "max_tokens": entry.whole("max_tokens"),
        "quality": entry.real("quality"),
        "price": _price(entry),
        "max_concurrency": entry.whole("max_concurrency"),
        "context_window": entry.whole("context_window"),
        "capabilities": _capabilities(entry),
    }
    if config is OpenAIConfig and (api := entry.choice("api", [a.value for a in OpenAIApi])):
        given["api"] = OpenAIApi(api)
    if config is LocalConfig:
        given["model_path"] = entry.text("model_path")
        given["context_tokens"] = entry.whole("context_tokens")
        given["last_resort"] = entry.flag("last_resort")
    values = {key: value for key, value in given.items() if value is not None}
    # Types were checked one by one above; the dataclass checks ranges.
    provider = config(name=name, **values)  # type: ignore[arg-type]
    models = tuple(_model(provider, entry, item) for item in entry.texts_or_tables("models"))
    return replace(provider, models=models) if models else provider


def _model(provider: ProviderConfig, entry: TomlTable, item: str | TomlTable) -> str | ModelConfig:
    if isinstance(item, str):
        return item
    item.allow(_MODEL)
    name = item.text("model")
    if name is None:
        entry.fail("models", f'{item.name} needs a model: {{ model = "...", quality = 0.5 }}')
    model = ModelConfig(
        model=name,
        price=_price(item),
        quality=item.real("quality"),
        max_tokens=item.whole("max_tokens"),
        context_window=item.whole("context_window"),
        capabilities=_capabilities(item),
    )
    try:
        # The core judges the numbers as if this were the provider's only model.
        replace(
            provider,
            model=model.model,
            quality=model.quality,
            max_tokens=model.max_tokens,
            context_window=model.context_window,
        )
    except ConfigError as error:
        item.fail((error.key or "").rpartition(".")[2], str(error))
    return model


def _class_of(table: TomlTable, name: str, entry: TomlTable) -> type[ProviderConfig]:
    kind = entry.text("kind")
    built_in = BUILT_IN.get(name)
    if built_in is not None:
        if kind not in (None, name):
            entry.fail("kind", f"{entry.key('kind')} of the built-in provider must be {name!r}")
        return built_in
    if kind is None:
        table.fail(
            name,
            f"the provider {expected_one_of(name, list(BUILT_IN))};"
            ' any OpenAI-compatible endpoint works with kind = "custom"',
        )
    if kind != Kind.CUSTOM.value:
        entry.fail("kind", f'{entry.key("kind")} must be "custom", not {kind!r}')
    if not _NAME.fullmatch(name):
        table.fail(
            name,
            f"{name!r} is no name for a provider: use up to 64 letters, digits, '.', '_', '-'",
        )
    return CustomConfig


def _capabilities(entry: TomlTable) -> tuple[str, ...] | None:
    if "capabilities" not in entry.names():
        return None
    words = entry.texts("capabilities")
    try:
        check_capabilities(words, entry.key("capabilities"))
    except ConfigError as error:
        entry.fail("capabilities", f"{entry.key('capabilities')}: {error}")
    return tuple(words)


def _price(entry: TomlTable) -> PriceOverride | None:
    if "price" not in entry.names():
        return None
    price = entry.table("price")
    price.allow(("input", "output", "cached"))
    prices = {name: price.dollars(name) for name in ("input", "output", "cached")}
    if prices["input"] is None or prices["output"] is None:
        entry.fail(
            "price",
            f"{entry.key('price')} needs input and output, in dollars per million tokens:"
            " { input = 1.25, output = 10.0 }",
        )
    return PriceOverride(prices["input"], prices["output"], prices["cached"])
